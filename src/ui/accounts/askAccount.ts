import * as vscode from 'vscode';
import { formatApiKey, parseApiKey } from '../../domain/apiKey';
import type { AccountInfo } from '../../domain/ports';
import { DEFAULT_ENDPOINT, parseEndpoint } from '../../sources/connect/endpoint';
import { probeAccount } from '../../sources/connect/probe';
import { askText, runSteps, type Step } from '../commands/steps';
import { localError } from '../messages';

/** An account that has answered, and the key that it answered to. */
export interface CheckedAccount {
	readonly account: AccountInfo;
	readonly authorization: string;
}

interface Entry {
	readonly endpoint: string;
	readonly apiKey: string;
	/** Once the platform has answered. */
	readonly account?: AccountInfo;
}

/**
 * Asks for an account's endpoint and key, until the platform accepts them; undefined when the user gives up.
 * @param endpoint where it is known already: then only the key is asked for
 */
export async function askAccount(title: string, endpoint?: string): Promise<CheckedAccount | undefined> {
	const entry = { endpoint: endpoint ?? DEFAULT_ENDPOINT, apiKey: '' };
	const answered = await runSteps<Entry>(title, entry, () => [...(endpoint === undefined ? [askEndpoint] : []), askKey]);
	return answered?.account && { account: answered.account, authorization: authorizationIn(answered.apiKey) };
}

const askEndpoint: Step<Entry> = async (entry, shown) => {
	const prompt = vscode.l10n.t('The endpoint of the API, with https; the host may be a white-labelled one');
	const endpoint = await askText(shown, { prompt, value: entry.endpoint, check: endpointProblem });
	return typeof endpoint === 'string' ? { ...entry, endpoint } : endpoint;
};

const askKey: Step<Entry> = async (entry, shown) => {
	let account: AccountInfo | undefined;
	const apiKey = await askText(shown, {
		prompt: vscode.l10n.t('An API key of the account that has the module Integrations, ApiKey SU-…:…'),
		value: entry.apiKey,
		password: true,
		check: (text) =>
			parseApiKey(text)
				? undefined
				: vscode.l10n.t('This is no API key: it has the form ApiKey SU-000-000-000:… with 40 hexadecimal characters after the colon.'),
		verify: async (text, signal) => {
			try {
				account = await probeAccount({ endpoint: entry.endpoint, authorization: authorizationIn(text), signal });
				return undefined;
			} catch (error) {
				return localError(error);
			}
		},
	});
	return typeof apiKey === 'string' ? { ...entry, apiKey, ...(account && { account }) } : apiKey;
};

function endpointProblem(text: string): string | undefined {
	try {
		parseEndpoint(text);
		return undefined;
	} catch (error) {
		return localError(error);
	}
}

function authorizationIn(text: string): string {
	return formatApiKey(parseApiKey(text)!);
}
