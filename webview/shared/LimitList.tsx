import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { RemainingRequests, TokenLimits } from '../../src/domain/tokenLimits';
import { rateText, totalText } from '../../src/models/requestRuleTexts';
import { formatNumber } from './localeFormats';

export interface LimitListProps {
	readonly limits: TokenLimits | undefined;
	/** What the limits still allow; undefined if that isn't shown. */
	readonly remaining?: RemainingRequests | undefined;
}

/** A token's limits, and how many requests are left of each. */
export function LimitList({ limits, remaining = {} }: LimitListProps): VNode {
	if (!limits) {
		return <>{l10n.t('None')}</>;
	}
	const { rate, total } = limits;
	return (
		<ul class="limits">
			{rate && (
				<li>
					{rateText(rate)}
					{remaining.rate !== undefined && (
						<Remaining count={remaining.rate} text={l10n.t('{0} left right now', formatNumber(remaining.rate))} />
					)}
				</li>
			)}
			{total !== undefined && (
				<li>
					{totalText(total)}
					{remaining.total !== undefined && <Remaining count={remaining.total} text={l10n.t('{0} left', formatNumber(remaining.total))} />}
					{remaining.total === 0 && (
						<div class="limit-hint muted">{l10n.t('The gateway denies all requests. Edit the token to allow more.')}</div>
					)}
				</li>
			)}
		</ul>
	);
}

function Remaining({ count, text }: { readonly count: number; readonly text: string }): VNode {
	return (
		<span class={count === 0 ? 'requests-left none-left' : 'requests-left muted'}>
			{count === 0 && <span class="codicon codicon-circle-slash" aria-hidden="true" />}
			{count === 0 ? text : `(${text})`}
		</span>
	);
}
