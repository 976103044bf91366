import * as l10n from '@vscode/l10n';
import type { SourceToken } from '../domain/tokenSources';
import { escapeLabel, localizeError } from './localization';
import { sourceLabel } from './sourceTexts';
import { nameAndId, tokenListLines } from './tokenListTexts';

/** Text of a modal confirmation. */
export interface ConfirmationText {
	readonly message: string;
	readonly detail: string;
}

/**
 * Asks whether to delete tokens. Lists them, and warns if an account is signed in with one of them.
 * @param usageLines when they were last used, and where
 */
export async function deleteConfirmation(tokens: readonly SourceToken[], usageLines: readonly string[] = []): Promise<ConfirmationText> {
	const accountWarning = await accountKeyWarning(tokens);
	const warnings = [
		tokens.length === 1
			? l10n.t("The token's API key stops working immediately and can't be recovered.")
			: l10n.t("The API keys of deleted tokens stop working immediately and can't be recovered."),
		...(accountWarning === undefined ? [] : [accountWarning]),
		...usageLines,
	];
	const [first] = tokens;
	return first && tokens.length === 1
		? { message: l10n.t('Delete token “{0}” ({1})?', escapeLabel(first.token.name), first.token.id), detail: warnings.join('\n') }
		: {
				message: l10n.t('Delete {0} tokens?', tokens.length),
				detail: [...tokenListLines(tokens.map(({ token }) => token)), '', ...warnings].join('\n'),
			};
}

/** Asks whether to disable tokens. Undefined if no confirmation is needed: disabling can be undone unless it affects an account key. */
export async function disableConfirmation(tokens: readonly SourceToken[]): Promise<ConfirmationText | undefined> {
	const [first] = tokens;
	const detail = await accountKeyWarning(tokens);
	if (!first || detail === undefined) {
		return undefined;
	}
	const message =
		tokens.length === 1 ? l10n.t('Disable token “{0}”?', escapeLabel(first.token.name)) : l10n.t('Disable {0} tokens?', tokens.length);
	return { message, detail };
}

/** Asks whether to rotate tokens. Lists them, and warns if an account is signed in with one of them. */
export async function rotateConfirmation(tokens: readonly SourceToken[]): Promise<ConfirmationText> {
	const accountWarning = await accountKeyWarning(tokens);
	const warnings = [
		l10n.t("The current API keys stop working immediately. Replace them wherever they're used."),
		...(accountWarning === undefined ? [] : [accountWarning]),
	];
	const message = tokens.length === 1 ? l10n.t('Rotate 1 token?') : l10n.t('Rotate {0} tokens?', tokens.length);
	return { message, detail: [...tokenListLines(tokens.map(({ token }) => token)), '', ...warnings].join('\n') };
}

/** Asks whether to end the key from before a renewal. */
export function endPreviousKeyConfirmation({ name, id }: SourceToken['token']): ConfirmationText {
	return {
		message: l10n.t('End the previous key of “{0}” ({1}) now?', escapeLabel(name), id),
		detail: l10n.t('Requests with the previous key are denied immediately. The new key stays valid.'),
	};
}

/** Confirms that tokens were disabled. */
export function disabledText(tokens: readonly SourceToken[]): string {
	const [first] = tokens;
	return first && tokens.length === 1
		? l10n.t('Disabled token “{0}” ({1}).', escapeLabel(first.token.name), first.token.id)
		: l10n.t('Disabled {0} tokens.', tokens.length);
}

/** Lists which tokens an action failed for, and why; empty if it succeeded for all. */
export function failuresText(tokens: readonly SourceToken[], outcomes: readonly PromiseSettledResult<unknown>[]): string {
	const lines = tokens.flatMap((found, index) => {
		const outcome = outcomes[index];
		return outcome?.status === 'rejected' ? [`${nameAndId(found.token)}: ${localizeError(outcome.reason)}`] : [];
	});
	return lines.join('\n');
}

/** Warns about accounts that are signed in with one of the tokens; undefined if there are none. */
async function accountKeyWarning(tokens: readonly SourceToken[]): Promise<string | undefined> {
	const isAccountKey = await Promise.all(tokens.map(async ({ source, token }) => source.remote?.usesAsCredential(token.id)));
	const accounts = tokens.filter((_, index) => isAccountKey[index]).map(({ source }) => sourceLabel(source));
	return accounts.length === 0
		? undefined
		: l10n.t(
				"You're signed in to account “{0}” with this token. Replace the account key first, or you'll lose access to the account.",
				accounts.join(', '),
			);
}
