// The only module that knows the component library: a successor is a change of this file.
import {
	provideVSCodeDesignSystem,
	vsCodeButton,
	vsCodeCheckbox,
	vsCodeRadio,
	vsCodeRadioGroup,
	vsCodeTextArea,
	vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import { h, type ComponentChildren, type RefObject, type VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

provideVSCodeDesignSystem().register(
	vsCodeButton(),
	vsCodeCheckbox(),
	vsCodeRadio(),
	vsCodeRadioGroup(),
	vsCodeTextArea(),
	vsCodeTextField(),
);

export interface ButtonProps {
	readonly primary?: boolean;
	readonly disabled?: boolean;
	readonly onClick: () => void;
	readonly elementRef?: RefObject<HTMLElement | null>;
	readonly children: ComponentChildren;
}

export function Button({ primary = false, disabled = false, onClick, elementRef, children }: ButtonProps): VNode {
	return createLibraryElement(
		'vscode-button',
		{ appearance: primary ? 'primary' : 'secondary', disabled, onClick, ...(elementRef && { ref: elementRef }) },
		children,
	);
}

export interface TextInputProps {
	readonly label: string;
	readonly value: string;
	readonly isInvalid: boolean;
	/** Ids of the elements that explain the field. */
	readonly describedBy: readonly string[];
	readonly onInput: (value: string) => void;
}

/** A single line of text; Enter in it calls `onEnter`. */
export function TextField({ onEnter, ...props }: TextInputProps & { readonly onEnter: () => void }): VNode {
	// Enter that ends the composition of a character is no answer to the question.
	const onKeyDown = (event: KeyboardEvent) => event.key === 'Enter' && !event.isComposing && onEnter();
	return createLibraryElement('vscode-text-field', { ...useTextInput(props), onKeyDown }, props.label);
}

/** Several lines of text. */
export function TextArea({ rows, ...props }: TextInputProps & { readonly rows: number }): VNode {
	return createLibraryElement('vscode-text-area', { ...useTextInput(props), rows, resize: 'vertical' }, props.label);
}

function useTextInput({ value, isInvalid: invalid, describedBy, onInput }: TextInputProps): Record<string, unknown> {
	const ref = useRef<HTMLInputElement>(null);
	useLayoutEffect(() => {
		// The toolkit copies the label into the host's aria-label, so that two elements would carry the name.
		ref.current?.removeAttribute('aria-label');
	}, []);
	useLayoutEffect(() => {
		// Ids do not reach into the shadow root, elements do.
		const control = ref.current?.shadowRoot?.getElementById('control');
		if (control) {
			control.ariaDescribedByElements = describedBy.flatMap((id) => document.getElementById(id) ?? []);
		}
	});
	return {
		ref,
		value,
		'aria-invalid': String(invalid),
		onInput: () => onInput(ref.current?.value ?? ''),
	};
}

export interface CheckboxProps {
	readonly label: string;
	readonly checked: boolean;
	readonly onChange: (checked: boolean) => void;
}

export function Checkbox({ label, checked, onChange }: CheckboxProps): VNode {
	const ref = useRef<HTMLInputElement>(null);
	const reportChange = useUserChanges(checked, onChange);
	return createLibraryElement('vscode-checkbox', { ref, checked, onChange: () => reportChange(ref.current?.checked ?? checked) }, label);
}

export interface RadioOption {
	readonly value: string;
	readonly label: string;
	/** Makes the radio a card. */
	readonly description?: string;
}

export interface RadioGroupProps {
	readonly options: readonly RadioOption[];
	readonly value: string;
	readonly labelledBy: string;
	readonly describedBy: readonly string[];
	readonly isInvalid: boolean;
	readonly onChange: (value: string) => void;
}

/** Radios of which one is chosen; the arrow keys move the choice. */
export function RadioGroup({ options, value, labelledBy, describedBy, isInvalid: invalid, onChange }: RadioGroupProps): VNode {
	const ref = useRef<HTMLInputElement>(null);
	const reportChange = useUserChanges(value, onChange);
	return createLibraryElement(
		'vscode-radio-group',
		{
			ref,
			// With a value that no radio has, the toolkit would let the keyboard reach none of them.
			value: options.some((option) => option.value === value) ? value : undefined,
			orientation: 'vertical',
			'aria-labelledby': labelledBy,
			'aria-describedby': describedBy.join(' ') || undefined,
			'aria-invalid': String(invalid),
			onChange: () => reportChange(ref.current?.value ?? value),
		},
		options.map((option) => h(Radio, { key: option.value, ...option })),
	);
}

function Radio({ value, label, description }: RadioOption): VNode {
	const ref = useRef<HTMLElement>(null);
	const descriptionId = `radio-${value}-description`;
	useLayoutEffect(() => {
		// The toolkit names the radio by all its text, the description run into it.
		ref.current?.setAttribute('aria-label', label);
	});
	return createLibraryElement(
		'vscode-radio',
		{ ref, value, ...(description && { class: 'card', 'aria-describedby': descriptionId }) },
		h('span', { class: 'radio-label' }, label),
		description && h('span', { class: 'hint', id: descriptionId }, description),
	);
}

/** The toolkit reports a change also when the page itself sets the value; this reports only what the user did. */
function useUserChanges<T>(current: T, onChange: (value: T) => void): (value: T) => void {
	const latest = useRef(current);
	latest.current = current;
	return (value) => value !== latest.current && onChange(value);
}

/** An element of the library, which Preact's types do not know. */
function createLibraryElement(tag: string, props: Record<string, unknown>, ...children: ComponentChildren[]): VNode {
	return h(tag, props, ...children);
}
