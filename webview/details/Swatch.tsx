import type { VNode } from 'preact';
import type { StatusClass } from '../../src/domain/statistics';

/** A patch of what a class is drawn with. */
export function Swatch({ class: one }: { readonly class: StatusClass }): VNode {
	return (
		<svg class="swatch" width="12" height="12" aria-hidden="true">
			<rect class={`class-${one}`} width="12" height="12" />
			<rect class="marks" fill={`url(#marks-${one})`} width="12" height="12" />
		</svg>
	);
}

/** Marks that tell the classes apart where colours do not: none, dots, stripes, and a lattice. */
export function Marks(): VNode {
	return (
		<defs>
			<Pattern class="200s" path="" />
			<Pattern class="300s" path="M2 3h2" />
			<Pattern class="400s" path="M-1 1l2 -2M0 6l6 -6M5 7l2 -2" />
			<Pattern class="500s" path="M-1 1l2 -2M0 6l6 -6M5 7l2 -2M-1 5l2 2M0 0l6 6M5 -1l2 2" />
		</defs>
	);
}

function Pattern({ class: one, path }: { readonly class: StatusClass; readonly path: string }): VNode {
	return (
		<pattern id={`marks-${one}`} width="6" height="6" patternUnits="userSpaceOnUse">
			<path class="mark" d={path} />
		</pattern>
	);
}
