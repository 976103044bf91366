import * as l10n from '@vscode/l10n';
import type { TokenSource } from '../domain/ports';
import { isUsable } from '../domain/token';
import type { SourceToken } from '../domain/tokenSources';
import { escapeLabel } from './localization';
import { agentLabel } from './leaseTexts';
import type { IconName } from './multiStepInput';
import { sourceLabel } from './sourceTexts';
import { statusText, tokenIcon } from './statusTexts';
import { relativeExpirationText, permissionsSummary } from './tokenTexts';

/** Up to this many tokens are all preselected. In a longer list, the user probably wants only a few. */
const MAX_PRESELECTED_TOKENS = 20;

/** An item of a Quick Pick. */
export interface PickItem<T> {
	readonly value: T;
	readonly label: string;
	readonly description: string;
	readonly detail?: string;
	readonly icon: IconName;
	/** Whether the item is selected at first. */
	readonly picked?: boolean;
}

/** A heading above the items that follow it. */
export interface PickHeading {
	readonly heading: string;
}

/** Creates items for the tokens, under the name of each source if there are several. Sources without tokens are left out. */
export function tokenPickItems(
	tokens: readonly SourceToken[],
	sources: readonly TokenSource[],
	now: Date,
): readonly (PickItem<SourceToken> | PickHeading)[] {
	return sources.flatMap((source) => {
		const items = tokens.filter((found) => found.source === source).map((found) => tokenPickItem(found, now));
		return sources.length > 1 && items.length > 0 ? [{ heading: sourceLabel(source) }, ...items] : items;
	});
}

function tokenPickItem(sourceToken: SourceToken, now: Date): PickItem<SourceToken> {
	const { source, token } = sourceToken;
	return {
		...shortTokenItem(sourceToken),
		detail: [
			token.lease ? agentLabel(token.lease) : escapeLabel(token.extension.name),
			permissionsSummary(token.permissions, source),
			relativeExpirationText(token, now),
		].join(' · '),
	};
}

/** Creates items for tokens to reference. The usable tokens of a short list are selected. */
export function referencePickItems(tokens: readonly SourceToken[]): readonly PickItem<SourceToken>[] {
	return tokens.map((sourceToken) => ({
		...shortTokenItem(sourceToken),
		picked: tokens.length <= MAX_PRESELECTED_TOKENS && isUsable(sourceToken.token),
	}));
}

function shortTokenItem(sourceToken: SourceToken): PickItem<SourceToken> {
	const { token } = sourceToken;
	return {
		value: sourceToken,
		label: escapeLabel(token.name),
		description: `${token.id} · ${statusText(token)}`,
		icon: tokenIcon(token),
	};
}

/** Creates items for the workspace and accounts. */
export function sourcePickItems(sources: readonly TokenSource[]): readonly PickItem<TokenSource>[] {
	return sources.map((source) => {
		const account = source.remote?.account;
		return {
			value: source,
			label: sourceLabel(source),
			description: account ? `${account.id} · ${new URL(account.endpoint).host}` : l10n.t('on this machine'),
			icon: [account ? 'cloud' : 'folder'],
		};
	});
}

/** Asks for one of `sources`. */
export function sourcePickPlaceholder(sources: readonly TokenSource[]): string {
	return sources.every(({ remote }) => remote) ? l10n.t('Select an account') : l10n.t('Select the workspace or an account');
}
