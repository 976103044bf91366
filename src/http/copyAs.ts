import { quoted } from './curl';
import { KEY_VARIABLE } from './environment';

/** The programs that a call as a token can be copied for, in the order of a list. */
export const codeForms = ['curl', 'fetch', 'python', 'sdk'] as const;
export type CodeForm = (typeof codeForms)[number];

/** A call as a token. */
export interface Call {
	/** The API's URL, without a slash at its end. */
	readonly endpoint: string;
	/** What is read; normalised, with nothing that needs an escape left as it is. */
	readonly url: string;
}

/**
 * Code that makes a call with the key from the environment, which a terminal of the token has. The SDK reads the accounts, as every token may: it knows no paths.
 */
export function codeFor(form: CodeForm, { endpoint, url }: Call): string {
	switch (form) {
		case 'curl':
			return `curl --header "Authorization: $${KEY_VARIABLE}" ${quoted(url, '"')}`;
		case 'fetch':
			return lines(
				`const response = await fetch(${literal(url)}, {`,
				`\theaders: { Authorization: process.env.${KEY_VARIABLE} },`,
				'});',
				'console.log(response.status, await response.json());',
			);
		case 'python':
			return lines(
				'import os',
				'',
				'import requests',
				'',
				`response = requests.get(${literal(url)}, headers={"Authorization": os.environ["${KEY_VARIABLE}"]})`,
				'print(response.status_code, response.json())',
			);
		case 'sdk':
			return lines(
				"const { ConnectClient } = require('@cloudblueconnect/connect-javascript-sdk');",
				'',
				`const client = new ConnectClient(${literal(endpoint)}, process.env.${KEY_VARIABLE});`,
				'client.accounts.search().then(console.log, console.error);',
			);
	}
}

/** A text of JavaScript and of Python alike. */
function literal(text: string): string {
	return `'${text.replace(/['\\]/g, '\\$&')}'`;
}

function lines(...all: string[]): string {
	return `${all.join('\n')}\n`;
}
