import * as vscode from 'vscode';
import { formatApiKey, parseApiKey } from '../../domain/apiKey';
import type { AccountInfo } from '../../domain/ports';
import { DEFAULT_ENDPOINT, parseEndpoint } from '../../sources/connect/endpoint';
import { probeAccount } from '../../sources/connect/accountProbe';
import { promptForText, runMultiStepInput, type InputStep } from '../commands/multiStepInput';
import { localizeError } from '../../models/localization';
import { log } from '../log';

/** An account that has answered, and the key that it answered to. */
export interface VerifiedAccount {
	readonly account: AccountInfo;
	readonly authorization: string;
}

interface AccountInput {
	readonly endpoint: string;
	readonly apiKey: string;
	/** Once the platform has answered. */
	readonly account?: AccountInfo;
}

/**
 * Asks for an account's endpoint and key, until the platform accepts them; undefined when the user gives up.
 * @param endpoint where it is known already: then only the key is asked for
 */
export async function promptForAccount(title: string, endpoint?: string): Promise<VerifiedAccount | undefined> {
	const initialInput = { endpoint: endpoint ?? DEFAULT_ENDPOINT, apiKey: '' };
	const input = await runMultiStepInput<AccountInput>(title, initialInput, () => [
		...(endpoint === undefined ? [endpointStep] : []),
		apiKeyStep,
	]);
	return input?.account && { account: input.account, authorization: toAuthorization(input.apiKey) };
}

const endpointStep: InputStep<AccountInput> = async (input, stepPrompt) => {
	const prompt = vscode.l10n.t('Enter the API URL (https). White-label hosts are supported.');
	const endpoint = await promptForText(stepPrompt, { prompt, value: input.endpoint, validate: validateEndpoint });
	return typeof endpoint === 'string' ? { ...input, endpoint } : endpoint;
};

const apiKeyStep: InputStep<AccountInput> = async (input, stepPrompt) => {
	let account: AccountInfo | undefined;
	const apiKey = await promptForText(stepPrompt, {
		prompt: vscode.l10n.t('Enter an account API key that has access to the Integrations module (ApiKey SU-…:…).'),
		value: input.apiKey,
		password: true,
		validate: (text) =>
			parseApiKey(text)
				? undefined
				: vscode.l10n.t('Invalid API key. Expected format: ApiKey SU-000-000-000:… with 40 hexadecimal characters after the colon.'),
		verify: async (text, signal) => {
			try {
				account = await probeAccount({ endpoint: input.endpoint, authorization: toAuthorization(text), signal, log });
				return undefined;
			} catch (error) {
				return localizeError(error);
			}
		},
	});
	return typeof apiKey === 'string' ? { ...input, apiKey, ...(account && { account }) } : apiKey;
};

function validateEndpoint(text: string): string | undefined {
	try {
		parseEndpoint(text);
		return undefined;
	} catch (error) {
		return localizeError(error);
	}
}

function toAuthorization(text: string): string {
	return formatApiKey(parseApiKey(text)!);
}
