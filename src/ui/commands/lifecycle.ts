import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import type { SourceToken, TokenSources } from '../../domain/sources';
import { localError, verbatim } from '../messages';
import { tokensFor, type Target } from './pickToken';
import { sourceName } from './sourceName';

/** *Disable Token*, for one or several. */
export async function disableTokens(target: Target, sources: TokenSources, clock: Clock): Promise<void> {
	const tokens = await tokensFor(target, { sources, clock, title: vscode.l10n.t('Disable Token') }, 'disable');
	if (await isMeant(tokens)) {
		await forEach(tokens, ({ source, token }) => source.disable(token.id));
	}
}

/** *Enable Token*, for one or several. */
export async function enableTokens(target: Target, sources: TokenSources, clock: Clock): Promise<void> {
	const tokens = await tokensFor(target, { sources, clock, title: vscode.l10n.t('Enable Token') }, 'enable');
	await forEach(tokens, ({ source, token }) => source.enable(token.id));
}

/** *Delete Token*, for one or several: asks first, naming them. */
export async function deleteTokens(target: Target, sources: TokenSources, clock: Clock): Promise<void> {
	const tokens = await tokensFor(target, { sources, clock, title: vscode.l10n.t('Delete Token') }, 'delete');
	if (tokens.length > 0 && (await confirmDelete(tokens))) {
		await forEach(tokens, ({ source, token }) => source.delete(token.id));
	}
}

async function confirmDelete(tokens: readonly SourceToken[]): Promise<boolean> {
	const [first] = tokens;
	const confirm = vscode.l10n.t('Delete');
	const consequence = [
		vscode.l10n.t('API keys of deleted tokens stop working at once and cannot be brought back.'),
		...(await openersText(tokens)),
	].join('\n');
	const answer = await vscode.window.showWarningMessage(
		first && tokens.length === 1
			? vscode.l10n.t('Delete the token “{0}” ({1})?', verbatim(first.token.name), first.token.id)
			: vscode.l10n.t('Delete {0} tokens?', tokens.length),
		{ modal: true, detail: tokens.length === 1 ? consequence : [...listed(tokens), '', consequence].join('\n') },
		confirm,
	);
	return answer === confirm;
}

/** Disabling is undone with a click, unless it shuts the account out. */
async function isMeant(tokens: readonly SourceToken[]): Promise<boolean> {
	const [detail] = await openersText(tokens);
	if (detail === undefined) {
		return true;
	}
	const disable = vscode.l10n.t('Disable');
	const question =
		tokens.length === 1
			? vscode.l10n.t('Disable the token “{0}”?', verbatim(tokens[0]!.token.name))
			: vscode.l10n.t('Disable {0} tokens?', tokens.length);
	return (await vscode.window.showWarningMessage(question, { modal: true, detail }, disable)) === disable;
}

/** What it means for accounts that are opened with a key of one of the tokens; nothing where there are none. */
async function openersText(tokens: readonly SourceToken[]): Promise<readonly string[]> {
	const isOpener = await Promise.all(tokens.map(({ source, token }) => source.isOpenedBy(token.id)));
	const accounts = tokens.filter((_, index) => isOpener[index]).map(({ source }) => sourceName(source));
	return accounts.length === 0
		? []
		: [
				vscode.l10n.t(
					'The account “{0}” is opened here with a key of this token. Replace the key of the account first, or it will be out of reach.',
					accounts.join(', '),
				),
			];
}

/** So many are named in a question about several. */
const NAMED = 10;

function listed(tokens: readonly SourceToken[]): readonly string[] {
	const more = tokens.length - NAMED;
	return [...tokens.slice(0, NAMED).map(nameAndId), ...(more > 0 ? [vscode.l10n.t('and {0} more', more)] : [])];
}

function nameAndId({ token: { name, id } }: SourceToken): string {
	return `${verbatim(name)} (${id})`;
}

/** Acts on every token, also where some are refused, and throws what those were refused for. All at once, which the workspace does as one change. */
async function forEach(tokens: readonly SourceToken[], act: (found: SourceToken) => Promise<unknown>): Promise<void> {
	const outcomes = await Promise.allSettled(tokens.map(act));
	const refused = tokens.flatMap((token, index) => {
		const outcome = outcomes[index];
		return outcome?.status === 'rejected' ? [`${nameAndId(token)}: ${localError(outcome.reason)}`] : [];
	});
	if (refused.length > 0) {
		throw new Error(refused.join('\n'));
	}
}
