import { quoteArgument } from './curlCommand';
import { API_KEY_VARIABLE } from './environmentHeader';

/** Languages and tools for which a request can be copied as code, in the order of the list. */
export const SNIPPET_KINDS = ['curl', 'fetch', 'python', 'sdk'] as const;
export type SnippetKind = (typeof SNIPPET_KINDS)[number];

/** A request to copy as code. */
export interface SnippetRequest {
	/** The API's base URL, without a trailing slash. */
	readonly endpoint: string;
	/** URL to send a GET request to. Must be normalized, with special characters percent-encoded. */
	readonly url: string;
}

/**
 * Creates code that reads the API key from the environment, which is set in the token's terminal. The SDK's code lists accounts, which all
 * tokens may do, because the SDK doesn't take paths.
 */
export function createSnippet(kind: SnippetKind, { endpoint, url }: SnippetRequest): string {
	switch (kind) {
		case 'curl':
			return `curl --header "Authorization: $${API_KEY_VARIABLE}" ${quoteArgument(url, '"')}`;
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
		case 'sdk':
			return joinLines(
				"const { ConnectClient } = require('@cloudblueconnect/connect-javascript-sdk');",
				'',
				`const client = new ConnectClient(${toStringLiteral(endpoint)}, process.env.${API_KEY_VARIABLE});`,
				'client.accounts.search().then(console.log, console.error);',
			);
	}
}

/** String literal that's valid in both JavaScript and Python. */
function toStringLiteral(text: string): string {
	return `'${text.replace(/['\\]/g, '\\$&')}'`;
}

function joinLines(...all: string[]): string {
	return `${all.join('\n')}\n`;
}
