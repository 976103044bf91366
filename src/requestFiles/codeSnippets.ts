import { quoteArgument } from './curlCommand';
import { API_KEY_VARIABLE } from './environmentHeader';

/** The programs that a call as a token can be copied for, in the order of a list. */
export const SNIPPET_KINDS = ['curl', 'fetch', 'python', 'sdk'] as const;
export type SnippetKind = (typeof SNIPPET_KINDS)[number];

/** A call as a token. */
export interface SnippetRequest {
	/** The API's URL, without a slash at its end. */
	readonly endpoint: string;
	/** What is read; normalised, with nothing that needs an escape left as it is. */
	readonly url: string;
}

/**
 * Code that makes a call with the key from the environment, which a terminal of the token has. The SDK reads the accounts, as every token may: it knows no paths.
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

/** A text of JavaScript and of Python alike. */
function toStringLiteral(text: string): string {
	return `'${text.replace(/['\\]/g, '\\$&')}'`;
}

function joinLines(...all: string[]): string {
	return `${all.join('\n')}\n`;
}
