import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { accessibilityProblems } from '../support/page/axe';
import { usePages } from '../support/page/openedPage';
import { pageStates } from '../support/page/states';

describe('In every state, a page', function () {
	this.timeout(60_000);
	const pages = usePages();

	for (const [name, state] of Object.entries(pageStates)) {
		it(`has nothing that axe finds wrong in any theme, and fits every panel: ${name}`, async () => {
			const opened = await pages.open({ name: state.page });
			await state.reach(opened);
			assert.deepEqual(await accessibilityProblems(opened), []);
			// At 200 % zoom, a panel of 900 pixels has the room of 450.
			for (const width of [900, 450, 420, 300]) {
				await opened.page.setViewportSize({ width, height: 400 });
				assert.equal(await overflow(opened.page), 0, `scrolls sideways at ${width} pixels`);
			}
		});
	}
});

/** By how many pixels the page, or a dialogue or menu on it, is wider than what is to be seen. */
function overflow(page: Page): Promise<number> {
	return page.evaluate(() =>
		Math.max(
			...[...document.querySelectorAll('html, dialog')].map((element) => element.scrollWidth - element.clientWidth),
			...[...document.querySelectorAll('dialog, [role=menu]')].map((element) => -element.getBoundingClientRect().left),
			0,
		),
	);
}
