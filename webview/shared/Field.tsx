import type { ComponentChildren, VNode } from 'preact';

export interface FieldProps {
	readonly id: string;
	readonly hint?: string | undefined;
	readonly error?: string | undefined;
	/** Whether the error is shown above the control, which is long. */
	readonly isErrorFirst?: boolean;
	readonly children: ComponentChildren;
}

/** IDs of the hint and the error that {@link Field} shows, for `aria-describedby`. */
export function descriptionIds({ id, hint, error }: Pick<FieldProps, 'id' | 'hint' | 'error'>): string[] {
	return [...(hint ? [`${id}-hint`] : []), ...(error ? [`${id}-error`] : [])];
}

/** A control with its hint and error. */
export function Field({ id, hint, error, isErrorFirst = false, children }: FieldProps): VNode {
	const errorMessage = error && (
		<p class="error" id={`${id}-error`} role="alert">
			<span class="codicon codicon-error" aria-hidden="true" />
			{error}
		</p>
	);
	return (
		<div class="field" id={id} data-invalid={error ? '' : undefined}>
			{isErrorFirst && errorMessage}
			{children}
			{!isErrorFirst && errorMessage}
			{hint && (
				<p class="hint" id={`${id}-hint`}>
					{hint}
				</p>
			)}
		</div>
	);
}

/** Focuses the control of the first invalid field. */
export function focusFirstError(within: ParentNode = document): void {
	focusControl(within.querySelector('.field[data-invalid]'));
}

export function focusFirstField(): void {
	focusControl(document.querySelector('.field'));
}

/** Focuses the field's input; in a radio group without one, the selected radio button. */
function focusControl(field: Element | null): void {
	const control =
		field?.querySelector<HTMLElement>('vscode-text-field, vscode-text-area, input') ?? field?.querySelector<HTMLElement>('[tabindex="0"]');
	control?.focus();
}
