import type { Locator } from 'playwright-core';
import { eventually } from '../eventually';

/** Resolves once the element, or the input within it, has the focus. */
export async function waitForFocus(element: Locator): Promise<void> {
	await element.and(element.page().locator(':focus')).waitFor();
}

/** What a screen reader is told of an element beside its role and name. */
export interface AccessibleState {
	readonly description: string;
	readonly invalid: boolean;
}

/** Waits until `check` passes on what a screen reader is told: components of the toolkit hand it on with their next frame. */
export function waitForAccessibleState(element: Locator, check: (state: AccessibleState) => void): Promise<void> {
	return eventually(async () => check(await readAccessibleState(element)), 5_000);
}

/** As the browser itself computes it. */
async function readAccessibleState(element: Locator): Promise<AccessibleState> {
	const session = await element.page().context().newCDPSession(element.page());
	const marker = 'data-asked-for';
	await element.evaluate((item, name) => item.setAttribute(name, ''), marker);
	const { result } = await session.send('Runtime.evaluate', {
		expression: `(${findInShadowRoots.toString()})(document, '[${marker}]')`,
	});
	const { nodes } = await session.send('Accessibility.getPartialAXTree', { objectId: result.objectId!, fetchRelatives: false });
	await element.evaluate((item, name) => item.removeAttribute(name), marker);
	const [node] = nodes;
	const invalid = node?.properties?.find(({ name }) => name === 'invalid')?.value.value as string | undefined;
	return { description: (node?.description?.value as string | undefined) ?? '', invalid: invalid === 'true' };
}

/** Runs in the page: the element, also within open shadow roots. */
function findInShadowRoots(root: Document | ShadowRoot, selector: string): Element | undefined {
	const found = root.querySelector(selector);
	if (found) {
		return found;
	}
	for (const { shadowRoot } of root.querySelectorAll('*')) {
		const inner = shadowRoot && findInShadowRoots(shadowRoot, selector);
		if (inner) {
			return inner;
		}
	}
	return undefined;
}
