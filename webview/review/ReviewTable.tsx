import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { locatorKey } from '../../src/protocol/reviewMessages';
import { Checkbox } from '../shared/Checkbox';
import { formatNumber } from '../shared/localeFormats';
import { Button } from '../shared/toolkit';
import { ReviewRowView } from './ReviewRowView';
import type { ReviewModel } from './useReview';

/** How many rows are shown at first, and added by *Show More*. */
const ROWS_STEP = 100;

/** The tokens that need attention, in a table. */
export function ReviewTable({ model }: { readonly model: ReviewModel }): VNode {
	const { rows, selected, selectAll, isSelected, failureOf, rowActions, isPending } = model;
	const [limit, setLimit] = useState(ROWS_STEP);
	const shown = rows.slice(0, limit);
	return (
		<>
			<table role="table" class="review-table" aria-label={l10n.t('Tokens that need attention')}>
				<thead role="rowgroup">
					<tr role="row">
						<th role="columnheader" scope="col" class="select-cell">
							<Checkbox
								id="select-all"
								label={rows.length === 1 ? l10n.t('Select the token') : l10n.t('Select all {0} tokens', formatNumber(rows.length))}
								checked={selected.length === rows.length}
								indeterminate={selected.length > 0 && selected.length < rows.length}
								onChange={selectAll}
							/>
						</th>
						<th role="columnheader" scope="col">
							{l10n.t('Token')}
						</th>
						<th role="columnheader" scope="col">
							{l10n.t('Reasons')}
						</th>
						<th role="columnheader" scope="col" class="actions-cell">
							{l10n.t('Actions')}
						</th>
					</tr>
				</thead>
				<tbody role="rowgroup">
					{shown.map((row) => (
						<ReviewRowView
							key={locatorKey(row)}
							id={`row-${locatorKey(row).replace(/\W/g, '-')}`}
							row={row}
							isSelected={isSelected(row)}
							isBusy={isPending}
							failure={failureOf(row)}
							actions={rowActions}
						/>
					))}
				</tbody>
			</table>
			{rows.length > limit && (
				<div class="actions show-more">
					<Button onClick={() => setLimit(limit + ROWS_STEP)}>{l10n.t('Show More')}</Button>
					<span class="muted">{l10n.t('{0} of {1} shown', formatNumber(limit), formatNumber(rows.length))}</span>
				</div>
			)}
		</>
	);
}
