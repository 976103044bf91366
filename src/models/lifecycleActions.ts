import * as l10n from '@vscode/l10n';
import type { SourceToken } from '../domain/tokenSources';
import { deleteConfirmation, disableConfirmation, failuresText, type ConfirmationText } from './lifecycleTexts';

/**
 * Asks the user to confirm an action in a modal dialog.
 * @param action label of the button that confirms it
 */
export type Confirm = (text: ConfirmationText, action: string) => Promise<boolean>;

/** Disables tokens. Asks first if an account is signed in with one of them. */
export async function disableTokens(tokens: readonly SourceToken[], confirm: Confirm): Promise<void> {
	const confirmation = await disableConfirmation(tokens);
	if (!confirmation || (await confirm(confirmation, l10n.t('Disable')))) {
		await applyToAll(tokens, ({ source, token }) => source.disable(token.id));
	}
}

/** Enables tokens. */
export async function enableTokens(tokens: readonly SourceToken[]): Promise<void> {
	await applyToAll(tokens, ({ source, token }) => source.enable(token.id));
}

/** Deletes tokens if the user confirms it. */
export async function deleteTokens(tokens: readonly SourceToken[], confirm: Confirm): Promise<void> {
	if (tokens.length > 0 && (await confirm(await deleteConfirmation(tokens), l10n.t('Delete')))) {
		await applyToAll(tokens, ({ source, token }) => source.delete(token.id));
	}
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
