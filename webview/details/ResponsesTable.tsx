import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { Usage, UsageDay } from '../../src/protocol/details';
import { useDays, useNumbers } from '../shared/language';
import { classes, totalOf } from './chart';

/** The numbers of the chart, on demand; days without responses are left out. */
export function ResponsesTable({ usage: { days, totals } }: { readonly usage: Usage }): VNode {
	const { day: dayText } = useDays();
	const used = days.filter((day) => totalOf(day.classes) > 0).reverse();
	return (
		<details class="as-table">
			<summary>{l10n.t('Show as Table')}</summary>
			<div class="scrolled" role="group" aria-labelledby="numbers-caption" tabIndex={0}>
				<table class="numbers">
					<caption id="numbers-caption">{l10n.t('Days with responses, the latest first')}</caption>
					<thead>
						<tr>
							<th scope="col">{l10n.t('Day')}</th>
							{classes.map((one) => (
								<th key={one} scope="col">
									{one}
								</th>
							))}
							<th scope="col">{l10n.t('Total')}</th>
						</tr>
					</thead>
					<tbody>
						{used.map((day) => (
							<tr key={day.date}>
								<th scope="row">{dayText(day.date, 'short')}</th>
								<Numbers totals={day.classes} />
							</tr>
						))}
					</tbody>
					<tfoot>
						<tr>
							<th scope="row">{l10n.t('Total')}</th>
							<Numbers totals={totals} />
						</tr>
					</tfoot>
				</table>
			</div>
		</details>
	);
}

function Numbers({ totals }: { readonly totals: UsageDay['classes'] }): VNode {
	const { full } = useNumbers();
	return (
		<>
			{classes.map((one) => (
				<td key={one}>{full(totals[one])}</td>
			))}
			<td>{full(totalOf(totals))}</td>
		</>
	);
}
