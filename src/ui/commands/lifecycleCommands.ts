import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import type { SourceToken, TokenSources } from '../../domain/tokenSources';
import { localizeError, escapeLabel } from '../../models/localization';
import { resolveTokens, type CommandTarget } from './pickToken';
import { sourceLabel } from '../../models/sourceTexts';

/** *Disable Token*, for one or several. */
export async function disableTokens(target: CommandTarget, sources: TokenSources, clock: Clock): Promise<void> {
	const tokens = await resolveTokens(target, { sources, clock, title: vscode.l10n.t('Disable Token') }, 'disable');
	if (await confirmDisable(tokens)) {
		await applyToAll(tokens, ({ source, token }) => source.disable(token.id));
	}
}

/** *Enable Token*, for one or several. */
export async function enableTokens(target: CommandTarget, sources: TokenSources, clock: Clock): Promise<void> {
	const tokens = await resolveTokens(target, { sources, clock, title: vscode.l10n.t('Enable Token') }, 'enable');
	await applyToAll(tokens, ({ source, token }) => source.enable(token.id));
}

/** *Delete Token*, for one or several: asks first, naming them. */
export async function deleteTokens(target: CommandTarget, sources: TokenSources, clock: Clock): Promise<void> {
	const tokens = await resolveTokens(target, { sources, clock, title: vscode.l10n.t('Delete Token') }, 'delete');
	if (tokens.length > 0 && (await confirmDelete(tokens))) {
		await applyToAll(tokens, ({ source, token }) => source.delete(token.id));
	}
}

async function confirmDelete(tokens: readonly SourceToken[]): Promise<boolean> {
	const [first] = tokens;
	const deleteLabel = vscode.l10n.t('Delete');
	const warning = [
		vscode.l10n.t("The API keys of deleted tokens stop working immediately and can't be recovered."),
		...(await accountKeyWarnings(tokens)),
	].join('\n');
	const answer = await vscode.window.showWarningMessage(
		first && tokens.length === 1
			? vscode.l10n.t('Delete token “{0}” ({1})?', escapeLabel(first.token.name), first.token.id)
			: vscode.l10n.t('Delete {0} tokens?', tokens.length),
		{ modal: true, detail: tokens.length === 1 ? warning : [...tokenListLines(tokens), '', warning].join('\n') },
		deleteLabel,
	);
	return answer === deleteLabel;
}

/** Disabling is undone with a click, unless it shuts the account out. */
async function confirmDisable(tokens: readonly SourceToken[]): Promise<boolean> {
	const [detail] = await accountKeyWarnings(tokens);
	if (detail === undefined) {
		return true;
	}
	const disableLabel = vscode.l10n.t('Disable');
	const question =
		tokens.length === 1
			? vscode.l10n.t('Disable token “{0}”?', escapeLabel(tokens[0]!.token.name))
			: vscode.l10n.t('Disable {0} tokens?', tokens.length);
	return (await vscode.window.showWarningMessage(question, { modal: true, detail }, disableLabel)) === disableLabel;
}

/** What it means for accounts that are opened with a key of one of the tokens; nothing where there are none. */
async function accountKeyWarnings(tokens: readonly SourceToken[]): Promise<readonly string[]> {
	const isAccountKey = await Promise.all(tokens.map(async ({ source, token }) => source.remote?.usesAsCredential(token.id)));
	const accounts = tokens.filter((_, index) => isAccountKey[index]).map(({ source }) => sourceLabel(source));
	return accounts.length === 0
		? []
		: [
				vscode.l10n.t(
					"You're signed in to account “{0}” with this token. Replace the account key first, or you'll lose access to the account.",
					accounts.join(', '),
				),
			];
}

/** So many are named in a question about several. */
const MAX_LISTED_TOKENS = 10;

function tokenListLines(tokens: readonly SourceToken[]): readonly string[] {
	const unlistedCount = tokens.length - MAX_LISTED_TOKENS;
	return [
		...tokens.slice(0, MAX_LISTED_TOKENS).map(nameAndId),
		...(unlistedCount > 0 ? [vscode.l10n.t('and {0} more', unlistedCount)] : []),
	];
}

function nameAndId({ token: { name, id } }: SourceToken): string {
	return `${escapeLabel(name)} (${id})`;
}

/** Acts on every token, also where some are refused, and throws what those were refused for. All at once, which the workspace does as one change. */
async function applyToAll(tokens: readonly SourceToken[], action: (found: SourceToken) => Promise<unknown>): Promise<void> {
	const outcomes = await Promise.allSettled(tokens.map(action));
	const failures = tokens.flatMap((token, index) => {
		const outcome = outcomes[index];
		return outcome?.status === 'rejected' ? [`${nameAndId(token)}: ${localizeError(outcome.reason)}`] : [];
	});
	if (failures.length > 0) {
		throw new Error(failures.join('\n'));
	}
}
