import { expect, shareWorkbench, test } from '../support/e2eTest';
import { createTestRecord, seedTokens } from '../support/seedTokens';
import { activeWebview, expectTokenRows, runPaletteCommand, showTokensView, tokenRow } from '../support/workbenchDriver';

const getWorkbench = shareWorkbench();

test('tokens are reviewed: several are disabled, one is deleted, and one is opened with what it needs', async () => {
	const workbench = getWorkbench();
	const { page } = workbench;
	await seedTokens(workbench, [
		createTestRecord(1, { name: 'Forever', endsInDays: null }),
		createTestRecord(2, { name: 'Idle one', permissions: ['usage'] }),
		createTestRecord(3, { name: 'Idle two', permissions: ['usage'] }),
		createTestRecord(4, { name: 'Old import', endsInDays: -60 }),
	]);
	await showTokensView(workbench);
	await expectTokenRows(page, ['Forever', 'Idle one', 'Idle two', 'Old import']);
	await runPaletteCommand(page, 'Connect Tokens: Review Tokens');
	const review = activeWebview(page);
	await expect(review.getByText('4 of 4 tokens need attention.')).toBeVisible();

	await test.step('several are disabled at once, and the others stay', async () => {
		for (const name of ['Idle one', 'Idle two']) {
			await review.getByRole('checkbox', { name, exact: true }).check();
		}
		await expect(review.getByText('2 tokens selected')).toBeVisible();
		await review.getByRole('button', { name: 'Disable Selected' }).click();
		await expect(review.getByText('Disabled 2 tokens.')).toBeVisible();
		await expect(review.getByText('2 of 4 tokens need attention.')).toBeVisible();
		await showTokensView(workbench);
		await expect(tokenRow(page, 'Idle one', 'Disabled')).toBeVisible();
		await expect(tokenRow(page, 'Idle two', 'Disabled')).toBeVisible();
	});

	await test.step('deleting asks first', async () => {
		await review.getByRole('button', { name: 'Delete Old import' }).click();
		const dialog = page.getByRole('dialog').filter({ hasText: 'Delete token “Old import”' });
		await dialog.getByRole('button', { name: 'Cancel' }).click();
		await expect(tokenRow(page, 'Old import')).toBeVisible();
		await review.getByRole('button', { name: 'Delete Old import' }).click();
		await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
		await expect(review.getByText('1 of 3 tokens needs attention.')).toBeVisible();
		await expect(review.getByRole('status').filter({ hasText: 'Deleted 1 token.' })).toBeFocused();
		await expect(tokenRow(page, 'Old import')).toHaveCount(0);
	});

	await test.step('a remedy opens the token with what it needs', async () => {
		await review.getByRole('button', { name: 'More Actions for Forever' }).click();
		await review.getByRole('menuitem', { name: 'Set Expiration…' }).click();
		await expect(activeWebview(page).getByRole('dialog', { name: 'Rotate Token' })).toBeVisible();
	});
});
