import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { StatusClass } from '../../src/domain/tokenUsage';
import type { UsageInterval } from '../../src/protocol/detailsMessages';
import { formatCompact, formatInterval, formatNumber } from '../shared/localeFormats';
import { computeChartLayout, PLOT_HEIGHT_PX, sumOfClasses, type ChartColumn } from './chartLayout';
import { StatusClassPatterns, StatusClassSwatch } from './StatusClassSwatch';
import { PERIOD_LAYOUTS, type UsagePeriod } from './usagePeriods';

/** Height of the interval labels below the plot. */
const LABELS_HEIGHT_PX = 24;
/** Space above the plot for the upper half of the top axis label. */
const TOP_MARGIN_PX = 8;
/** Approximate width of a digit. */
const DIGIT_WIDTH_EM = 0.62;

export interface ResponsesChartProps {
	readonly intervals: readonly UsageInterval[];
	readonly period: UsagePeriod;
	/** ID of the element that says who counted. */
	readonly describedBy: string | undefined;
}

/** The responses of each day or hour, stacked by status class. Pointing to one or moving to it with the arrow keys shows its numbers. */
export function ResponsesChart({ intervals, period, describedBy }: ResponsesChartProps): VNode {
	const [isFocused, setIsFocused] = useState(false);
	const [selectedStart, setSelectedStart] = useState<string>();
	const [hoveredStart, setHoveredStart] = useState<string>();
	const layout = useMemo(() => computeChartLayout(intervals, period), [intervals, period]);
	const lastIndex = intervals.length - 1;
	const foundIndex = intervals.findIndex(({ start }) => start === selectedStart);
	const selectedIndex = foundIndex < 0 ? lastIndex : foundIndex;
	const shownInterval = intervals.find(({ start }) => start === hoveredStart) ?? (isFocused ? intervals[selectedIndex] : undefined);
	const { pageStep } = PERIOD_LAYOUTS[period];
	const onKeyDown = (event: KeyboardEvent) => {
		const targetIndex = {
			ArrowLeft: selectedIndex - 1,
			ArrowDown: selectedIndex - 1,
			ArrowRight: selectedIndex + 1,
			ArrowUp: selectedIndex + 1,
			PageDown: selectedIndex - pageStep,
			PageUp: selectedIndex + pageStep,
			Home: 0,
			End: lastIndex,
		}[event.key];
		if (targetIndex !== undefined) {
			event.preventDefault();
			setHoveredStart(undefined);
			setSelectedStart(intervals[Math.min(Math.max(targetIndex, 0), lastIndex)]!.start);
		}
	};
	return (
		<>
			<div
				class="chart"
				role="slider"
				tabIndex={0}
				aria-label={period === 'hours24' ? l10n.t('Responses by hour') : l10n.t('Responses by day')}
				aria-describedby={describedBy}
				aria-valuemin={1}
				aria-valuemax={intervals.length}
				aria-valuenow={selectedIndex + 1}
				aria-valuetext={intervalDescription(intervals[selectedIndex]!)}
				onKeyDown={onKeyDown}
				onFocus={() => setIsFocused(true)}
				onBlur={() => setIsFocused(false)}
				onPointerLeave={() => setHoveredStart(undefined)}
			>
				<AxisLabels lines={layout.lines} />
				<svg class="plot" height={TOP_MARGIN_PX + PLOT_HEIGHT_PX + LABELS_HEIGHT_PX} aria-hidden="true">
					<StatusClassPatterns />
					<svg y={TOP_MARGIN_PX} class="plot-area">
						{layout.lines.map(({ value, y }) => (
							<line key={value} class={value === 0 ? 'base-line' : 'grid-line'} x1="0" x2="100%" y1={y} y2={y} />
						))}
						{layout.columns.map((column, index) => (
							<IntervalColumn
								key={column.interval.start}
								column={column}
								isActive={column.interval === shownInterval}
								label={column.labelVisibility ? formatInterval(column.interval.start, 'short') : ''}
								anchor={index === lastIndex ? 'end' : 'middle'}
								onHover={() => setHoveredStart(column.interval.start)}
								onSelect={() => setSelectedStart(column.interval.start)}
							/>
						))}
					</svg>
				</svg>
			</div>
			<IntervalDetails interval={shownInterval} period={period} />
		</>
	);
}

/** The labels of the grid lines. */
function AxisLabels({ lines }: { readonly lines: ReturnType<typeof computeChartLayout>['lines'] }): VNode {
	const texts = lines.map(({ value }) => formatCompact(value));
	const width = Math.max(...texts.map((text) => text.length)) * DIGIT_WIDTH_EM;
	return (
		<svg class="axis-labels" width={`${width}em`} height={TOP_MARGIN_PX + PLOT_HEIGHT_PX + LABELS_HEIGHT_PX} aria-hidden="true">
			{lines.map(({ value, y }, index) => (
				<text key={value} x="100%" y={TOP_MARGIN_PX + y} text-anchor="end" dominant-baseline="central">
					{texts[index]}
				</text>
			))}
		</svg>
	);
}

interface IntervalColumnProps {
	readonly column: ChartColumn;
	readonly isActive: boolean;
	/** Empty for an interval without a label. */
	readonly label: string;
	readonly anchor: 'middle' | 'end';
	readonly onHover: () => void;
	readonly onSelect: () => void;
}

function IntervalColumn({
	column: { slot, bar, segments, labelVisibility },
	isActive,
	label,
	anchor,
	onHover,
	onSelect,
}: IntervalColumnProps): VNode {
	const geometry = { x: `${bar.x}%`, width: `${bar.width}%` };
	return (
		<g class={isActive ? 'column active' : 'column'} onPointerEnter={onHover} onPointerDown={onSelect}>
			<rect class="hover-area" x={`${slot.x}%`} width={`${slot.width}%`} y={-TOP_MARGIN_PX} height={TOP_MARGIN_PX + PLOT_HEIGHT_PX} />
			{segments.map((segment) => (
				<Bar key={segment.class} class={segment.class} geometry={{ ...geometry, y: segment.y, height: segment.height }} />
			))}
			{label && (
				<text
					class={`interval-label-${labelVisibility ?? ''}`}
					x={`${anchor === 'end' ? bar.x + bar.width : bar.x + bar.width / 2}%`}
					y={PLOT_HEIGHT_PX + 18}
					text-anchor={anchor}
				>
					{label}
				</text>
			)}
		</g>
	);
}

interface BarGeometry {
	readonly x: string;
	readonly y: number;
	readonly width: string;
	readonly height: number;
}

function Bar({ class: statusClass, geometry }: { readonly class: StatusClass; readonly geometry: BarGeometry }): VNode {
	return (
		<>
			<rect class={`class-${statusClass}`} {...geometry} />
			<rect class="pattern-overlay" fill={`url(#pattern-${statusClass})`} {...geometry} />
		</>
	);
}

interface IntervalDetailsProps {
	readonly interval: UsageInterval | undefined;
	readonly period: UsagePeriod;
}

/** The numbers of one day or hour. Hidden from screen readers, which read them as the chart's value. */
function IntervalDetails({ interval, period }: IntervalDetailsProps): VNode {
	return (
		<div class="interval-details" aria-hidden="true">
			{interval ? (
				<>
					<strong>{formatInterval(interval.start, 'long')}</strong>
					<span>{responseCountText(sumOfClasses(interval.classes))}</span>
					{interval.codes.map(({ code, class: statusClass, count }) => (
						<span key={code} class="code">
							<StatusClassSwatch class={statusClass} />
							{code} <b>{formatNumber(count)}</b>
						</span>
					))}
				</>
			) : (
				<span class="muted">
					{period === 'hours24'
						? l10n.t('Point to an hour or use the arrow keys to see its numbers.')
						: l10n.t('Point to a day or use the arrow keys to see its numbers.')}
				</span>
			)}
		</div>
	);
}

/** The time of a day or hour, its number of responses, and the number for each status code, as one text. */
function intervalDescription({ start, classes, codes }: UsageInterval): string {
	return [
		formatInterval(start, 'long'),
		responseCountText(sumOfClasses(classes)),
		codes.map(({ code, count }) => `${code}: ${formatNumber(count)}`).join(', '),
	]
		.filter(Boolean)
		.join('. ');
}

function responseCountText(count: number): string {
	switch (count) {
		case 0:
			return l10n.t('No responses');
		case 1:
			return l10n.t('1 response');
		default:
			return l10n.t('{0} responses', formatNumber(count));
	}
}
