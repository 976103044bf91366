import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { runPaletteCommand } from '../host/workbenchAutomation';
import { repositoryRoot } from '../host/paths';
import type { Workbench } from '../host/workbench';
import { openWorkbench } from '../support/openWorkbench';
import { showTokensView } from '../support/workbenchDriver';

describe('two windows on one workspace', function () {
	this.timeout(240_000);
	let workbench: Workbench;

	before(async () => {
		({ workbench } = await openWorkbench({ extraExtensions: [join(repositoryRoot, 'test/support/driver')] }));
	});

	after(() => workbench.close());

	it('create 200 tokens each at the same time, and both show 400', async () => {
		const windows = [workbench.page, await workbench.newWindow()];
		for (const page of windows) {
			await page.bringToFront();
			await showTokensView(page);
		}
		for (const page of windows) {
			await page.bringToFront();
			await runPaletteCommand(page, 'Driver: Create 200 Tokens');
		}
		for (const page of windows) {
			await page.bringToFront();
			await page.getByText('Created 200 tokens').waitFor({ timeout: 120_000 });
			assert.equal(await countVisibleTokens(page), 400);
		}
	});
});

/** Returns the number of tokens in the tree. Only visible rows exist as elements, but each has the size of its set as an attribute. */
async function countVisibleTokens(page: Page): Promise<number> {
	const row = page.getByRole('treeitem', { name: /, Active, / }).first();
	await page.locator('[role="treeitem"][aria-level="2"][aria-setsize="400"]').first().waitFor({ timeout: 60_000 });
	return Number(await row.getAttribute('aria-setsize'));
}
