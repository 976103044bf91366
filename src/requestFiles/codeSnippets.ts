import { quoteArgument } from './curlCommand';
import { API_KEY_VARIABLE } from './environmentHeader';

/** Languages and tools for which a request can be copied as code, in the order of the list. */
export const SNIPPET_KINDS = ['curl', 'curlPowerShell', 'curlCmd', 'fetch', 'python', 'csharp', 'go', 'java', 'php', 'sdk'] as const;
export type SnippetKind = (typeof SNIPPET_KINDS)[number];

/** A request to copy as code. */
export interface SnippetRequest {
	/** The API's base URL, without a trailing slash. */
	readonly endpoint: string;
	/** GET by default. Only cURL commands can have another one. */
	readonly method?: string;
	/** URL to send the request to. Must be normalized, with special characters percent-encoded. */
	readonly url: string;
}

/**
 * Creates code that reads the API key from the environment, which is set in the token's terminal. The SDK's code lists accounts, which all
 * tokens may do, because the SDK doesn't take paths.
 */
export function createSnippet(kind: SnippetKind, { endpoint, method = 'GET', url }: SnippetRequest): string {
	const methodOption = method === 'GET' ? '' : method === 'HEAD' ? '--head ' : `--request ${method} `;
	// Without this option, brackets in a URL stand for several URLs.
	const curlOptions = `${methodOption}${url.includes('[') ? '--globoff ' : ''}`;
	switch (kind) {
		case 'curl':
			return `curl ${curlOptions}--header "Authorization: $${API_KEY_VARIABLE}" ${quoteForShell(url)}`;
		case 'curlPowerShell':
			// In Windows PowerShell, `curl` alone is another command.
			return `& (Get-Command curl -CommandType Application -TotalCount 1) ${curlOptions}--header "Authorization: $env:${API_KEY_VARIABLE}" ${quoteArgument(url, "'", 'powerShell')}`;
		case 'curlCmd':
			return `curl ${curlOptions}--header "Authorization: %${API_KEY_VARIABLE}%" ${quoteArgument(url, '^', 'cmd')}`;
		case 'fetch':
			return joinLines(
				`const response = await fetch(${toStringLiteral(url)}, {`,
				`\theaders: { Authorization: process.env.${API_KEY_VARIABLE} },`,
				'});',
				'console.log(response.status, await response.json());',
			);
		case 'python':
			return joinLines(
				'import os',
				'',
				'import requests',
				'',
				`response = requests.get(${toStringLiteral(url)}, headers={"Authorization": os.environ["${API_KEY_VARIABLE}"]})`,
				'print(response.status_code, response.json())',
			);
		case 'csharp':
			return joinLines(
				'using System;',
				'using System.Net.Http;',
				'',
				'using var client = new HttpClient();',
				`client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", Environment.GetEnvironmentVariable("${API_KEY_VARIABLE}"));`,
				`var response = await client.GetAsync(${toDoubleQuotedLiteral(url)});`,
				'Console.WriteLine($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");',
			);
		case 'go':
			return joinLines(
				'package main',
				'',
				'import (',
				...['fmt', 'io', 'net/http', 'os'].map((name) => `\t"${name}"`),
				')',
				'',
				'func main() {',
				`\trequest, err := http.NewRequest("GET", ${toDoubleQuotedLiteral(url)}, nil)`,
				'\tif err != nil {',
				'\t\tpanic(err)',
				'\t}',
				`\trequest.Header.Set("Authorization", os.Getenv("${API_KEY_VARIABLE}"))`,
				'\tresponse, err := http.DefaultClient.Do(request)',
				'\tif err != nil {',
				'\t\tpanic(err)',
				'\t}',
				'\tdefer response.Body.Close()',
				'\tbody, err := io.ReadAll(response.Body)',
				'\tif err != nil {',
				'\t\tpanic(err)',
				'\t}',
				'\tfmt.Println(response.StatusCode, string(body))',
				'}',
			);
		case 'java':
			return joinLines(
				'import java.net.URI;',
				'import java.net.http.HttpClient;',
				'import java.net.http.HttpRequest;',
				'import java.net.http.HttpResponse;',
				'',
				'public class Main {',
				'    public static void main(String[] args) throws Exception {',
				`        var request = HttpRequest.newBuilder(URI.create(${toDoubleQuotedLiteral(url)}))`,
				`            .header("Authorization", System.getenv("${API_KEY_VARIABLE}"))`,
				'            .build();',
				'        var response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());',
				'        System.out.println(response.statusCode() + " " + response.body());',
				'    }',
				'}',
			);
		case 'php':
			return joinLines(
				'<?php',
				`$options = ['http' => ['header' => 'Authorization: ' . getenv('${API_KEY_VARIABLE}'), 'ignore_errors' => true]];`,
				`$body = file_get_contents(${toStringLiteral(url)}, false, stream_context_create($options));`,
				`echo $http_response_header[0], PHP_EOL, $body, PHP_EOL;`,
			);
		case 'sdk':
			return joinLines(
				"const { ConnectClient } = require('@cloudblueconnect/connect-javascript-sdk');",
				'',
				`const client = new ConnectClient(${toStringLiteral(endpoint)}, process.env.${API_KEY_VARIABLE});`,
				'client.accounts.search().then(console.log, console.error);',
			);
	}
}

/** String literal that's valid in JavaScript, PHP, and Python. */
function toStringLiteral(text: string): string {
	return `'${text.replace(/['\\]/g, '\\$&')}'`;
}

/** String literal that's valid in C#, Go, and Java. A URL contains no control characters. */
function toDoubleQuotedLiteral(text: string): string {
	return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function joinLines(...all: string[]): string {
	return `${all.join('\n')}\n`;
}

/** Interactive shells replace exclamation points in double quotes with earlier commands. */
function quoteForShell(url: string): string {
	return url.includes('!') ? `'${url.replaceAll("'", String.raw`'\''`)}'` : quoteArgument(url, '"');
}
