import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { formatAuthorizationReference } from '../../src/requestFiles/keyReferences';
import { runPaletteCommand } from '../host/workbenchAutomation';
import type { Workbench } from '../host/workbench';
import { eventually } from '../support/eventually';
import { skipRestAfterFailure } from '../support/skipRestAfterFailure';
import { openWorkbench } from '../support/openWorkbench';
import { seedTokens, createTestRecord } from '../support/seedTokens';
import {
	chooseMenuItem,
	openWizardFromPalette,
	fillGeneralStep,
	completeWizard,
	openFile,
	readClipboard,
	showTokensView,
} from '../support/workbenchDriver';

const TOKEN_NAME = 'Pasted';
const REQUEST_FILE = 'pasted.http';
/** A token whose key is missing from the vault. */
const TOKEN_WITHOUT_KEY = createTestRecord(1, { name: 'Lost' });
const UNKNOWN_TOKEN_ID = 'SU-000-000-002';
/** Created at run time, so that no file contains anything that looks like a key. */
const fakeApiKey = (tokenId: string) => `ApiKey ${tokenId}:${createHash('sha1').update(tokenId).digest('hex')}`;
const requestWith = (authorization: string) =>
	`GET https://api.connect.cloudblue.com/public/v1/products\nAuthorization: ${authorization}\n`;

describe('a key pasted into a request file, in the real workbench', function () {
	this.timeout(180_000);
	skipRestAfterFailure();
	let userDataDir: string;
	let workbench: Workbench;
	let folder: string;
	let page: Page;
	let secret: string;
	const text = () => readFile(join(folder, REQUEST_FILE), 'utf8');

	before(async () => {
		userDataDir = await mkdtemp(join(tmpdir(), 'connect-tokens-profile-'));
		const seed = async (path: string) => {
			await seedTokens(userDataDir, path, [TOKEN_WITHOUT_KEY]);
			await writeFile(join(path, 'lost.http'), requestWith(fakeApiKey(TOKEN_WITHOUT_KEY.id)));
			await writeFile(join(path, 'unknown.http'), requestWith(fakeApiKey(UNKNOWN_TOKEN_ID)));
		};
		({ workbench, folder } = await openWorkbench({ userDataDir, seed }));
		({ page } = workbench);
		await showTokensView(page);
		const wizard = await openWizardFromPalette(page);
		await fillGeneralStep(wizard, TOKEN_NAME);
		await completeWizard(wizard, '30 days', ['Products']);
		await chooseMenuItem(page, TOKEN_NAME, 'Copy API Key');
		const key = await eventually(async () => {
			const copied = await readClipboard(page);
			assert.match(copied, /^ApiKey SU-/);
			return copied;
		});
		secret = key.slice(-40);
		await writeFile(join(folder, REQUEST_FILE), requestWith(key));
	});

	after(async () => {
		await (workbench as Workbench | undefined)?.close();
		await rm(userDataDir, { recursive: true, force: true, maxRetries: 5 });
	});

	/** Applies a quick fix to the key in the active editor. */
	const applyQuickFix = async (title: string) => {
		await page.locator('.squiggly-warning').waitFor();
		await eventually(async () => {
			try {
				await page.locator('.monaco-editor .view-line', { hasText: 'Authorization: ApiKey SU-' }).click({ timeout: 5_000 });
				await page.keyboard.press('Control+.');
				await page.locator('.action-widget').getByText(title, { exact: true }).waitFor({ timeout: 5_000 });
			} catch (error) {
				// If the list opened before the diagnostics arrived, it doesn't contain their quick fixes.
				await page.keyboard.press('Escape');
				throw error;
			}
		});
		await page.keyboard.press('Enter');
	};

	it('is reported', async () => {
		await openFile(page, REQUEST_FILE);
		await page.locator('.squiggly-warning').waitFor();
		await runPaletteCommand(page, 'Problems: Focus on Problems View');
		await page.locator('.markers-panel').getByText(`Plain-text API key for token “${TOKEN_NAME}”.`, { exact: false }).waitFor();
	});

	it('is replaced with a reference by a quick fix, which removes the key from the file', async () => {
		await applyQuickFix('Replace with reference');
		await page.locator('.monaco-editor .view-line', { hasText: '$processEnv CONNECT_SU_' }).waitFor();
		await runPaletteCommand(page, 'File: Save');
		await eventually(async () => assert.match(await text(), /^Authorization: ApiKey \{\{\$processEnv CONNECT_SU_[\d_]+\}\}$/m));
		assert.ok(!(await text()).includes(secret));
		await page.locator('.squiggly-warning').waitFor({ state: 'detached' });
	});

	it('is reported as a reference once its token is disabled', async () => {
		await chooseMenuItem(page, TOKEN_NAME, 'Disable Token');
		await page.locator('.squiggly-error').waitFor();
		await page.locator('.markers-panel').getByText(`Token “${TOKEN_NAME}” is disabled`, { exact: false }).waitFor();
	});

	it('is imported first if its token is unknown, and then replaced at its current position', async () => {
		await openFile(page, 'unknown.http');
		await applyQuickFix('Import API key and replace with reference');
		const input = page.locator('.quick-input-widget input[type="text"]');
		const waitForInputStep = (count: string) => page.locator('.quick-input-title', { hasText: `(${count})` }).waitFor();
		await waitForInputStep('1/6');
		await writeFile(join(folder, 'unknown.http'), `# Added meanwhile\n${requestWith(fakeApiKey(UNKNOWN_TOKEN_ID))}`);
		await page.locator('.monaco-editor .view-line', { hasText: 'Added meanwhile' }).waitFor();
		for (const [index, value] of ['Imported', '', '', 'No expiration', 'Zapier'].entries()) {
			await waitForInputStep(`${index + 1}/6`);
			await input.fill(value);
			await page.keyboard.press('Enter');
		}
		await page.locator('.monaco-editor .view-line', { hasText: '$processEnv CONNECT_SU_' }).waitFor();
		await runPaletteCommand(page, 'File: Save');
		await eventually(async () =>
			assert.equal(
				await readFile(join(folder, 'unknown.http'), 'utf8'),
				`# Added meanwhile\n${requestWith(formatAuthorizationReference(UNKNOWN_TOKEN_ID))}`,
			),
		);
	});

	it("isn't replaced if it's missing from the vault, and the notification explains why", async () => {
		await openFile(page, 'lost.http');
		await applyQuickFix('Replace with reference');
		await runPaletteCommand(page, 'Notifications: Show Notifications');
		await page
			.locator('.notification-list-item', { hasText: `The API key of ${TOKEN_WITHOUT_KEY.id} isn't in VS Code's secret storage` })
			.waitFor();
		await page.locator('.monaco-editor .view-line', { hasText: fakeApiKey(TOKEN_WITHOUT_KEY.id) }).waitFor();
	});
});
