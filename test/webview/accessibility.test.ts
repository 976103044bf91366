import assert from 'node:assert/strict';
import type { Page } from '@playwright/test';
import { findAccessibilityProblems } from '../support/page/accessibilityProblems';
import { usePages } from '../support/page/testPages';
import { pageStates } from '../support/page/pageStates';

test.describe('Every page state', () => {
	for (const [name, state] of Object.entries(pageStates)) {
		test(`has no accessibility problems in any theme and fits every panel width: ${name}`, async ({ pages }) => {
			const testPage = await pages.open({ name: state.page });
			await state.open(testPage);
			assert.deepEqual(await findAccessibilityProblems(testPage), []);
			// At 200% zoom, a panel that's 900 pixels wide has room for 450.
			for (const width of [900, 450, 420, 300]) {
				await testPage.page.setViewportSize({ width, height: 400 });
				assert.equal(await getOverflowPx(testPage.page), 0, `scrolls sideways at ${width} pixels`);
			}
		});
	}
});

/** The number of pixels by which the page, or a dialog or menu on it, exceeds the visible width. */
function getOverflowPx(page: Page): Promise<number> {
	return page.evaluate(() =>
		Math.max(
			...[...document.querySelectorAll('html, dialog')].map((element) => element.scrollWidth - element.clientWidth),
			...[...document.querySelectorAll('dialog, [role=menu]')].map((element) => -element.getBoundingClientRect().left),
			0,
		),
	);
}
