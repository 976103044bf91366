import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import type { SourceToken, TokenSources } from '../../domain/sources';
import { localError, verbatim } from '../messages';
import { tokensFor, type Target } from './pickToken';

/** *Disable Token*, for one or several. */
export async function disableTokens(target: Target, sources: TokenSources, clock: Clock): Promise<void> {
	const tokens = await tokensFor(target, { sources, clock, title: vscode.l10n.t('Disable Token') }, 'disable');
	await forEach(tokens, ({ source, token }) => source.disable(token.id));
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
	const consequence = vscode.l10n.t('API keys of deleted tokens stop working at once and cannot be brought back.');
	const answer = await vscode.window.showWarningMessage(
		first && tokens.length === 1
			? vscode.l10n.t('Delete the token “{0}” ({1})?', verbatim(first.token.name), first.token.id)
			: vscode.l10n.t('Delete {0} tokens?', tokens.length),
		{ modal: true, detail: tokens.length === 1 ? consequence : [...listed(tokens), '', consequence].join('\n') },
		confirm,
	);
	return answer === confirm;
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
