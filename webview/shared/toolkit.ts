// The only module that uses the component library, so that it can be replaced by changing this file.
import {
	provideVSCodeDesignSystem,
	vsCodeButton,
	vsCodeRadio,
	vsCodeRadioGroup,
	vsCodeTextArea,
	vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import { h, type ComponentChildren, type RefObject, type VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeRadio(), vsCodeRadioGroup(), vsCodeTextArea(), vsCodeTextField());

export interface ButtonProps {
	readonly primary?: boolean;
	readonly disabled?: boolean;
	readonly onClick: () => void;
	readonly elementRef?: RefObject<HTMLElement | null>;
	readonly children: ComponentChildren;
}

/** A button. While it's disabled, it keeps the focus, so that the keyboard can continue from there when it's enabled again. */
export function Button({ primary = false, disabled = false, onClick, elementRef, children }: ButtonProps): VNode {
	return createLibraryElement(
		'vscode-button',
		{
			appearance: primary ? 'primary' : 'secondary',
			// The browser takes the focus from an element with the attribute "disabled".
			'aria-disabled': disabled ? 'true' : undefined,
			onClick: disabled ? undefined : onClick,
			...(elementRef && { ref: elementRef }),
		},
		children,
	);
}

export interface TextInputProps {
	readonly label: string;
	readonly value: string;
	readonly isInvalid: boolean;
	/** IDs of the elements that describe the field. */
	readonly describedBy: readonly string[];
	readonly onInput: (value: string) => void;
}

/** A single-line text field. Calls `onEnter` when Enter is pressed. */
export function TextField({ onEnter, ...props }: TextInputProps & { readonly onEnter: () => void }): VNode {
	// During text composition, Enter only confirms the composed characters.
	const onKeyDown = (event: KeyboardEvent) => event.key === 'Enter' && !event.isComposing && onEnter();
	return createLibraryElement('vscode-text-field', { ...useTextInput(props), onKeyDown }, props.label);
}

/** A multiline text field. */
export function TextArea({ rows, ...props }: TextInputProps & { readonly rows: number }): VNode {
	return createLibraryElement('vscode-text-area', { ...useTextInput(props), rows, resize: 'vertical' }, props.label);
}

function useTextInput({ value, isInvalid, describedBy, onInput }: TextInputProps): Record<string, unknown> {
	const ref = useRef<HTMLInputElement>(null);
	useLayoutEffect(() => {
		// The toolkit copies the label to the host's aria-label, which would give two elements the same name.
		ref.current?.removeAttribute('aria-label');
	}, []);
	useLayoutEffect(() => {
		// Element references work across the shadow root's boundary; IDs don't.
		const control = ref.current?.shadowRoot?.getElementById('control');
		if (control) {
			control.ariaDescribedByElements = describedBy.flatMap((id) => document.getElementById(id) ?? []);
		}
	});
	return {
		ref,
		value,
		'aria-invalid': String(isInvalid),
		onInput: () => onInput(ref.current?.value ?? ''),
	};
}

export interface RadioOption {
	readonly value: string;
	readonly label: string;
	/** With a description, the radio button is shown as a card. */
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

export function RadioGroup({ options, value, labelledBy, describedBy, isInvalid, onChange }: RadioGroupProps): VNode {
	const ref = useRef<HTMLInputElement>(null);
	const reportChange = useUserChanges(value, onChange);
	return createLibraryElement(
		'vscode-radio-group',
		{
			ref,
			// With a value that isn't an option, the toolkit makes all radio buttons unreachable by keyboard.
			value: options.some((option) => option.value === value) ? value : undefined,
			orientation: 'vertical',
			'aria-labelledby': labelledBy,
			'aria-describedby': describedBy.join(' ') || undefined,
			'aria-invalid': String(isInvalid),
			onChange: () => reportChange(ref.current?.value ?? value),
		},
		options.map((option) => h(Radio, { key: option.value, ...option })),
	);
}

function Radio({ value, label, description }: RadioOption): VNode {
	const ref = useRef<HTMLElement>(null);
	const descriptionId = `radio-${value}-description`;
	useLayoutEffect(() => {
		// Otherwise, the accessible name would include the description.
		ref.current?.setAttribute('aria-label', label);
	});
	return createLibraryElement(
		'vscode-radio',
		{ ref, value, ...(description && { class: 'card', 'aria-describedby': descriptionId }) },
		h('span', { class: 'radio-label' }, label),
		description && h('span', { class: 'hint', id: descriptionId }, description),
	);
}

/** Filters out the change events that the toolkit also fires when the page itself sets the value. */
function useUserChanges<T>(current: T, onChange: (value: T) => void): (value: T) => void {
	const latest = useRef(current);
	latest.current = current;
	return (value) => value !== latest.current && onChange(value);
}

/** Creates an element of the library, which Preact's JSX types don't include. */
function createLibraryElement(tag: string, props: Record<string, unknown>, ...children: ComponentChildren[]): VNode {
	return h(tag, props, ...children);
}
