import { rename } from 'node:fs/promises';
import { expect, test } from '../support/e2eTest';
import { answerKeyQuestion, copyApiKey, createTokenWithKey, showTokensView } from '../support/workbenchDriver';

test('a folder was moved: its tokens are adopted with their keys from the Tokens view', async ({ openWorkbench }) => {
	const workbench = await openWorkbench();
	const { folder } = workbench;
	const { token, apiKey } = await createTokenWithKey(workbench, 'CRM');
	const movedFolder = `${folder}-moved`;
	await rename(folder, movedFolder);
	const window = await workbench.newWindow(movedFolder);
	const { page } = window;
	await showTokensView(window);
	await page.locator('.welcome-view').getByRole('button', { name: 'Adopt Tokens…' }).click();
	const dialog = page.getByRole('dialog', { name: /Adopt 1 token\?/ });
	await expect(dialog).toContainText(`From: ${folder} (no longer exists)`);
	await answerKeyQuestion(dialog, 'Adopt');
	await expect(page.getByRole('treeitem', { name: /^CRM, Active, / })).toBeVisible();
	await page.evaluate(() => navigator.clipboard.writeText(''));
	expect(await copyApiKey(window, token.id)).toBe(apiKey);
});
