import type { VNode } from 'preact';

interface Segment<T> {
	readonly value: T;
	readonly label: string;
	/** Shown after the label in smaller letters, unless it's empty. */
	readonly note?: string;
}

export interface SegmentedChoiceProps<T extends string> {
	/** Unique on the page. */
	readonly name: string;
	readonly label: string;
	readonly segments: readonly Segment<T>[];
	readonly selected: T;
	readonly onSelect: (value: T) => void;
}

/** Adjacent options. They're radio buttons, so that they're one Tab stop with arrow keys inside. */
export function SegmentedChoice<T extends string>({ name, label, segments, selected, onSelect }: SegmentedChoiceProps<T>): VNode {
	return (
		<div class="segments" role="radiogroup" aria-label={label}>
			{segments.map(({ value, label: text, note }) => (
				<label key={value}>
					<input type="radio" class="visually-hidden" name={name} checked={value === selected} onChange={() => onSelect(value)} />
					{text}
					{note && <small> {note}</small>}
				</label>
			))}
		</div>
	);
}
