import { expect, test } from '../support/e2eTest';
import { showTokensView } from '../support/workbenchDriver';

/** More are in the test of the source in two processes. */
const TOKENS_PER_WINDOW = 25;

test('two windows create tokens at the same time, and both show all of them', async ({ openWorkbench }) => {
	const workbench = await openWorkbench();
	const windows = [workbench, await workbench.newWindow()];
	for (const window of windows) {
		await window.page.bringToFront();
		await showTokensView(window);
	}
	await Promise.all(
		windows.flatMap(({ driver }, index) =>
			Array.from({ length: TOKENS_PER_WINDOW }, (_, number) => driver.createToken({ name: `Token ${index + 1}.${number + 1}` })),
		),
	);
	for (const { page } of windows) {
		await page.bringToFront();
		// Only visible rows exist as elements, but each has the number of tokens as an attribute.
		const row = page.getByRole('treeitem', { name: /^Token \d\.\d+, Active, / }).first();
		await expect(row).toHaveAttribute('aria-setsize', String(windows.length * TOKENS_PER_WINDOW));
	}
});
