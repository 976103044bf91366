import type { CDPSession, Locator, Page } from '@playwright/test';
import { expect } from './pageTest';

/** What assistive technology gets for an element besides its role and name. */
export interface AccessibleState {
	readonly description: string;
	readonly invalid: boolean;
}

/**
 * Expects that the element gets this description, and that it's marked as invalid or valid. Playwright's own assertion doesn't know the
 * element references that the pages use across shadow roots.
 * @param description a part of the description, or a pattern; undefined if only `invalid` matters
 */
export async function expectAccessibleState(
	element: Locator,
	description: string | RegExp | undefined,
	{ invalid }: { readonly invalid?: boolean } = {},
): Promise<void> {
	await expect(async () => {
		const state = await readAccessibleState(element);
		if (typeof description === 'string') {
			expect(state.description).toContain(description);
		} else if (description) {
			expect(state.description).toMatch(description);
		}
		if (invalid !== undefined) {
			expect(state.invalid).toBe(invalid);
		}
	}).toPass({ intervals: [20, 50, 100], timeout: 30_000 });
}

const sessions = new WeakMap<Page, Promise<CDPSession>>();

/** The state as the browser computes it. */
async function readAccessibleState(element: Locator): Promise<AccessibleState> {
	const page = element.page();
	const sessionPromise = sessions.get(page) ?? page.context().newCDPSession(page);
	sessions.set(page, sessionPromise);
	const session = await sessionPromise;
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
