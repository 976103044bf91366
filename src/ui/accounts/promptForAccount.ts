import * as vscode from 'vscode';
import { formatApiKey, INVALID_API_KEY_MESSAGE, parsePastedApiKey } from '../../domain/apiKey';
import type { AccountInfo } from '../../domain/ports';
import { accountKeyLinks } from '../../models/accountTexts';
import { localizeError } from '../../models/localization';
import { mapStepResult, runMultiStepInput, type InputStep } from '../../models/multiStepInput';
import { probeAccount } from '../../sources/connect/accountProbe';
import { DEFAULT_ENDPOINT, getTokensPageUrl, parseEndpoint } from '../../sources/connect/endpoint';
import { inputPrompts } from '../commands/inputPrompts';
import { log } from '../log';

/** An account, and a key that the platform has accepted for it. */
export interface VerifiedAccount {
	readonly account: AccountInfo;
	readonly authorization: string;
}

/** What's known about an account before the platform has accepted its key. */
export interface SuggestedAccount {
	readonly endpoint: string;
	readonly apiKey: string;
}

interface AccountInput {
	readonly endpoint: string;
	readonly apiKey: string;
	/** Undefined until the platform has accepted the key. */
	readonly account?: AccountInfo;
}

/**
 * Prompts for an account's endpoint and key until the platform accepts them.
 * @param endpoint if it can't be another one; then prompts only for the key
 * @param suggestion what to suggest
 * @returns undefined if the user canceled
 */
export async function promptForAccount(
	title: string,
	endpoint?: string,
	suggestion?: SuggestedAccount,
): Promise<VerifiedAccount | undefined> {
	const initialInput = { endpoint: endpoint ?? DEFAULT_ENDPOINT, apiKey: '', ...suggestion };
	const input = await runMultiStepInput<AccountInput>(title, initialInput, () => [
		...(endpoint === undefined ? [endpointStep] : []),
		apiKeyStep,
	]);
	return input?.account && { account: input.account, authorization: toAuthorization(input.apiKey) };
}

const endpointStep: InputStep<AccountInput> = (input, stepPrompt) => {
	const prompt = vscode.l10n.t('Enter the API URL (https). White-label hosts are supported.');
	const result = inputPrompts.promptForText(stepPrompt, { prompt, value: input.endpoint, validate: validateEndpoint });
	return mapStepResult(result, (endpoint) => ({ ...input, endpoint }));
};

const apiKeyStep: InputStep<AccountInput> = (input, stepPrompt) => {
	let account: AccountInfo | undefined;
	const result = inputPrompts.promptForText(stepPrompt, {
		prompt: vscode.l10n.t('Enter an account API key that has access to the Integrations module (ApiKey SU-…:…).'),
		links: accountKeyLinks(getTokensPageUrl(input.endpoint)),
		value: input.apiKey,
		password: true,
		validate: (text) => (parsePastedApiKey(text) ? undefined : vscode.l10n.t(INVALID_API_KEY_MESSAGE)),
		verify: async (text, signal) => {
			try {
				account = await probeAccount({ endpoint: input.endpoint, authorization: toAuthorization(text), signal, log });
				return undefined;
			} catch (error) {
				return localizeError(error);
			}
		},
	});
	return mapStepResult(result, (apiKey) => ({ ...input, apiKey, ...(account && { account }) }));
};

function validateEndpoint(text: string): string | undefined {
	try {
		parseEndpoint(text);
		return undefined;
	} catch (error) {
		// Shown under the input box while the user types.
		return localizeError(error);
	}
}

/** @param text must be a valid API key */
function toAuthorization(text: string): string {
	return formatApiKey(parsePastedApiKey(text)!);
}
