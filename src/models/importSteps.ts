import * as l10n from '@vscode/l10n';
import { INVALID_API_KEY_MESSAGE, maskApiKey, parsePastedApiKey } from '../domain/apiKey';
import type { TokenDraft } from '../domain/token';
import { BACK, mapStepResult, type InputPrompts, type InputStep, type StepPrompt, type StepResult } from './multiStepInput';

/** Input for importing a token: an API key that was issued elsewhere, and the fields of the new token. */
export interface ImportInput extends TokenDraft {
	/** In any form that `parsePastedApiKey` accepts. */
	readonly apiKey?: string;
}

/**
 * Creates the step that prompts for the API key. Offers the key on the clipboard, masked, if it can be imported.
 * @param existingIds IDs of the tokens that the source already has
 */
export function createApiKeyStep(prompts: InputPrompts, clipboardText: string, existingIds: ReadonlySet<string>): InputStep<ImportInput> {
	return (state, stepPrompt) =>
		mapStepResult(promptForApiKey(prompts, stepPrompt, state.apiKey ?? clipboardText, existingIds), (apiKey) => ({ ...state, apiKey }));
}

async function promptForApiKey(
	prompts: InputPrompts,
	stepPrompt: StepPrompt,
	suggestion: string,
	existingIds: ReadonlySet<string>,
): Promise<StepResult<string>> {
	const suggestedKey = parsePastedApiKey(suggestion);
	if (suggestedKey && !existingIds.has(suggestedKey.tokenId)) {
		const choices = [
			{ value: true, label: l10n.t('Import API key from clipboard'), description: maskApiKey(suggestedKey.tokenId) },
			{ value: false, label: l10n.t('Paste another API key') },
		];
		const usesSuggestion = await prompts.promptForOne(stepPrompt, l10n.t('Select the API key to import'), choices, true);
		if (usesSuggestion === undefined || usesSuggestion === BACK) {
			return usesSuggestion;
		}
		if (usesSuggestion) {
			return suggestion;
		}
	}
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
