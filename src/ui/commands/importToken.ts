import * as vscode from 'vscode';
import { maskApiKey, parseApiKey } from '../../domain/apiKey';
import type { Clock, WorkspaceTokenSource } from '../../domain/ports';
import type { SourceToken } from '../../domain/tokenSources';
import type { Token, TokenDraft } from '../../domain/token';
import { commandIds } from '../../models/manifestIds';
import { escapeLabel } from '../../models/localization';
import { createDraftSteps } from './draftSteps';
import { toTokenRef } from './pickToken';
import { promptForOne, promptForText, BACK, runMultiStepInput, type StepResult, type StepPrompt, type InputStep } from './multiStepInput';

interface ImportState extends TokenDraft {
	readonly apiKey?: string;
}

/** *Import Token*: takes in a key that was issued elsewhere, with the fields that a new token has. */
export async function importToken(source: WorkspaceTokenSource, clock: Clock): Promise<void> {
	const clipboardText = await vscode.env.clipboard.readText();
	const tokens = await source.list();
	const existingIds = new Set(tokens.map(({ id }) => id));
	const apiKeyStep: InputStep<ImportState> = async (state, prompt) => {
		const apiKey = await promptForApiKey(prompt, state.apiKey ?? clipboardText, existingIds);
		return typeof apiKey === 'string' ? { ...state, apiKey } : apiKey;
	};
	await runImport(source, clock, tokens, { name: '' }, [apiKeyStep]);
}

/** As *Import Token* for a key that is known; whether its user went through with it. */
export async function importApiKey(apiKey: string, source: WorkspaceTokenSource, clock: Clock): Promise<boolean> {
	return runImport(source, clock, await source.list(), { name: '', apiKey }, []);
}

async function runImport(
	source: WorkspaceTokenSource,
	clock: Clock,
	tokens: readonly Token[],
	initial: ImportState,
	firstSteps: readonly InputStep<ImportState>[],
): Promise<boolean> {
	const fieldSteps = createDraftSteps<ImportState>(clock, tokens, await source.getCatalog());
	const state = await runMultiStepInput<ImportState>(vscode.l10n.t('Import Token'), initial, (answered) => [
		...firstSteps,
		...fieldSteps(answered),
	]);
	if (state?.apiKey === undefined) {
		return false;
	}
	const { apiKey, ...draft } = state;
	void showImported({ source, token: await source.import(apiKey, draft) });
	return true;
}

async function showImported(imported: SourceToken): Promise<void> {
	const { id, name } = imported.token;
	const detailsLabel = vscode.l10n.t('Go to Details');
	if (
		(await vscode.window.showInformationMessage(vscode.l10n.t('Imported token “{0}” ({1}).', escapeLabel(name), id), detailsLabel)) ===
		detailsLabel
	) {
		await vscode.commands.executeCommand(commandIds.openDetails, toTokenRef(imported));
	}
}

/** Offers the key on the clipboard where there is one, masked; otherwise asks for it to be pasted. */
async function promptForApiKey(
	stepPrompt: StepPrompt,
	clipboardText: string,
	existingIds: ReadonlySet<string>,
): Promise<StepResult<string>> {
	const clipboardKey = parseApiKey(clipboardText);
	if (clipboardKey && !existingIds.has(clipboardKey.tokenId)) {
		const clipboardChoice = {
			value: true,
			label: vscode.l10n.t('Import API key from clipboard'),
			description: maskApiKey(clipboardKey.tokenId),
		};
		const pasteChoice = { value: false, label: vscode.l10n.t('Paste another API key') };
		const usesClipboard = await promptForOne(
			stepPrompt,
			vscode.l10n.t('Select the API key to import'),
			[clipboardChoice, pasteChoice],
			true,
		);
		if (usesClipboard === undefined || usesClipboard === BACK) {
			return usesClipboard;
		}
		if (usesClipboard) {
			return clipboardText;
		}
	}
	return promptForText(stepPrompt, {
		prompt: vscode.l10n.t('Paste the API key (ApiKey SU-…:… or SU-…:…)'),
		value: '',
		password: true,
		validate: (text) => {
			const key = parseApiKey(text);
			if (!key) {
				return vscode.l10n.t('Invalid API key. Expected format: ApiKey SU-000-000-000:… with 40 hexadecimal characters after the colon.');
			}
			return existingIds.has(key.tokenId) ? vscode.l10n.t('Token {0} already exists in this workspace.', key.tokenId) : undefined;
		},
	});
}
