import { scaleBand, scaleLinear } from 'd3-scale';
import { stack } from 'd3-shape';
import type { StatusClass } from '../../src/domain/tokenUsage';
import type { UsageSnapshot, UsageSnapshotDay } from '../../src/protocol/detailsMessages';

/** In stacking order, from the bottom of a column to its top. */
export const statusClasses = ['200s', '300s', '400s', '500s'] as const satisfies readonly StatusClass[];

/** Widths are percentages, so that the chart fills the available width. */
export const PLOT_HEIGHT_PX = 180;

/** Keeps a class with few responses visible. */
const MIN_SEGMENT_HEIGHT_PX = 2;

/** The number of grid lines is close to this. */
const APPROXIMATE_GRID_LINES = 4;

/** Distance between day labels, counted back from today; and between those that a narrow chart shows. */
const DAY_LABEL_INTERVAL_DAYS = 7;
const NARROW_DAY_LABEL_INTERVAL_DAYS = 14;

/** The part of a column for one status class. `y` and `height` are in pixels. */
export interface ChartSegment {
	readonly class: StatusClass;
	readonly y: number;
	readonly height: number;
}

/** The column of one day. Horizontal positions are percentages of the chart's width. */
export interface ChartColumn {
	readonly day: UsageSnapshotDay;
	/** Left edge and width of the area for this day, adjacent to those of the days before and after. */
	readonly slot: { readonly x: number; readonly width: number };
	/** Left edge and width of the bar. */
	readonly bar: { readonly x: number; readonly width: number };
	readonly segments: readonly ChartSegment[];
	/** When the day's label is shown: always, only if there's room, or never. */
	readonly labelVisibility: 'always' | 'if-room' | undefined;
}

export interface ChartLayout {
	readonly columns: readonly ChartColumn[];
	/** The grid lines: the number of responses, and the distance from the top in pixels. */
	readonly lines: readonly { readonly value: number; readonly y: number }[];
}

export function sumOfClasses(totals: UsageSnapshotDay['classes']): number {
	return statusClasses.reduce((sum, statusClass) => sum + totals[statusClass], 0);
}

/** Computes the position of everything in the chart. `days` must not be empty. */
export function computeChartLayout(days: UsageSnapshot['days']): ChartLayout {
	const x = scaleBand()
		.domain(days.map(({ date }) => date))
		.range([0, 100])
		.paddingInner(0.3)
		.paddingOuter(0.15);
	const maxTotal = Math.max(...days.map((day) => sumOfClasses(day.classes)), 1);
	const y = scaleLinear().domain([0, maxTotal]).nice(APPROXIMATE_GRID_LINES).range([PLOT_HEIGHT_PX, 0]);
	const minSegmentValue = MIN_SEGMENT_HEIGHT_PX / (PLOT_HEIGHT_PX / y.domain()[1]!);
	const segmentValues = days.map(
		(day) => (statusClass: StatusClass) => (day.classes[statusClass] > 0 ? Math.max(day.classes[statusClass], minSegmentValue) : 0),
	);
	const series = stack<unknown, (statusClass: StatusClass) => number, StatusClass>()
		.keys(statusClasses)
		.value((valueOf, statusClass) => valueOf(statusClass))(segmentValues);
	return {
		columns: days.map((day, index) => ({
			day,
			slot: { x: x(day.date)! - (x.step() - x.bandwidth()) / 2, width: x.step() },
			bar: { x: x(day.date)!, width: x.bandwidth() },
			segments: series
				.map((layer) => ({ class: layer.key, y: y(layer[index]![1]), height: y(layer[index]![0]) - y(layer[index]![1]) }))
				.filter(({ height }) => height > 0),
			labelVisibility: dayLabelVisibility(days.length - 1 - index),
		})),
		lines: y
			.ticks(APPROXIMATE_GRID_LINES)
			.filter(Number.isInteger)
			.map((value) => ({ value, y: y(value) })),
	};
}

function dayLabelVisibility(daysAgo: number): ChartColumn['labelVisibility'] {
	return daysAgo % NARROW_DAY_LABEL_INTERVAL_DAYS === 0 ? 'always' : daysAgo % DAY_LABEL_INTERVAL_DAYS === 0 ? 'if-room' : undefined;
}
