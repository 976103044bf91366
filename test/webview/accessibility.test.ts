import type { Page } from '@playwright/test';
import { findAccessibilityProblems } from '../support/page/accessibilityProblems';
import { expect, test } from '../support/page/pageTest';
import { pageStates } from '../support/page/pageStates';

test.describe('Every page state', () => {
	for (const [name, state] of Object.entries(pageStates)) {
		test(`has no accessibility problems in any theme and fits every panel width: ${name}`, async ({ pages }) => {
			const testPage = await pages.open({ name: state.page });
			await state.open(testPage);
			expect(await findAccessibilityProblems(testPage)).toEqual([]);
			// At 200% zoom, a panel that's 900 pixels wide has room for 450.
			for (const width of [900, 450, 420, 300]) {
				await testPage.page.setViewportSize({ width, height: 400 });
				expect(await getOverflowPx(testPage.page), `scrolls sideways at ${width} pixels`).toBe(0);
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
