import { quoted } from './curl';
import { authorizationHeader } from './authorization';
import { KEY_VARIABLE } from './environment';
import { referenceTo } from './references';

/** What a call as a token can be copied as, in the order of a list. */
export const copyForms = ['header', 'curl', 'fetch', 'python', 'sdk'] as const;
export type CopyForm = (typeof copyForms)[number];

/** A call as a token. */
export interface Call {
	readonly tokenId: string;
	/** The API's URL, without a slash at its end. */
	readonly endpoint: string;
	/** What is read; normalised, with nothing that needs an escape left as it is. */
	readonly url: string;
}

/**
 * Code that makes a call with the key from the environment, which a terminal of the token has; of a request file's header, with the one
 * that is handed over to its client. The SDK reads the accounts, as every token may: it knows no paths.
 */
export function codeFor(form: CopyForm, { tokenId, endpoint, url }: Call): string {
	switch (form) {
		case 'header':
			return authorizationHeader(referenceTo(tokenId));
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
