import type { ComponentChildren, VNode } from 'preact';

export interface FieldProps {
	readonly id: string;
	readonly hint?: string | undefined;
	readonly error?: string | undefined;
	readonly children: ComponentChildren;
}

/** Ids of what {@link Field} shows beside its control, for `aria-describedby`. */
export function descriptionsOf({ id, hint, error }: Omit<FieldProps, 'children'>): string[] {
	return [...(hint ? [`${id}-hint`] : []), ...(error ? [`${id}-error`] : [])];
}

/** A control with its hint and, when it has one, its error. */
export function Field({ id, hint, error, children }: FieldProps): VNode {
	return (
		<div class="field" id={id} data-invalid={error ? '' : undefined}>
			{children}
			{error && (
				<p class="error" id={`${id}-error`} role="alert">
					<span class="codicon codicon-error" aria-hidden="true" />
					{error}
				</p>
			)}
			{hint && (
				<p class="hint" id={`${id}-hint`}>
					{hint}
				</p>
			)}
		</div>
	);
}

/** Focuses the control of the first field that has an error. */
export function focusFirstError(within: ParentNode = document): void {
	focusControl(within.querySelector('.field[data-invalid]'));
}

export function focusFirstField(): void {
	focusControl(document.querySelector('.field'));
}

/** Of a choice with an input beside it, the input. */
function focusControl(field: Element | null): void {
	const control =
		field?.querySelector<HTMLElement>('vscode-text-field, vscode-text-area, input') ?? field?.querySelector<HTMLElement>('[tabindex="0"]');
	control?.focus();
}
