import * as vscode from 'vscode';
import { logFailure } from '../../domain/log';
import type { Clock, WorkspaceTokenSource } from '../../domain/ports';
import type { Token } from '../../domain/token';
import { createDraftSteps } from '../../models/draftSteps';
import { createApiKeyStep, type ImportInput } from '../../models/importSteps';
import { runMultiStepInput, type InputStep } from '../../models/multiStepInput';
import { log } from '../log';
import { inputPrompts } from './inputPrompts';
import { showImportedToken } from './showTokenMessage';

/** *Import Token*: adds a token for an API key that was issued elsewhere. */
export async function importToken(source: WorkspaceTokenSource, clock: Clock): Promise<void> {
	const clipboardText = await vscode.env.clipboard.readText();
	const tokens = await source.list();
	const existingIds = new Set(tokens.map(({ id }) => id));
	await runImport(source, clock, tokens, { name: '' }, [createApiKeyStep(inputPrompts, clipboardText, existingIds)]);
}

/**
 * Like *Import Token*, for a known key.
 * @returns false if the user canceled
 */
export async function importApiKey(apiKey: string, source: WorkspaceTokenSource, clock: Clock): Promise<boolean> {
	return runImport(source, clock, await source.list(), { name: '', apiKey }, []);
}

async function runImport(
	source: WorkspaceTokenSource,
	clock: Clock,
	tokens: readonly Token[],
	initial: ImportInput,
	firstSteps: readonly InputStep<ImportInput>[],
): Promise<boolean> {
	const catalog = await source.getCatalog();
	const getDraftSteps = createDraftSteps<ImportInput>({ prompts: inputPrompts, clock, tokens, catalog });
	const input = await runMultiStepInput(vscode.l10n.t('Import Token'), initial, (state) => [...firstSteps, ...getDraftSteps(state)]);
	if (input?.apiKey === undefined) {
		return false;
	}
	const { apiKey, ...draft } = input;
	const token = await source.import(apiKey, draft);
	// Callers don't wait for the user to close the notification.
	showImportedToken({ source, token }).catch(logFailure(log, 'open the details page'));
	return true;
}
