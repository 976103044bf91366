import * as l10n from '@vscode/l10n';
import type { WorkspaceTokenSource } from '../domain/ports';
import { problem } from '../domain/problems';
import type { SourceToken } from '../domain/tokenSources';
import { isExplained } from './localization';
import { deleteConfirmation, disableConfirmation, endPreviousKeyConfirmation, failuresText, type ConfirmationText } from './lifecycleTexts';

/**
 * Asks the user to confirm an action in a modal dialog.
 * @param action label of the button that confirms it
 */
export type Confirm = (text: ConfirmationText, action: string) => Promise<boolean>;

/**
 * Disables tokens. Asks first if an account is signed in with one of them.
 * @returns whether they were disabled
 */
export async function disableTokens(tokens: readonly SourceToken[], confirm: Confirm): Promise<boolean> {
	const confirmation = await disableConfirmation(tokens);
	const isConfirmed = tokens.length > 0 && (!confirmation || (await confirm(confirmation, l10n.t('Disable'))));
	if (isConfirmed) {
		await applyToAll(tokens, ({ source, token }) => source.disable(token.id));
	}
	return isConfirmed;
}

/** Enables tokens. */
export async function enableTokens(tokens: readonly SourceToken[]): Promise<void> {
	await applyToAll(tokens, ({ source, token }) => source.enable(token.id));
}

/**
 * Deletes tokens if the user confirms it.
 * @param readUsageLines says when a single token was last used, and where
 */
export async function deleteTokens(
	tokens: readonly SourceToken[],
	confirm: Confirm,
	readUsageLines: (found: SourceToken) => Promise<readonly string[]> = () => Promise.resolve([]),
): Promise<void> {
	const [found] = tokens;
	const usageLines = found && tokens.length === 1 ? await readUsageLines(found) : [];
	if (found && (await confirm(await deleteConfirmation(tokens, usageLines), l10n.t('Delete')))) {
		await applyToAll(tokens, ({ source, token }) => source.delete(token.id));
	}
}

/**
 * Ends the key from before a renewal if the user confirms it.
 * @throws ProblemError when the token has no such key, or its account can't end it
 */
export async function endPreviousKey({ source, token }: SourceToken, workspace: WorkspaceTokenSource, confirm: Confirm): Promise<void> {
	if (source !== workspace) {
		throw problem("The platform can't end only the previous key of {0}. Rotate the token to end both keys.", token.id);
	}
	if (token.renewedExpirationDate === null && token.status !== 'revitalised') {
		throw problem('Token {0} has no previous key that is still valid.', token.id);
	}
	if (await confirm(endPreviousKeyConfirmation(token), l10n.t('End Key'))) {
		await workspace.endPreviousKey(token.id);
	}
}

/**
 * Applies an action to every token, even if it fails for some. Runs them concurrently, so that the workspace's store saves them as one change.
 * @throws Error that lists the failures. Its cause is one of them, an unexpected one if there is any.
 */
async function applyToAll(tokens: readonly SourceToken[], action: (found: SourceToken) => Promise<unknown>): Promise<void> {
	const outcomes = await Promise.allSettled(tokens.map(action));
	const reasons = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }): unknown => reason);
	if (reasons.length > 0) {
		throw new Error(failuresText(tokens, outcomes), { cause: reasons.find((reason) => !isExplained(reason)) ?? reasons[0] });
	}
}
