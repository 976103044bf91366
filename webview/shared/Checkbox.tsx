import type { VNode } from 'preact';

export interface CheckboxProps {
	/** Unique in the page. */
	readonly id: string;
	readonly label: string;
	/** IDs of the elements that name the checkbox; by default, the label does. */
	readonly labelledBy?: string;
	/** Shown below the label. */
	readonly description?: string | undefined;
	readonly checked: boolean;
	/** Whether the checkbox stands for several things, of which only some are selected. */
	readonly indeterminate?: boolean;
	/** Whether it can be reached with Tab, as by default. */
	readonly isTabStop?: boolean;
	readonly onFocus?: () => void;
	readonly onChange: (checked: boolean) => void;
}

/** The browser's checkbox, styled like VS Code's: unlike the component library's, it can be indeterminate. */
export function Checkbox(props: CheckboxProps): VNode {
	const { id, label, labelledBy = `${id}-label`, description, checked, indeterminate = false, isTabStop = true, onFocus, onChange } = props;
	return (
		<label class="checkbox">
			<input
				type="checkbox"
				aria-labelledby={labelledBy}
				aria-describedby={description ? `${id}-description` : undefined}
				checked={checked}
				indeterminate={indeterminate}
				tabIndex={isTabStop ? 0 : -1}
				{...(onFocus && { onFocus })}
				onChange={({ currentTarget }) => onChange(currentTarget.checked)}
			/>
			<span>
				<span id={`${id}-label`}>{label}</span>
				{description && (
					<span class="hint" id={`${id}-description`}>
						{description}
					</span>
				)}
			</span>
		</label>
	);
}
