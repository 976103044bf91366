import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { runPaletteCommand, waitForWebviewFrame } from '../host/workbenchAutomation';
import type { Workbench } from '../host/workbench';
import { eventually } from '../support/eventually';
import { skipRestAfterFailure } from '../support/skipRestAfterFailure';
import { openWorkbench } from '../support/openWorkbench';
import { browserStorage, stored } from '../support/stored';
import {
	openWizardFromPalette,
	fillGeneralStep,
	completeWizard,
	goToWizardStep,
	openFile,
	waitForWizardStep,
} from '../support/workbenchDriver';

describe('the pages in the real workbench', function () {
	this.timeout(180_000);
	skipRestAfterFailure();
	let workbench: Workbench;
	let page: Page;
	const violations: string[] = [];

	before(async () => {
		({ workbench } = await openWorkbench({
			prepare: (context) => {
				context.on('console', (message) => {
					if (message.text().includes('Content Security Policy') && message.location().url.includes('/webview')) {
						violations.push(message.text());
					}
				});
				return Promise.resolve();
			},
		}));
		({ page } = workbench);
	});

	after(() => workbench.close());

	afterEach(() => assert.deepEqual(violations, []));

	it('bring the wizard back where it was after it was hidden', async () => {
		const wizard = await openWizardFromPalette(page);
		await fillGeneralStep(wizard, 'Hidden Token', 'kept', 'Typed before');
		await goToWizardStep(wizard, 'Expiration');
		await wizard.getByRole('radio', { name: '60 days' }).click();
		await openFile(page, 'requests.http');
		await page.getByRole('tab', { name: 'Create Token' }).click();
		const shown = await waitForWebviewFrame(page, 'Create Token');
		await waitForWizardStep(shown, 'Expiration');
		await waitForCheckedRadio(shown, '60 days');
	});

	it('bring the wizard back where it was after the window was reloaded', async () => {
		await stored(page, /days60/);
		await reloadWindow(workbench, 'Create Token');
		const wizard = await waitForWebviewFrame(page, 'Create Token');
		await waitForWizardStep(wizard, 'Expiration');
		await waitForCheckedRadio(wizard, '60 days');
		await wizard.getByRole('button', { name: 'Back' }).click();
		await waitForWizardStep(wizard, 'General');
		await waitForFieldValue(wizard, 'Name', 'Hidden Token');
		await waitForFieldValue(wizard, 'Description', 'Typed before');
	});

	it('show the summary of the same token again after a reload, and create no second one', async () => {
		const wizard = await waitForWebviewFrame(page, 'Create Token');
		await completeWizard(wizard, '30 days', ['Usage']);
		await stored(page, /createdId[\\":]+SU-/);
		await reloadWindow(workbench, 'Create Token');
		const again = await waitForWebviewFrame(page, 'Create Token');
		await waitForWizardStep(again, 'Summary');
		await again.getByText('Hidden Token').waitFor();
	});

	it('open a new wizard beside one that had finished before the reload, and come back to the new one', async () => {
		await workbench.reload(page);
		await page.getByRole('tab', { name: 'Create Token' }).waitFor();
		await openNewWizard(page);
		assert.equal(await page.getByRole('tab', { name: 'Create Token' }).count(), 2);
		await fillGeneralStep(await waitForWebviewFrame(page, 'Create Token'), 'Another Token');
		await openFile(page, 'requests.http');
		const wizard = await openNewWizard(page);
		await waitForFieldValue(wizard, 'Name', 'Another Token');
		assert.equal(await page.getByRole('tab', { name: 'Create Token' }).count(), 2);
		await runPaletteCommand(page, 'View: Close Editor');
		await eventually(async () => assert.equal(await page.getByRole('tab', { name: 'Create Token' }).count(), 1));
		await page.getByRole('tab', { name: 'Create Token' }).click();
		const finished = await waitForWebviewFrame(page, 'Create Token');
		await waitForWizardStep(finished, 'Summary');
		await finished.getByRole('button', { name: 'Go to Details' }).click();
		await (await waitForWebviewFrame(page, 'Hidden Token')).getByRole('heading', { name: 'Hidden Token' }).waitFor();
	});

	it('keep a key that was viewed out of every file, log, state and page', async () => {
		const details = await waitForWebviewFrame(page, 'Hidden Token');
		await details.getByRole('button', { name: 'View' }).click();
		const key = (await details.getByText(/^ApiKey SU-[\d-]+:[0-9a-f]{40}$/).textContent())!;
		const secret = key.slice(key.indexOf(':') + 1);
		await details.getByRole('button', { name: 'Hide' }).click();
		await details.getByText(/:\*{10}$/).waitFor();
		await page.getByRole('tab', { name: 'requests.http' }).click();

		for (const frame of page.frames()) {
			assert.ok(!(await frameContent(frame)).includes(secret), `in the page ${frame.url()}`);
		}
		assert.ok(!(await browserStorage(page)).includes(secret), 'in the storage of the workbench');
		assert.deepEqual(await findFilesContaining(workbench.userDataDir, secret), []);
	});

	it('show the details again after the window was reloaded, with the key masked', async () => {
		await page.getByRole('tab', { name: 'Hidden Token' }).click();
		await stored(page, /tokenId[\\":]+SU-/);
		await reloadWindow(workbench, 'Hidden Token');
		const details = await waitForWebviewFrame(page, 'Hidden Token');
		await details.getByText(/:\*{10}$/).waitFor();
		await details.getByRole('button', { name: 'View' }).click();
		await details.getByText(/:[0-9a-f]{40}$/).waitFor();
	});
});

/** Waits until a choice of the page is made: what is restored may be shown a moment after its heading. */
function waitForCheckedRadio(frame: Frame, name: string): Promise<void> {
	return eventually(async () => assert.equal(await frame.getByRole('radio', { name }).isChecked(), true));
}

/** Waits until a field of the page holds a text. */
function waitForFieldValue(frame: Frame, name: string, text: string): Promise<void> {
	return eventually(async () => assert.equal(await frame.getByRole('textbox', { name }).inputValue(), text));
}

/** What a frame holds; nothing where it goes away meanwhile, as that of a page in the background does. */
async function frameContent(frame: Frame): Promise<string> {
	return frame.content().catch((error: unknown) => {
		if (frame.isDetached()) {
			return '';
		}
		throw error;
	});
}

/** Runs the command and waits for the first step, where another page of the same title may be in front until then. */
async function openNewWizard(page: Page): Promise<Frame> {
	await runPaletteCommand(page, 'Connect Tokens: Create Token');
	return eventually(async () => {
		const wizard = await waitForWebviewFrame(page, 'Create Token');
		await wizard.getByRole('heading', { name: 'General' }).waitFor({ timeout: 500 });
		return wizard;
	});
}

/** Reloads the window and shows the page: which of its tabs was in front may have been written down later than the page's state. */
async function reloadWindow(workbench: Workbench, tab: string): Promise<void> {
	await workbench.reload(workbench.page);
	await workbench.page.getByRole('tab', { name: tab }).click();
}

/** The files under `folder` that hold `text`, in bytes as they are. */
async function findFilesContaining(folder: string, text: string): Promise<string[]> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	const found: string[] = [];
	for (const entry of entries.filter((item) => item.isFile())) {
		const path = join(entry.parentPath, entry.name);
		if ((await readFile(path)).includes(text)) {
			found.push(path);
		}
	}
	return found;
}
