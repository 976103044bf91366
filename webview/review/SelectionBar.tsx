import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { formatNumber } from '../shared/localeFormats';
import { Button } from '../shared/toolkit';
import type { ReviewModel } from './useReview';

/** What can be done with the selected tokens. */
export function SelectionBar({ model: { selected, apply, isPending } }: { readonly model: ReviewModel }): VNode {
	const isDisabled = selected.length === 0 || isPending;
	return (
		<div class="selection-bar" role="group" aria-label={l10n.t('Actions for the selected tokens')}>
			<span role="status">{selectionText(selected.length)}</span>
			<div class="actions">
				<Button disabled={isDisabled} onClick={() => apply('disable', selected)}>
					{l10n.t('Disable Selected')}
				</Button>
				<Button disabled={isDisabled} onClick={() => apply('rotate', selected)}>
					{l10n.t('Rotate Selected…')}
				</Button>
				<Button disabled={isDisabled} onClick={() => apply('delete', selected)}>
					{l10n.t('Delete Selected')}
				</Button>
			</div>
		</div>
	);
}

function selectionText(count: number): string {
	switch (count) {
		case 0:
			return l10n.t('No token selected');
		case 1:
			return l10n.t('1 token selected');
		default:
			return l10n.t('{0} tokens selected', formatNumber(count));
	}
}
