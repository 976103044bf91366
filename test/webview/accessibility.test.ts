import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { findAccessibilityProblems } from '../support/page/accessibilityProblems';
import { usePages } from '../support/page/testPages';
import { pageStates } from '../support/page/pageStates';

describe('In every state, a page', function () {
	this.timeout(60_000);
	const pages = usePages();

	for (const [name, state] of Object.entries(pageStates)) {
		it(`has nothing that axe finds wrong in any theme, and fits every panel: ${name}`, async () => {
			const testPage = await pages.open({ name: state.page });
			await state.open(testPage);
			assert.deepEqual(await findAccessibilityProblems(testPage), []);
			// At 200 % zoom, a panel of 900 pixels has the room of 450.
			for (const width of [900, 450, 420, 300]) {
				await testPage.page.setViewportSize({ width, height: 400 });
				assert.equal(await overflowingElements(testPage.page), 0, `scrolls sideways at ${width} pixels`);
			}
		});
	}
});

/** By how many pixels the page, or a dialogue or menu on it, is wider than what is to be seen. */
function overflowingElements(page: Page): Promise<number> {
	return page.evaluate(() =>
		Math.max(
			...[...document.querySelectorAll('html, dialog')].map((element) => element.scrollWidth - element.clientWidth),
			...[...document.querySelectorAll('dialog, [role=menu]')].map((element) => -element.getBoundingClientRect().left),
			0,
		),
	);
}
