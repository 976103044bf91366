import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { StatusClass } from '../../src/domain/tokenUsage';
import type { UsageSnapshot, UsageSnapshotDay } from '../../src/protocol/detailsMessages';
import { formatCompact, formatDay, formatNumber } from '../shared/localeFormats';
import { computeChartLayout, PLOT_HEIGHT_PX, sumOfClasses, type ChartColumn } from './chartLayout';
import { StatusClassPatterns, StatusClassSwatch } from './StatusClassSwatch';

/** Height of the day labels below the plot. */
const DAY_LABELS_HEIGHT_PX = 24;
/** Space above the plot for the upper half of the top axis label. */
const TOP_MARGIN_PX = 8;
/** Approximate width of a digit. */
const DIGIT_WIDTH_EM = 0.62;
const DAYS_PER_WEEK = 7;

/** The responses of each day, stacked by status class. Pointing to a day or moving to it with the arrow keys shows its numbers. */
export function ResponsesChart({ days }: { readonly days: UsageSnapshot['days'] }): VNode {
	const [isFocused, setIsFocused] = useState(false);
	const [selectedDate, setSelectedDate] = useState<string>();
	const [hoveredDate, setHoveredDate] = useState<string>();
	const layout = useMemo(() => computeChartLayout(days), [days]);
	const lastIndex = days.length - 1;
	const foundIndex = days.findIndex(({ date }) => date === selectedDate);
	const selectedIndex = foundIndex < 0 ? lastIndex : foundIndex;
	const shownDay = days.find(({ date }) => date === hoveredDate) ?? (isFocused ? days[selectedIndex] : undefined);
	const onKeyDown = (event: KeyboardEvent) => {
		const targetIndex = {
			ArrowLeft: selectedIndex - 1,
			ArrowDown: selectedIndex - 1,
			ArrowRight: selectedIndex + 1,
			ArrowUp: selectedIndex + 1,
			PageDown: selectedIndex - DAYS_PER_WEEK,
			PageUp: selectedIndex + DAYS_PER_WEEK,
			Home: 0,
			End: lastIndex,
		}[event.key];
		if (targetIndex !== undefined) {
			event.preventDefault();
			setHoveredDate(undefined);
			setSelectedDate(days[Math.min(Math.max(targetIndex, 0), lastIndex)]!.date);
		}
	};
	return (
		<>
			<div
				class="chart"
				role="slider"
				tabIndex={0}
				aria-label={l10n.t('Responses by day')}
				aria-valuemin={1}
				aria-valuemax={days.length}
				aria-valuenow={selectedIndex + 1}
				aria-valuetext={dayDescription(days[selectedIndex]!)}
				onKeyDown={onKeyDown}
				onFocus={() => setIsFocused(true)}
				onBlur={() => setIsFocused(false)}
				onPointerLeave={() => setHoveredDate(undefined)}
			>
				<AxisLabels lines={layout.lines} />
				<svg class="plot" height={TOP_MARGIN_PX + PLOT_HEIGHT_PX + DAY_LABELS_HEIGHT_PX} aria-hidden="true">
					<StatusClassPatterns />
					<svg y={TOP_MARGIN_PX} class="plot-area">
						{layout.lines.map(({ value, y }) => (
							<line key={value} class={value === 0 ? 'base-line' : 'grid-line'} x1="0" x2="100%" y1={y} y2={y} />
						))}
						{layout.columns.map((column, index) => (
							<DayColumn
								key={column.day.date}
								column={column}
								isActive={column.day === shownDay}
								label={column.labelVisibility ? formatDay(column.day.date, 'short') : ''}
								anchor={index === lastIndex ? 'end' : 'middle'}
								onHover={() => setHoveredDate(column.day.date)}
								onSelect={() => setSelectedDate(column.day.date)}
							/>
						))}
					</svg>
				</svg>
			</div>
			<DayDetails day={shownDay} />
		</>
	);
}

/** The labels of the grid lines. */
function AxisLabels({ lines }: { readonly lines: ReturnType<typeof computeChartLayout>['lines'] }): VNode {
	const texts = lines.map(({ value }) => formatCompact(value));
	const width = Math.max(...texts.map((text) => text.length)) * DIGIT_WIDTH_EM;
	return (
		<svg class="axis-labels" width={`${width}em`} height={TOP_MARGIN_PX + PLOT_HEIGHT_PX + DAY_LABELS_HEIGHT_PX} aria-hidden="true">
			{lines.map(({ value, y }, index) => (
				<text key={value} x="100%" y={TOP_MARGIN_PX + y} text-anchor="end" dominant-baseline="central">
					{texts[index]}
				</text>
			))}
		</svg>
	);
}

interface DayColumnProps {
	readonly column: ChartColumn;
	readonly isActive: boolean;
	/** Empty for a day without a label. */
	readonly label: string;
	readonly anchor: 'middle' | 'end';
	readonly onHover: () => void;
	readonly onSelect: () => void;
}

function DayColumn({
	column: { slot, bar, segments, labelVisibility },
	isActive,
	label,
	anchor,
	onHover,
	onSelect,
}: DayColumnProps): VNode {
	const geometry = { x: `${bar.x}%`, width: `${bar.width}%` };
	return (
		<g class={isActive ? 'column active' : 'column'} onPointerEnter={onHover} onPointerDown={onSelect}>
			<rect class="hover-area" x={`${slot.x}%`} width={`${slot.width}%`} y={-TOP_MARGIN_PX} height={TOP_MARGIN_PX + PLOT_HEIGHT_PX} />
			{segments.map((segment) => (
				<Bar key={segment.class} class={segment.class} geometry={{ ...geometry, y: segment.y, height: segment.height }} />
			))}
			{label && (
				<text
					class={`day-label-${labelVisibility ?? ''}`}
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

/** The numbers of one day. Hidden from screen readers, which read them as the chart's value. */
function DayDetails({ day }: { readonly day: UsageSnapshotDay | undefined }): VNode {
	return (
		<div class="day-details" aria-hidden="true">
			{day ? (
				<>
					<strong>{formatDay(day.date, 'long')}</strong>
					<span>{responseCountText(sumOfClasses(day.classes))}</span>
					{day.codes.map(({ code, class: statusClass, count }) => (
						<span key={code} class="code">
							<StatusClassSwatch class={statusClass} />
							{code} <b>{formatNumber(count)}</b>
						</span>
					))}
				</>
			) : (
				<span class="muted">{l10n.t('Point to a day or use the arrow keys to see its numbers.')}</span>
			)}
		</div>
	);
}

/** A day's date, its number of responses, and the number for each status code, as one text. */
function dayDescription({ date, classes, codes }: UsageSnapshotDay): string {
	return [
		formatDay(date, 'long'),
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
