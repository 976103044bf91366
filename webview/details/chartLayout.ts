import { scaleBand, scaleLinear } from 'd3-scale';
import { stack } from 'd3-shape';
import type { StatusClass } from '../../src/domain/tokenUsage';
import type { UsageInterval } from '../../src/protocol/detailsMessages';
import { PERIOD_LAYOUTS, type UsagePeriod } from './usagePeriods';

/** In stacking order, from the bottom of a column to its top. */
export const statusClasses = ['2xx', '3xx', '4xx', '5xx'] as const satisfies readonly StatusClass[];

/** Widths are percentages, so that the chart fills the available width. */
export const PLOT_HEIGHT_PX = 180;

/** Keeps a class with few responses visible. */
const MIN_SEGMENT_HEIGHT_PX = 2;

/** The number of grid lines is close to this. */
const APPROXIMATE_GRID_LINES = 4;

/** The part of a column for one status class. `y` and `height` are in pixels. */
export interface ChartSegment {
	readonly class: StatusClass;
	readonly y: number;
	readonly height: number;
}

/** The column of one day or hour. Horizontal positions are percentages of the chart's width. */
export interface ChartColumn {
	readonly interval: UsageInterval;
	/** Left edge and width of the interval's area, adjacent to those before and after. */
	readonly slot: { readonly x: number; readonly width: number };
	/** Left edge and width of the bar. */
	readonly bar: { readonly x: number; readonly width: number };
	readonly segments: readonly ChartSegment[];
	/** When the interval's label is shown: always, only if there's room, or never. */
	readonly labelVisibility: 'always' | 'if-room' | undefined;
}

export interface ChartLayout {
	readonly columns: readonly ChartColumn[];
	/** The grid lines: the number of responses, and the distance from the top in pixels. */
	readonly lines: readonly { readonly value: number; readonly y: number }[];
}

export function sumOfClasses(totals: UsageInterval['classes']): number {
	return statusClasses.reduce((sum, statusClass) => sum + totals[statusClass], 0);
}

/** Adds up the responses by status class. */
export function sumOfIntervals(intervals: readonly UsageInterval[]): UsageInterval['classes'] {
	const sumOf = (statusClass: StatusClass) => intervals.reduce((sum, { classes }) => sum + classes[statusClass], 0);
	return { '2xx': sumOf('2xx'), '3xx': sumOf('3xx'), '4xx': sumOf('4xx'), '5xx': sumOf('5xx') };
}

/** Computes the position of everything in the chart. `intervals` must not be empty. */
export function computeChartLayout(intervals: readonly UsageInterval[], period: UsagePeriod): ChartLayout {
	const x = scaleBand()
		.domain(intervals.map(({ start }) => start))
		.range([0, 100])
		.paddingInner(0.3)
		.paddingOuter(0.15);
	const maxTotal = Math.max(...intervals.map(({ classes }) => sumOfClasses(classes)), 1);
	const y = scaleLinear().domain([0, maxTotal]).nice(APPROXIMATE_GRID_LINES).range([PLOT_HEIGHT_PX, 0]);
	const minSegmentValue = MIN_SEGMENT_HEIGHT_PX / (PLOT_HEIGHT_PX / y.domain()[1]!);
	const segmentValues = intervals.map(
		({ classes }) =>
			(statusClass: StatusClass) =>
				classes[statusClass] > 0 ? Math.max(classes[statusClass], minSegmentValue) : 0,
	);
	const series = stack<unknown, (statusClass: StatusClass) => number, StatusClass>()
		.keys(statusClasses)
		.value((valueOf, statusClass) => valueOf(statusClass))(segmentValues);
	return {
		columns: intervals.map((interval, index) => ({
			interval,
			slot: { x: x(interval.start)! - (x.step() - x.bandwidth()) / 2, width: x.step() },
			bar: { x: x(interval.start)!, width: x.bandwidth() },
			segments: series
				.map((layer) => ({ class: layer.key, y: y(layer[index]![1]), height: y(layer[index]![0]) - y(layer[index]![1]) }))
				.filter(({ height }) => height > 0),
			labelVisibility: getLabelVisibility(intervals.length - 1 - index, period),
		})),
		lines: y
			.ticks(APPROXIMATE_GRID_LINES)
			.filter(Number.isInteger)
			.map((value) => ({ value, y: y(value) })),
	};
}

/** @param distance number of intervals between this one and the last one */
function getLabelVisibility(distance: number, period: UsagePeriod): ChartColumn['labelVisibility'] {
	const { labelInterval, narrowLabelInterval } = PERIOD_LAYOUTS[period];
	return distance % narrowLabelInterval === 0 ? 'always' : distance % labelInterval === 0 ? 'if-room' : undefined;
}
