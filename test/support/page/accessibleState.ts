import type { Locator } from '@playwright/test';
import { eventually } from '../eventually';

/** Waits until the element, or the input in it, has the focus. */
export async function waitForFocus(element: Locator): Promise<void> {
	await element.and(element.page().locator(':focus')).waitFor();
}

/** What assistive technology gets for an element besides its role and name. */
export interface AccessibleState {
	readonly description: string;
	readonly invalid: boolean;
}

/** Waits until `check` passes. The toolkit's components update their accessible state in the next frame. */
export function waitForAccessibleState(element: Locator, check: (state: AccessibleState) => void): Promise<void> {
	return eventually(async () => check(await readAccessibleState(element)), 5_000);
}

/** The state as the browser computes it. */
async function readAccessibleState(element: Locator): Promise<AccessibleState> {
	const session = await element.page().context().newCDPSession(element.page());
	const marker = 'data-inspected';
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

/** Finds an element, including in open shadow roots. Runs in the browser. */
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
