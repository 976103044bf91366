import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { StatusClass } from '../../src/domain/statistics';
import type { Usage, UsageDay } from '../../src/protocol/details';
import { useDays, useNumbers } from '../shared/language';
import { layOut, PLOT_HEIGHT, totalOf, type Column } from './chart';
import { Marks, Swatch } from './Swatch';

/** Room for the names of days below the plot, in pixels. */
const NAMES_HEIGHT = 24;
/** Room above for the upper half of the highest number, in pixels. */
const HEADROOM = 8;
/** Width of a digit in ems, about. */
const DIGIT = 0.62;
const WEEK = 7;

/** The responses of each day, stacked by class. A day is read by pointing at it, or by moving to it with the arrow keys. */
export function ResponsesChart({ days }: { readonly days: Usage['days'] }): VNode {
	const { day: dayText } = useDays();
	const describe = useDescription();
	const [focused, setFocused] = useState(false);
	const [chosen, setChosen] = useState<string>();
	const [pointedAt, setPointedAt] = useState<string>();
	const layout = useMemo(() => layOut(days), [days]);
	const last = days.length - 1;
	const known = days.findIndex(({ date }) => date === chosen);
	const at = known < 0 ? last : known;
	const read = days.find(({ date }) => date === pointedAt) ?? (focused ? days[at] : undefined);
	const onKeyDown = (event: KeyboardEvent) => {
		const to = {
			ArrowLeft: at - 1,
			ArrowDown: at - 1,
			ArrowRight: at + 1,
			ArrowUp: at + 1,
			PageDown: at - WEEK,
			PageUp: at + WEEK,
			Home: 0,
			End: last,
		}[event.key];
		if (to !== undefined) {
			event.preventDefault();
			setPointedAt(undefined);
			setChosen(days[Math.min(Math.max(to, 0), last)]!.date);
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
				aria-valuenow={at + 1}
				aria-valuetext={describe(days[at]!)}
				onKeyDown={onKeyDown}
				onFocus={() => setFocused(true)}
				onBlur={() => setFocused(false)}
				onPointerLeave={() => setPointedAt(undefined)}
			>
				<Scale lines={layout.lines} />
				<svg class="plot" height={HEADROOM + PLOT_HEIGHT + NAMES_HEIGHT} aria-hidden="true">
					<Marks />
					<svg y={HEADROOM} class="plot-area">
						{layout.lines.map(({ value, y }) => (
							<line key={value} class={value === 0 ? 'base-line' : 'grid-line'} x1="0" x2="100%" y1={y} y2={y} />
						))}
						{layout.columns.map((column, index) => (
							<DayColumn
								key={column.day.date}
								column={column}
								isRead={column.day === read}
								name={column.named ? dayText(column.day.date, 'short') : ''}
								anchor={index === last ? 'end' : 'middle'}
								onPoint={() => setPointedAt(column.day.date)}
								onChoose={() => setChosen(column.day.date)}
							/>
						))}
					</svg>
				</svg>
			</div>
			<DayReading day={read} />
		</>
	);
}

/** The numbers beside the lines. */
function Scale({ lines }: { readonly lines: ReturnType<typeof layOut>['lines'] }): VNode {
	const { compact } = useNumbers();
	const texts = lines.map(({ value }) => compact(value));
	const width = Math.max(...texts.map((text) => text.length)) * DIGIT;
	return (
		<svg class="scale" width={`${width}em`} height={HEADROOM + PLOT_HEIGHT + NAMES_HEIGHT} aria-hidden="true">
			{lines.map(({ value, y }, index) => (
				<text key={value} x="100%" y={HEADROOM + y} text-anchor="end" dominant-baseline="central">
					{texts[index]}
				</text>
			))}
		</svg>
	);
}

interface DayColumnProps {
	readonly column: Column;
	readonly isRead: boolean;
	/** Empty for a day that is not named. */
	readonly name: string;
	readonly anchor: 'middle' | 'end';
	readonly onPoint: () => void;
	readonly onChoose: () => void;
}

function DayColumn({ column: { place, bar, segments, named }, isRead, name, anchor, onPoint, onChoose }: DayColumnProps): VNode {
	const edges = { x: `${bar.x}%`, width: `${bar.width}%` };
	return (
		<g class={isRead ? 'column read' : 'column'} onPointerEnter={onPoint} onPointerDown={onChoose}>
			<rect class="place" x={`${place.x}%`} width={`${place.width}%`} y={-HEADROOM} height={HEADROOM + PLOT_HEIGHT} />
			{segments.map((segment) => (
				<Bar key={segment.class} class={segment.class} edges={{ ...edges, y: segment.y, height: segment.height }} />
			))}
			{name && (
				<text
					class={`named-${named ?? ''}`}
					x={`${anchor === 'end' ? bar.x + bar.width : bar.x + bar.width / 2}%`}
					y={PLOT_HEIGHT + 18}
					text-anchor={anchor}
				>
					{name}
				</text>
			)}
		</g>
	);
}

interface Edges {
	readonly x: string;
	readonly y: number;
	readonly width: string;
	readonly height: number;
}

function Bar({ class: one, edges }: { readonly class: StatusClass; readonly edges: Edges }): VNode {
	return (
		<>
			<rect class={`class-${one}`} {...edges} />
			<rect class="marks" fill={`url(#marks-${one})`} {...edges} />
		</>
	);
}

/** One day's numbers, for the eye; screen readers have them as the chart's value. */
function DayReading({ day }: { readonly day: UsageDay | undefined }): VNode {
	const { day: dayText } = useDays();
	const { full } = useNumbers();
	return (
		<div class="day-reading" aria-hidden="true">
			{day ? (
				<>
					<strong>{dayText(day.date, 'long')}</strong>
					<span>{responsesText(totalOf(day.classes), full)}</span>
					{day.codes.map(({ code, class: one, count }) => (
						<span key={code} class="code">
							<Swatch class={one} />
							{code} <b>{full(count)}</b>
						</span>
					))}
				</>
			) : (
				<span class="muted">{l10n.t('Point at a day, or move to it with the arrow keys, to read its numbers.')}</span>
			)}
		</div>
	);
}

/** A day in words: its date, how many responses it had, and how many of each code. */
function useDescription(): (day: UsageDay) => string {
	const { day: dayText } = useDays();
	const { full } = useNumbers();
	return ({ date, classes, codes }) =>
		[dayText(date, 'long'), responsesText(totalOf(classes), full), codes.map(({ code, count }) => `${code}: ${full(count)}`).join(', ')]
			.filter(Boolean)
			.join('. ');
}

function responsesText(count: number, full: (value: number) => string): string {
	return count === 0 ? l10n.t('No responses') : l10n.t('Responses: {0}', full(count));
}
