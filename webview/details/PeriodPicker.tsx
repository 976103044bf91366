import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { periodLabel, type UsagePeriod } from './usagePeriods';

export interface PeriodPickerProps {
	readonly periods: readonly UsagePeriod[];
	readonly selected: UsagePeriod;
	readonly onSelect: (period: UsagePeriod) => void;
}

/** Adjacent options for the period of the statistics. They're radio buttons, so that they're one Tab stop with arrow keys inside. */
export function PeriodPicker({ periods, selected, onSelect }: PeriodPickerProps): VNode {
	return (
		<div class="period-picker" role="radiogroup" aria-label={l10n.t('Period')}>
			{periods.map((period) => (
				<label key={period}>
					<input type="radio" class="visually-hidden" name="period" checked={period === selected} onChange={() => onSelect(period)} />
					{periodLabel(period)}
				</label>
			))}
		</div>
	);
}
