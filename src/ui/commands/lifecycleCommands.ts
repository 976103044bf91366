import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import type { SourceToken, TokenSources } from '../../domain/tokenSources';
import { deleteConfirmation, disableConfirmation, failuresText, type ConfirmationText } from '../../models/lifecycleTexts';
import { resolveTokens, type CommandTarget } from './pickToken';

/** *Disable Token*, for one or more tokens. */
export async function disableTokens(target: CommandTarget, sources: TokenSources, clock: Clock): Promise<void> {
	const tokens = await resolveTokens(target, { sources, clock, title: vscode.l10n.t('Disable Token') }, 'disable');
	const confirmation = await disableConfirmation(tokens);
	if (!confirmation || (await confirm(confirmation, vscode.l10n.t('Disable')))) {
		await applyToAll(tokens, ({ source, token }) => source.disable(token.id));
	}
}

/** *Enable Token*, for one or more tokens. */
export async function enableTokens(target: CommandTarget, sources: TokenSources, clock: Clock): Promise<void> {
	const tokens = await resolveTokens(target, { sources, clock, title: vscode.l10n.t('Enable Token') }, 'enable');
	await applyToAll(tokens, ({ source, token }) => source.enable(token.id));
}

/** *Delete Token*, for one or more tokens. */
export async function deleteTokens(target: CommandTarget, sources: TokenSources, clock: Clock): Promise<void> {
	const tokens = await resolveTokens(target, { sources, clock, title: vscode.l10n.t('Delete Token') }, 'delete');
	if (tokens.length > 0 && (await confirm(await deleteConfirmation(tokens), vscode.l10n.t('Delete')))) {
		await applyToAll(tokens, ({ source, token }) => source.delete(token.id));
	}
}

async function confirm({ message, detail }: ConfirmationText, action: string): Promise<boolean> {
	return (await vscode.window.showWarningMessage(message, { modal: true, detail }, action)) === action;
}

/**
 * Applies an action to every token, even if it fails for some. Runs them concurrently, so that the workspace's store saves them as one change.
 * @throws Error that lists the failures
 */
async function applyToAll(tokens: readonly SourceToken[], action: (found: SourceToken) => Promise<unknown>): Promise<void> {
	const failures = failuresText(tokens, await Promise.allSettled(tokens.map(action)));
	if (failures !== '') {
		throw new Error(failures);
	}
}
