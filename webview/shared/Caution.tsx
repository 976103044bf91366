import type { ComponentChildren, VNode } from 'preact';

/** A short warning about a valid choice, which screen readers announce when it appears. */
export function Caution({ children }: { readonly children: ComponentChildren }): VNode {
	return (
		<p class="caution" role="status">
			<span class="codicon codicon-warning" aria-hidden="true" />
			{children}
		</p>
	);
}
