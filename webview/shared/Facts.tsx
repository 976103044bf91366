import type { ComponentChildren, VNode } from 'preact';

/** Names with their values. */
export function Facts({ children, inline = false }: { readonly children: ComponentChildren; readonly inline?: boolean }): VNode {
	return <dl class={inline ? 'facts inline' : 'facts'}>{children}</dl>;
}

export function Fact({ label, children }: { readonly label: string; readonly children: ComponentChildren }): VNode {
	return (
		<div class="fact">
			<dt>{label}</dt>
			<dd dir="auto">{children}</dd>
		</div>
	);
}
