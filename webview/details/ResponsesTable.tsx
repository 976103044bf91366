import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { UsageSnapshot, UsageSnapshotDay } from '../../src/protocol/detailsMessages';
import { formatDay, formatNumber } from '../shared/localeFormats';
import { statusClasses, sumOfClasses } from './chartLayout';

/** The chart's numbers as a collapsed table, without days that had no responses. */
export function ResponsesTable({ usage: { days, totals } }: { readonly usage: UsageSnapshot }): VNode {
	const daysWithResponses = days.filter((day) => sumOfClasses(day.classes) > 0).reverse();
	return (
		<details class="table-disclosure">
			<summary>{l10n.t('Show as Table')}</summary>
			<div class="scroll-container" role="group" aria-labelledby="responses-table-caption" tabIndex={0}>
				<table class="responses-table">
					<caption id="responses-table-caption">{l10n.t('Days with responses, most recent first')}</caption>
					<thead>
						<tr>
							<th scope="col">{l10n.t('Day')}</th>
							{statusClasses.map((statusClass) => (
								<th key={statusClass} scope="col">
									{statusClass}
								</th>
							))}
							<th scope="col">{l10n.t('Total')}</th>
						</tr>
					</thead>
					<tbody>
						{daysWithResponses.map((day) => (
							<tr key={day.date}>
								<th scope="row">{formatDay(day.date, 'short')}</th>
								<CountCells totals={day.classes} />
							</tr>
						))}
					</tbody>
					<tfoot>
						<tr>
							<th scope="row">{l10n.t('Total')}</th>
							<CountCells totals={totals} />
						</tr>
					</tfoot>
				</table>
			</div>
		</details>
	);
}

function CountCells({ totals }: { readonly totals: UsageSnapshotDay['classes'] }): VNode {
	return (
		<>
			{statusClasses.map((statusClass) => (
				<td key={statusClass}>{formatNumber(totals[statusClass])}</td>
			))}
			<td>{formatNumber(sumOfClasses(totals))}</td>
		</>
	);
}
