import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { UsageInterval } from '../../src/protocol/detailsMessages';
import { formatInterval, formatNumber } from '../shared/localeFormats';
import { statusClasses, sumOfClasses, sumOfIntervals } from './chartLayout';
import type { UsagePeriod } from './usagePeriods';

export interface ResponsesTableProps {
	readonly intervals: readonly UsageInterval[];
	readonly period: UsagePeriod;
	/** ID of the element that says who counted. */
	readonly describedBy: string | undefined;
}

/** The chart's numbers as a collapsed table, without days or hours that had no responses. */
export function ResponsesTable({ intervals, period, describedBy }: ResponsesTableProps): VNode {
	const intervalsWithResponses = intervals.filter(({ classes }) => sumOfClasses(classes) > 0).reverse();
	const isByHour = period === 'hours24';
	return (
		<details class="table-disclosure">
			<summary>{l10n.t('Show as Table')}</summary>
			<div class="scroll-container" role="group" aria-labelledby="responses-table-caption" tabIndex={0}>
				<table class="responses-table" aria-describedby={describedBy}>
					<caption id="responses-table-caption">
						{isByHour ? l10n.t('Hours with responses, most recent first') : l10n.t('Days with responses, most recent first')}
					</caption>
					<thead>
						<tr>
							<th scope="col">{isByHour ? l10n.t('Hour') : l10n.t('Day')}</th>
							{statusClasses.map((statusClass) => (
								<th key={statusClass} scope="col">
									{statusClass}
								</th>
							))}
							<th scope="col">{l10n.t('Total')}</th>
						</tr>
					</thead>
					<tbody>
						{intervalsWithResponses.map(({ start, classes }) => (
							<tr key={start}>
								<th scope="row">{formatInterval(start, 'short')}</th>
								<CountCells totals={classes} />
							</tr>
						))}
					</tbody>
					<tfoot>
						<tr>
							<th scope="row">{l10n.t('Total')}</th>
							<CountCells totals={sumOfIntervals(intervals)} />
						</tr>
					</tfoot>
				</table>
			</div>
		</details>
	);
}

function CountCells({ totals }: { readonly totals: UsageInterval['classes'] }): VNode {
	return (
		<>
			{statusClasses.map((statusClass) => (
				<td key={statusClass}>{formatNumber(totals[statusClass])}</td>
			))}
			<td>{formatNumber(sumOfClasses(totals))}</td>
		</>
	);
}
