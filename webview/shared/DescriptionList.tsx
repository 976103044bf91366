import type { ComponentChildren, VNode } from 'preact';

export function DescriptionList({
	children,
	isInline = false,
}: {
	readonly children: ComponentChildren;
	readonly isInline?: boolean;
}): VNode {
	return <dl class={isInline ? 'description-list inline' : 'description-list'}>{children}</dl>;
}

export function DescriptionItem({ label, children }: { readonly label: string; readonly children: ComponentChildren }): VNode {
	return (
		<div class="description-item">
			<dt>{label}</dt>
			<dd dir="auto">{children}</dd>
		</div>
	);
}
