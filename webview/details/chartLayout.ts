import { scaleBand, scaleLinear } from 'd3-scale';
import { stack } from 'd3-shape';
import type { StatusClass } from '../../src/domain/tokenUsage';
import type { UsageSnapshot, UsageSnapshotDay } from '../../src/protocol/detailsMessages';

/** From the bottom of a column to its top. */
export const statusClasses = ['200s', '300s', '400s', '500s'] as const satisfies readonly StatusClass[];

/** In pixels; widths are percentages, so that the chart takes what room there is. */
export const PLOT_HEIGHT_PX = 180;

/** However few responses a class has among many, they are seen: pixels. */
const MIN_SEGMENT_HEIGHT_PX = 2;

/** About so many lines are drawn across. */
const GRID_LINE_COUNT = 4;

/** From today backwards, every so many days are named, and those that stay where there is little room. */
const DAY_LABEL_INTERVAL = 7;
const NARROW_DAY_LABEL_INTERVAL = 14;

/** Part of a column: how many responses of a class. `y` and `height` in pixels. */
export interface ChartSegment {
	readonly class: StatusClass;
	readonly y: number;
	readonly height: number;
}

/** A day's place, in percent of the width, and what is drawn there. */
export interface ChartColumn {
	readonly day: UsageSnapshotDay;
	/** Left edge and width of the place, which follows that of the day before without a gap. */
	readonly slot: { readonly x: number; readonly width: number };
	/** Left edge and width of the bar. */
	readonly bar: { readonly x: number; readonly width: number };
	readonly segments: readonly ChartSegment[];
	/** Whether the day is named, always or only where there is room. */
	readonly labelVisibility: 'always' | 'with-room' | undefined;
}

export interface ChartLayout {
	readonly columns: readonly ChartColumn[];
	/** Numbers of responses that a line marks, with their height in pixels from the top. */
	readonly lines: readonly { readonly value: number; readonly y: number }[];
}

export function sumOfClasses(totals: UsageSnapshotDay['classes']): number {
	return statusClasses.reduce((sum, statusClass) => sum + totals[statusClass], 0);
}

/** Where everything of the chart stands. There must be days. */
export function computeChartLayout(days: UsageSnapshot['days']): ChartLayout {
	const x = scaleBand()
		.domain(days.map(({ date }) => date))
		.range([0, 100])
		.paddingInner(0.3)
		.paddingOuter(0.15);
	const maxTotal = Math.max(...days.map((day) => sumOfClasses(day.classes)), 1);
	const y = scaleLinear().domain([0, maxTotal]).nice(GRID_LINE_COUNT).range([PLOT_HEIGHT_PX, 0]);
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
			.ticks(GRID_LINE_COUNT)
			.filter(Number.isInteger)
			.map((value) => ({ value, y: y(value) })),
	};
}

function dayLabelVisibility(daysAgo: number): ChartColumn['labelVisibility'] {
	return daysAgo % NARROW_DAY_LABEL_INTERVAL === 0 ? 'always' : daysAgo % DAY_LABEL_INTERVAL === 0 ? 'with-room' : undefined;
}
