import * as l10n from '@vscode/l10n';
import type { Token } from '../domain/token';
import { escapeLabel } from './localization';

/** How many tokens a confirmation lists by name. */
const MAX_LISTED_TOKENS = 10;

/** What a list shows of a token. */
type NamedToken = Pick<Token, 'id' | 'name'>;

/** Lists tokens, one per line. */
export function tokenListLines(tokens: readonly NamedToken[]): readonly string[] {
	const unlistedCount = tokens.length - MAX_LISTED_TOKENS;
	return [...tokens.slice(0, MAX_LISTED_TOKENS).map(nameAndId), ...(unlistedCount > 0 ? [l10n.t('and {0} more', unlistedCount)] : [])];
}

/** Names a token in a list. */
export function nameAndId({ name, id }: NamedToken): string {
	return `${escapeLabel(name)} (${id})`;
}

/** Says how many tokens there are. */
export function tokenCountText(count: number): string {
	return count === 1 ? l10n.t('1 token') : l10n.t('{0} tokens', count);
}
