import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { REVIEW_REASON_KINDS, reasonDescription, reasonTitle } from '../../src/models/reviewTexts';
import type { Review } from '../../src/protocol/reviewMessages';
import { formatNumber } from '../shared/localeFormats';
import { FailureNotice } from '../shared/Notice';
import { Button } from '../shared/toolkit';
import { ReviewTable } from './ReviewTable';
import { SelectionBar } from './SelectionBar';
import { SourceNotes } from './SourceNotes';
import { useReview, type Progress, type ReviewModel, type ReviewPeer } from './useReview';

export interface ReviewViewProps {
	readonly peer: ReviewPeer;
	readonly review: Review;
	readonly progress: Progress | undefined;
}

/** The review of all tokens: which need attention, why, and what to do. */
export function ReviewView({ peer, review, progress }: ReviewViewProps): VNode {
	const model = useReview(peer, review);
	const { failure, clearFailure } = model;
	const count = review.rows.length;
	return (
		<>
			<h1>{l10n.t('Review Tokens')}</h1>
			<p class="lead" role="status">
				{summaryText(count, review.tokenCount)}
			</p>
			<SourceNotes notes={review.notes} isBusy={model.isPending} onReload={model.reload} />
			{failure && (
				<FailureNotice
					failure={failure}
					onRetry={() => {
						clearFailure();
						failure.action();
					}}
				/>
			)}
			<ResultMessage model={model} />
			{model.isApplying && progress && (
				<p class="progress" role="status">
					<progress max={progress.total} value={progress.done} aria-hidden="true" />
					{l10n.t('{0} of {1} tokens', formatNumber(progress.done), formatNumber(progress.total))}
				</p>
			)}
			{count > 0 && (
				<>
					<ReasonFilter review={review} model={model} />
					<SelectionBar model={model} />
					<ReviewTable model={model} />
				</>
			)}
			<Checks review={review} model={model} />
		</>
	);
}

function summaryText(count: number, tokenCount: number): string {
	if (count === 0) {
		return l10n.t('No token needs attention.');
	}
	if (tokenCount === 1) {
		return l10n.t('1 of 1 token needs attention.');
	}
	return count === 1
		? l10n.t('1 of {0} tokens needs attention.', formatNumber(tokenCount))
		: l10n.t('{0} of {1} tokens need attention.', formatNumber(count), formatNumber(tokenCount));
}

/** Says what the last action has done. It gets the focus, because the row with the button may be gone. */
function ResultMessage({ model: { result, apply, isPending } }: { readonly model: ReviewModel }): VNode {
	const message = useRef<HTMLDivElement>(null);
	useEffect(() => {
		// A menu that the user has opened meanwhile would close.
		if (result && !document.activeElement?.closest('[role=menu]')) {
			message.current?.focus();
		}
	}, [result]);
	return (
		<div class="result" role="status" tabIndex={-1} ref={message}>
			{result && (
				<>
					<span class="codicon codicon-info" aria-hidden="true" />
					<span>{result.text}</span>
					{result.undoable.length > 0 && (
						<Button disabled={isPending} onClick={() => apply('enable', result.undoable)}>
							{l10n.t('Undo')}
						</Button>
					)}
				</>
			)}
		</div>
	);
}

/** Shows only the tokens with one of the reasons. */
function ReasonFilter({ review, model: { filter, setFilter } }: { readonly review: Review; readonly model: ReviewModel }): VNode | null {
	const kinds = REVIEW_REASON_KINDS.map((kind) => ({
		kind,
		count: review.rows.filter(({ reasons }) => reasons.some((reason) => reason.kind === kind)).length,
	})).filter(({ count }) => count > 0);
	if (kinds.length < 2) {
		return null;
	}
	const choices = [{ kind: null, title: l10n.t('All') }, ...kinds.map((item) => ({ ...item, title: reasonTitle(item.kind) }))];
	return (
		<div class="filter" role="group" aria-label={l10n.t('Filter by reason')}>
			{choices.map(({ kind, title, ...item }) => (
				<button key={kind} type="button" aria-pressed={filter === kind} onClick={() => setFilter(kind)}>
					{title} <span class="count">{formatNumber('count' in item ? item.count : review.rows.length)}</span>
				</button>
			))}
		</div>
	);
}

/** What was checked, and what couldn't be. */
function Checks({ review: { hasAccounts, tokenCount }, model }: { readonly review: Review; readonly model: ReviewModel }): VNode {
	return (
		<section class="checks" aria-labelledby="checks-title">
			<h2 id="checks-title">{l10n.t('What was checked')}</h2>
			<p class="muted">
				{tokenCount === 1 ? l10n.t('1 token, for these reasons:') : l10n.t('{0} tokens, for these reasons:', formatNumber(tokenCount))}
			</p>
			<dl>
				{REVIEW_REASON_KINDS.map((kind) => (
					<div key={kind}>
						<dt>{reasonTitle(kind)}</dt>
						<dd>{reasonDescription(kind)}</dd>
					</div>
				))}
			</dl>
			{hasAccounts && (
				<p class="muted">
					{l10n.t("The usage of account tokens isn't checked, because the platform doesn't say when a token was last used.")}
				</p>
			)}
			<div class="actions">
				<Button onClick={model.findKeys}>{l10n.t('Find API Keys in Workspace')}</Button>
			</div>
		</section>
	);
}
