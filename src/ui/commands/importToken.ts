import * as vscode from 'vscode';
import { logFailure } from '../../domain/log';
import type { Clock, WorkspaceTokenSource } from '../../domain/ports';
import type { Token } from '../../domain/token';
import type { ImportInput } from '../../models/importSteps';
import type { InputStep } from '../../models/multiStepInput';
import { log } from '../log';
import { importExportedFile, importExportedTokens } from './importExportedTokens';
import { inputPrompts } from './inputPrompts';
import { showImportedToken } from './showTokenMessage';
import { loadOnDemand } from '../loadOnDemand';

/** *Import Token*: adds a token for an API key that was issued elsewhere, or the tokens of an exported file with new keys. */
export async function importToken(source: WorkspaceTokenSource, clock: Clock): Promise<void> {
	const { createImportStep, parseExportedTokens } = await loadOnDemand();
	const text = await vscode.env.clipboard.readText();
	const clipboard = { text, exportedTokenCount: parseExportedTokens(text)?.length ?? 0 };
	const tokens = await source.list();
	const existingIds = new Set(tokens.map(({ id }) => id));
	const input = await promptForImport(source, clock, tokens, { name: '' }, [createImportStep(inputPrompts, clipboard, existingIds)]);
	switch (input?.exportedTokens) {
		case 'clipboard':
			await importExportedTokens(text, source, clock);
			return;
		case 'file':
			await importExportedFile(source, clock);
			return;
		case undefined:
			await importInput(input, source);
	}
}

/**
 * Like *Import Token*, for a known key.
 * @returns false if the user canceled
 */
export async function importApiKey(apiKey: string, source: WorkspaceTokenSource, clock: Clock, name = ''): Promise<boolean> {
	return importInput(await promptForImport(source, clock, await source.list(), { name, apiKey }, []), source);
}

async function promptForImport(
	source: WorkspaceTokenSource,
	clock: Clock,
	tokens: readonly Token[],
	initial: ImportInput,
	firstSteps: readonly InputStep<ImportInput>[],
): Promise<ImportInput | undefined> {
	const { createDraftSteps, runMultiStepInput } = await loadOnDemand();
	const catalog = await source.getCatalog();
	const getDraftSteps = createDraftSteps<ImportInput>({ prompts: inputPrompts, clock, tokens, catalog });
	return runMultiStepInput(vscode.l10n.t('Import Token'), initial, (state) => [
		...firstSteps,
		...(state.exportedTokens === undefined ? getDraftSteps(state) : []),
	]);
}

async function importInput(input: ImportInput | undefined, source: WorkspaceTokenSource): Promise<boolean> {
	if (input?.apiKey === undefined) {
		return false;
	}
	const { apiKey, ...draft } = input;
	const token = await source.import(apiKey, draft);
	// Callers don't wait for the user to close the notification.
	showImportedToken({ source, token }).catch(logFailure(log, 'open the details page'));
	return true;
}
