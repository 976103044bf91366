import * as l10n from '@vscode/l10n';
import type { TokenSource } from '../domain/ports';
import type { SourceToken } from '../domain/tokenSources';
import { escapeLabel } from './localization';
import { sourceLabel } from './sourceTexts';
import { statusText } from './statusTexts';
import { relativeExpirationText, permissionsSummary } from './tokenTexts';

/** What a Quick Pick shows of an item. */
export interface PickItemText {
	readonly label: string;
	readonly description: string;
	readonly detail?: string;
}

/** The tokens of one source, for a Quick Pick. */
export interface TokenPickGroup {
	/** The heading above the tokens; undefined if there's only one source. */
	readonly heading: string | undefined;
	readonly tokens: readonly SourceToken[];
}

/** Groups tokens by source. Sources without tokens are left out. */
export function groupBySource(tokens: readonly SourceToken[], sources: readonly TokenSource[]): readonly TokenPickGroup[] {
	const groups = sources.map((source) => ({
		heading: sources.length === 1 ? undefined : sourceLabel(source),
		tokens: tokens.filter((found) => found.source === source),
	}));
	return groups.filter((group) => group.tokens.length > 0);
}

export function tokenPickText({ source, token }: SourceToken, now: Date): PickItemText {
	return {
		label: escapeLabel(token.name),
		description: `${token.id} · ${statusText(token)}`,
		detail: [escapeLabel(token.extension.name), permissionsSummary(token.permissions, source), relativeExpirationText(token, now)].join(
			' · ',
		),
	};
}

export function sourcePickText(source: TokenSource): PickItemText {
	const account = source.remote?.account;
	return {
		label: sourceLabel(source),
		description: account ? `${account.id} · ${new URL(account.endpoint).host}` : l10n.t('on this machine'),
	};
}

/** Asks for one of `sources`. */
export function sourcePickPlaceholder(sources: readonly TokenSource[]): string {
	return sources.every(({ remote }) => remote) ? l10n.t('Select an account') : l10n.t('Select the workspace or an account');
}
