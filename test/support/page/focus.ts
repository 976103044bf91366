import type { Locator } from 'playwright-core';
import { eventually } from '../eventually';

/** Resolves once the element, or the input within it, has the focus. */
export async function focused(element: Locator): Promise<void> {
	await element.and(element.page().locator(':focus')).waitFor();
}

/** What a screen reader is told of an element beside its role and name. */
export interface Told {
	readonly description: string;
	readonly invalid: boolean;
}

/** Waits until `check` passes on what a screen reader is told: components of the toolkit hand it on with their next frame. */
export function accessible(element: Locator, check: (told: Told) => void): Promise<void> {
	return eventually(async () => check(await toldOf(element)), 5_000);
}

/** As the browser itself computes it. */
async function toldOf(element: Locator): Promise<Told> {
	const session = await element.page().context().newCDPSession(element.page());
	const marker = 'data-asked-for';
	await element.evaluate((one, name) => one.setAttribute(name, ''), marker);
	const { result } = await session.send('Runtime.evaluate', {
		expression: `(${findMarked.toString()})(document, '[${marker}]')`,
	});
	const { nodes } = await session.send('Accessibility.getPartialAXTree', { objectId: result.objectId!, fetchRelatives: false });
	await element.evaluate((one, name) => one.removeAttribute(name), marker);
	const [node] = nodes;
	const invalid = node?.properties?.find(({ name }) => name === 'invalid')?.value.value as string | undefined;
	return { description: (node?.description?.value as string | undefined) ?? '', invalid: invalid === 'true' };
}

/** Runs in the page: the element, also within open shadow roots. */
function findMarked(root: Document | ShadowRoot, selector: string): Element | undefined {
	const found = root.querySelector(selector);
	if (found) {
		return found;
	}
	for (const { shadowRoot } of root.querySelectorAll('*')) {
		const inner = shadowRoot && findMarked(shadowRoot, selector);
		if (inner) {
			return inner;
		}
	}
	return undefined;
}
