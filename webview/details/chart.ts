import { scaleBand, scaleLinear } from 'd3-scale';
import { stack } from 'd3-shape';
import type { StatusClass } from '../../src/domain/statistics';
import type { Usage, UsageDay } from '../../src/protocol/details';

/** From the bottom of a column to its top. */
export const classes = ['200s', '300s', '400s', '500s'] as const satisfies readonly StatusClass[];

/** In pixels; widths are percentages, so that the chart takes what room there is. */
export const PLOT_HEIGHT = 180;

/** However few responses a class has among many, they are seen: pixels. */
const LEAST_HEIGHT = 2;

/** About so many lines are drawn across. */
const LINES = 4;

/** From today backwards, every so many days are named, and those that stay where there is little room. */
const NAMED_DAYS = 7;
const NAMED_DAYS_NARROW = 14;

/** Part of a column: how many responses of a class. `y` and `height` in pixels. */
export interface Segment {
	readonly class: StatusClass;
	readonly y: number;
	readonly height: number;
}

/** A day's place, in percent of the width, and what is drawn there. */
export interface Column {
	readonly day: UsageDay;
	/** Left edge and width of the place, which follows that of the day before without a gap. */
	readonly place: { readonly x: number; readonly width: number };
	/** Left edge and width of the bar. */
	readonly bar: { readonly x: number; readonly width: number };
	readonly segments: readonly Segment[];
	/** Whether the day is named, always or only where there is room. */
	readonly named: 'always' | 'with-room' | undefined;
}

export interface ChartLayout {
	readonly columns: readonly Column[];
	/** Numbers of responses that a line marks, with their height in pixels from the top. */
	readonly lines: readonly { readonly value: number; readonly y: number }[];
}

export function totalOf(totals: UsageDay['classes']): number {
	return classes.reduce((sum, one) => sum + totals[one], 0);
}

/** Where everything of the chart stands. There must be days. */
export function layOut(days: Usage['days']): ChartLayout {
	const x = scaleBand()
		.domain(days.map(({ date }) => date))
		.range([0, 100])
		.paddingInner(0.3)
		.paddingOuter(0.15);
	const most = Math.max(...days.map((day) => totalOf(day.classes)), 1);
	const y = scaleLinear().domain([0, most]).nice(LINES).range([PLOT_HEIGHT, 0]);
	const least = LEAST_HEIGHT / (PLOT_HEIGHT / y.domain()[1]!);
	const drawn = days.map((day) => (one: StatusClass) => (day.classes[one] > 0 ? Math.max(day.classes[one], least) : 0));
	const series = stack<unknown, (one: StatusClass) => number, StatusClass>()
		.keys(classes)
		.value((of, one) => of(one))(drawn);
	return {
		columns: days.map((day, index) => ({
			day,
			place: { x: x(day.date)! - (x.step() - x.bandwidth()) / 2, width: x.step() },
			bar: { x: x(day.date)!, width: x.bandwidth() },
			segments: series
				.map((one) => ({ class: one.key, y: y(one[index]![1]), height: y(one[index]![0]) - y(one[index]![1]) }))
				.filter(({ height }) => height > 0),
			named: naming(days.length - 1 - index),
		})),
		lines: y
			.ticks(LINES)
			.filter(Number.isInteger)
			.map((value) => ({ value, y: y(value) })),
	};
}

function naming(daysAgo: number): Column['named'] {
	return daysAgo % NAMED_DAYS_NARROW === 0 ? 'always' : daysAgo % NAMED_DAYS === 0 ? 'with-room' : undefined;
}
