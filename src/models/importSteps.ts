import * as l10n from '@vscode/l10n';
import { INVALID_API_KEY_MESSAGE, maskApiKey, parsePastedApiKey } from '../domain/apiKey';
import type { TokenDraft } from '../domain/token';
import { mapStepResult, type InputPrompts, type InputStep, type StepPrompt, type StepResult } from './multiStepInput';
import { tokenCountText } from './tokenListTexts';

/** Input for importing a token: an API key that was issued elsewhere, and the fields of the new token. */
export interface ImportInput extends TokenDraft {
	/** In any form that `parsePastedApiKey` accepts. */
	readonly apiKey?: string;
	/** Where to read exported tokens instead. They have no keys and need no further steps. */
	readonly exportedTokens?: 'clipboard' | 'file';
}

/** What can be imported from the clipboard. */
export interface ClipboardContent {
	readonly text: string;
	/** Number of exported tokens that the text contains; 0 if it's anything else. */
	readonly exportedTokenCount: number;
}

/**
 * Creates the step that prompts for what to import: an API key, or exported tokens. Offers what's on the clipboard, a key masked and only if it
 * can be imported.
 * @param existingIds IDs of the tokens that the source already has
 */
export function createImportStep(
	prompts: InputPrompts,
	clipboard: ClipboardContent,
	existingIds: ReadonlySet<string>,
): InputStep<ImportInput> {
	return async (state, stepPrompt) => {
		const suggestion = state.apiKey ?? clipboard.text;
		const choices = importChoices(suggestion, clipboard, existingIds);
		const choice = await prompts.promptForOne(stepPrompt, l10n.t('Select what to import'), choices, choices[0]!.value);
		switch (choice) {
			case 'clipboardKey':
				return { ...state, apiKey: suggestion };
			case 'pastedKey':
				return mapStepResult(promptForApiKey(prompts, stepPrompt, existingIds), (apiKey) => ({ ...state, apiKey }));
			case 'clipboard':
			case 'file':
				return { ...state, exportedTokens: choice };
			default:
				return choice;
		}
	};
}

function importChoices(suggestion: string, { exportedTokenCount }: ClipboardContent, existingIds: ReadonlySet<string>) {
	const suggestedKey = parsePastedApiKey(suggestion);
	const canImportKey = suggestedKey !== undefined && !existingIds.has(suggestedKey.tokenId);
	return [
		...(canImportKey
			? [
					{
						value: 'clipboardKey' as const,
						label: l10n.t('Import API key from clipboard'),
						description: maskApiKey(suggestedKey.tokenId),
					},
				]
			: []),
		...(exportedTokenCount > 0
			? [
					{
						value: 'clipboard' as const,
						label: l10n.t('Import exported tokens from clipboard'),
						description: tokenCountText(exportedTokenCount),
					},
				]
			: []),
		{ value: 'pastedKey' as const, label: canImportKey ? l10n.t('Paste another API key') : l10n.t('Paste an API key') },
		{ value: 'file' as const, label: l10n.t('Import exported tokens from file…'), description: l10n.t('with new API keys') },
	];
}

function promptForApiKey(prompts: InputPrompts, stepPrompt: StepPrompt, existingIds: ReadonlySet<string>): Promise<StepResult<string>> {
	return prompts.promptForText(stepPrompt, {
		prompt: l10n.t('Paste the API key (ApiKey SU-…:… or SU-…:…)'),
		value: '',
		password: true,
		validate: (text) => {
			const key = parsePastedApiKey(text);
			if (!key) {
				return l10n.t(INVALID_API_KEY_MESSAGE);
			}
			return existingIds.has(key.tokenId) ? l10n.t('Token {0} already exists in this workspace.', key.tokenId) : undefined;
		},
	});
}
