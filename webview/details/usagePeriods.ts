import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import type { UsageInterval, UsageSnapshot } from '../../src/protocol/detailsMessages';

export const usagePeriodSchema = v.picklist(['hours24', 'days7', 'days30']);

/** Whose responses are shown: those counted on this machine or by the platform, or those of the team. */
export const usageOriginSchema = v.picklist(['own', 'team']);
export type UsageOrigin = v.InferOutput<typeof usageOriginSchema>;

/** The responses of an origin. */
export type CountedUsage = Pick<UsageSnapshot, 'days' | 'hours'>;

/** A period that statistics are shown for. */
export type UsagePeriod = v.InferOutput<typeof usagePeriodSchema>;

const DAYS_PER_WEEK = 7;

/** How the intervals of a period are shown. */
interface PeriodLayout {
	/** Distance between labels, counted back from the last interval. */
	readonly labelInterval: number;
	/** The same for narrow charts. */
	readonly narrowLabelInterval: number;
	/** Number of intervals that Page Up and Page Down move by. */
	readonly pageStep: number;
}

export const PERIOD_LAYOUTS: Readonly<Record<UsagePeriod, PeriodLayout>> = {
	hours24: { labelInterval: 4, narrowLabelInterval: 8, pageStep: 6 },
	days7: { labelInterval: 1, narrowLabelInterval: 2, pageStep: DAYS_PER_WEEK },
	days30: { labelInterval: 7, narrowLabelInterval: 14, pageStep: DAYS_PER_WEEK },
};

/** The periods that usage can be shown for, shortest first. */
export function getPeriods({ hours }: CountedUsage): readonly UsagePeriod[] {
	return hours ? ['hours24', 'days7', 'days30'] : ['days7', 'days30'];
}

/** The intervals of a period, oldest first. */
export function getIntervals({ days, hours = [] }: CountedUsage, period: UsagePeriod): readonly UsageInterval[] {
	switch (period) {
		case 'hours24':
			return hours;
		case 'days7':
			return days.slice(-DAYS_PER_WEEK);
		case 'days30':
			return days;
	}
}

export function periodLabel(period: UsagePeriod): string {
	switch (period) {
		case 'hours24':
			return l10n.t('24 hours');
		case 'days7':
			return l10n.t('7 days');
		case 'days30':
			return l10n.t('30 days');
	}
}

/** Heading above the statistics of a period. */
export function periodHeading(period: UsagePeriod): string {
	switch (period) {
		case 'hours24':
			return l10n.t('Responses in the last 24 hours');
		case 'days7':
			return l10n.t('Responses in the last 7 days');
		case 'days30':
			return l10n.t('Responses in the last 30 days');
	}
}
