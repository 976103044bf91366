import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { formatAuthorizationReference } from '../../src/requestFiles/keyReferences';
import { runPaletteCommand } from '../host/workbenchAutomation';
import type { Workbench } from '../host/workbench';
import { eventually } from '../support/eventually';
import { skipRestAfterFailure } from '../support/skipRestAfterFailure';
import { openWorkbench } from '../support/openWorkbench';
import { seedTokens, createTokenRecord } from '../support/seedTokens';
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
/** A token whose key the vault has lost, and one that is not there. */
const LOST_TOKEN_ID = createTokenRecord(1, { name: 'Lost' });
const UNKNOWN_TOKEN_ID = 'SU-000-000-002';
/** Made up at run time, so that no file holds what looks like a key. */
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
			await seedTokens(userDataDir, path, [LOST_TOKEN_ID]);
			await writeFile(join(path, 'lost.http'), requestWith(fakeApiKey(LOST_TOKEN_ID.id)));
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

	/** Chooses the quick fix of the key in the active editor. */
	const applyQuickFix = async (title: string) => {
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
		await openFile(page, REQUEST_FILE);
		await page.locator('.squiggly-warning').waitFor();
		await runPaletteCommand(page, 'Problems: Focus on Problems View');
		await page.locator('.markers-panel').getByText(`Plain-text API key for token “${TOKEN_NAME}”.`, { exact: false }).waitFor();
	});

	it('becomes a reference with one quick fix, and the file is free of the key', async () => {
		await applyQuickFix('Replace with reference');
		await page.locator('.monaco-editor .view-line', { hasText: '$processEnv CONNECT_SU_' }).waitFor();
		await runPaletteCommand(page, 'File: Save');
		await eventually(async () => assert.match(await text(), /^Authorization: ApiKey \{\{\$processEnv CONNECT_SU_[\d_]+\}\}$/m));
		assert.ok(!(await text()).includes(secret));
		await page.locator('.squiggly-warning').waitFor({ state: 'detached' });
	});

	it('is flagged as a reference once its token is disabled', async () => {
		await chooseMenuItem(page, TOKEN_NAME, 'Disable Token');
		await page.locator('.squiggly-error').waitFor();
		await page.locator('.markers-panel').getByText(`Token “${TOKEN_NAME}” is disabled`, { exact: false }).waitFor();
	});

	it('is imported first where its token is unknown, and then found where the file has it by now', async () => {
		await openFile(page, 'unknown.http');
		await applyQuickFix('Import API key and replace with reference');
		const input = page.locator('.quick-input-widget input[type="text"]');
		const waitForInputStep = (count: string) => page.locator('.quick-input-title', { hasText: `(${count})` }).waitFor();
		await waitForInputStep('1/6');
		await writeFile(join(folder, 'unknown.http'), `# By somebody else\n${requestWith(fakeApiKey(UNKNOWN_TOKEN_ID))}`);
		await page.locator('.monaco-editor .view-line', { hasText: 'By somebody else' }).waitFor();
		for (const [index, answerInput] of ['Imported', '', '', 'No expiration', 'Zapier'].entries()) {
			await waitForInputStep(`${index + 1}/6`);
			await input.fill(answerInput);
			await page.keyboard.press('Enter');
		}
		await page.locator('.monaco-editor .view-line', { hasText: '$processEnv CONNECT_SU_' }).waitFor();
		await runPaletteCommand(page, 'File: Save');
		await eventually(async () =>
			assert.equal(
				await readFile(join(folder, 'unknown.http'), 'utf8'),
				`# By somebody else\n${requestWith(formatAuthorizationReference(UNKNOWN_TOKEN_ID))}`,
			),
		);
	});

	it('stays where it is while the vault has lost it, with what to do', async () => {
		await openFile(page, 'lost.http');
		await applyQuickFix('Replace with reference');
		await runPaletteCommand(page, 'Notifications: Show Notifications');
		await page
			.locator('.notification-list-item', { hasText: `The API key of ${LOST_TOKEN_ID.id} isn't in this editor's secret storage` })
			.waitFor();
		await page.locator('.monaco-editor .view-line', { hasText: fakeApiKey(LOST_TOKEN_ID.id) }).waitFor();
	});
});
