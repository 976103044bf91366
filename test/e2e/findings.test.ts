import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { referenceTo } from '../../src/http/references';
import { runCommand } from '../host/driving';
import type { Workbench } from '../host/workbench';
import { eventually } from '../support/eventually';
import { inOrder } from '../support/inOrder';
import { openWorkbench } from '../support/openWorkbench';
import { seedTokens, tokenRecord } from '../support/seed';
import { chooseInMenu, createFromPalette, fillGeneral, finish, openFile, readClipboard, showTokens } from '../support/walk';

const NAME = 'Pasted';
const FILE = 'pasted.http';
/** A token whose key the vault has lost, and one that is not there. */
const LOST = tokenRecord(1, { name: 'Lost' });
const UNKNOWN = 'SU-000-000-002';
/** Made up at run time, so that no file holds what looks like a key. */
const keyOf = (tokenId: string) => `ApiKey ${tokenId}:${createHash('sha1').update(tokenId).digest('hex')}`;
const requestWith = (authorization: string) =>
	`GET https://api.connect.cloudblue.com/public/v1/products\nAuthorization: ${authorization}\n`;

describe('a key pasted into a request file, in the real workbench', function () {
	this.timeout(180_000);
	inOrder();
	let userDataDir: string;
	let workbench: Workbench;
	let folder: string;
	let page: Page;
	let secret: string;
	const text = () => readFile(join(folder, FILE), 'utf8');

	before(async () => {
		userDataDir = await mkdtemp(join(tmpdir(), 'connect-tokens-profile-'));
		const seed = async (path: string) => {
			await seedTokens(userDataDir, path, [LOST]);
			await writeFile(join(path, 'lost.http'), requestWith(keyOf(LOST.id)));
			await writeFile(join(path, 'unknown.http'), requestWith(keyOf(UNKNOWN)));
		};
		({ workbench, folder } = await openWorkbench({ userDataDir, seed }));
		({ page } = workbench);
		await showTokens(page);
		const wizard = await createFromPalette(page);
		await fillGeneral(wizard, NAME);
		await finish(wizard, '30 days', ['Products']);
		await chooseInMenu(page, NAME, 'Copy API Key');
		const key = await eventually(async () => {
			const copied = await readClipboard(page);
			assert.match(copied, /^ApiKey SU-/);
			return copied;
		});
		secret = key.slice(-40);
		await writeFile(join(folder, FILE), requestWith(key));
	});

	after(async () => {
		await (workbench as Workbench | undefined)?.close();
		await rm(userDataDir, { recursive: true, force: true, maxRetries: 5 });
	});

	/** Chooses the quick fix of the key in the active editor. */
	const fix = async (title: string) => {
		await page.locator('.squiggly-warning').waitFor();
		await eventually(async () => {
			try {
				await page.locator('.monaco-editor .view-line', { hasText: 'Authorization: ApiKey SU-' }).click({ timeout: 5_000 });
				await page.keyboard.press('Control+.');
				await page.locator('.action-widget').getByText(title, { exact: true }).waitFor({ timeout: 5_000 });
			} catch (error) {
				// A list that opened before the diagnostics were there has no fix of theirs.
				await page.keyboard.press('Escape');
				throw error;
			}
		});
		await page.keyboard.press('Enter');
	};

	it('is flagged', async () => {
		await openFile(page, FILE);
		await page.locator('.squiggly-warning').waitFor();
		await runCommand(page, 'Problems: Focus on Problems View');
		await page
			.locator('.markers-panel')
			.getByText(`The API key of the token “${NAME}” stands here in plain text.`, { exact: false })
			.waitFor();
	});

	it('becomes a reference with one quick fix, and the file is free of the key', async () => {
		await fix('Replace by a reference');
		await page.locator('.monaco-editor .view-line', { hasText: '$processEnv CONNECT_SU_' }).waitFor();
		await runCommand(page, 'File: Save');
		await eventually(async () => assert.match(await text(), /^Authorization: ApiKey \{\{\$processEnv CONNECT_SU_[\d_]+\}\}$/m));
		assert.ok(!(await text()).includes(secret));
		await page.locator('.squiggly-warning').waitFor({ state: 'detached' });
	});

	it('is flagged as a reference once its token is disabled', async () => {
		await chooseInMenu(page, NAME, 'Disable Token');
		await page.locator('.squiggly-error').waitFor();
		await page.locator('.markers-panel').getByText(`The token “${NAME}” is disabled`, { exact: false }).waitFor();
	});

	it('is imported first where its token is unknown, and then found where the file has it by now', async () => {
		await openFile(page, 'unknown.http');
		await fix('Import the key and replace it by a reference');
		const input = page.locator('.quick-input-widget input[type="text"]');
		const onStep = (count: string) => page.locator('.quick-input-title', { hasText: `(${count})` }).waitFor();
		await onStep('1/6');
		await writeFile(join(folder, 'unknown.http'), `# By somebody else\n${requestWith(keyOf(UNKNOWN))}`);
		await page.locator('.monaco-editor .view-line', { hasText: 'By somebody else' }).waitFor();
		for (const [index, answer] of ['Imported', '', '', 'No expiration', 'Zapier'].entries()) {
			await onStep(`${index + 1}/6`);
			await input.fill(answer);
			await page.keyboard.press('Enter');
		}
		await page.locator('.monaco-editor .view-line', { hasText: '$processEnv CONNECT_SU_' }).waitFor();
		await runCommand(page, 'File: Save');
		await eventually(async () =>
			assert.equal(await readFile(join(folder, 'unknown.http'), 'utf8'), `# By somebody else\n${requestWith(referenceTo(UNKNOWN))}`),
		);
	});

	it('stays where it is while the vault has lost it, with what to do', async () => {
		await openFile(page, 'lost.http');
		await fix('Replace by a reference');
		await runCommand(page, 'Notifications: Show Notifications');
		await page.locator('.notification-list-item', { hasText: `does not hold the key of ${LOST.id}` }).waitFor();
		await page.locator('.monaco-editor .view-line', { hasText: keyOf(LOST.id) }).waitFor();
	});
});
