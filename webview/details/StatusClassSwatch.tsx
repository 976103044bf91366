import type { VNode } from 'preact';
import type { StatusClass } from '../../src/domain/tokenUsage';

/** A sample of a status class's color and pattern. */
export function StatusClassSwatch({ class: statusClass }: { readonly class: StatusClass }): VNode {
	return (
		<svg class="swatch" width="12" height="12" aria-hidden="true">
			<rect class={`class-${statusClass}`} width="12" height="12" />
			<rect class="pattern-overlay" fill={`url(#pattern-${statusClass})`} width="12" height="12" />
		</svg>
	);
}

/** Patterns that distinguish the status classes without relying on color: none, dots, stripes, and a lattice. */
export function StatusClassPatterns(): VNode {
	return (
		<defs>
			<StatusClassPattern class="2xx" path="" />
			<StatusClassPattern class="3xx" path="M2 3h2" />
			<StatusClassPattern class="4xx" path="M-1 1l2 -2M0 6l6 -6M5 7l2 -2" />
			<StatusClassPattern class="5xx" path="M-1 1l2 -2M0 6l6 -6M5 7l2 -2M-1 5l2 2M0 0l6 6M5 -1l2 2" />
		</defs>
	);
}

function StatusClassPattern({ class: statusClass, path }: { readonly class: StatusClass; readonly path: string }): VNode {
	return (
		<pattern id={`pattern-${statusClass}`} width="6" height="6" patternUnits="userSpaceOnUse">
			<path class="pattern-line" d={path} />
		</pattern>
	);
}
