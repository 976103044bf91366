import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame, Page } from '@playwright/test';
import { runPaletteCommand, waitForWebviewFrame } from '../host/workbenchAutomation';
import type { Workbench } from '../host/workbench';
import { eventually } from '../support/eventually';
import { skipRestAfterFailure } from '../support/skipRestAfterFailure';
import { openWorkbench } from '../support/openWorkbench';
import { readBrowserStorage, waitForStored } from '../support/browserStorage';
import {
	openWizardFromPalette,
	fillGeneralStep,
	completeWizard,
	goToWizardStep,
	openFile,
	waitForWizardStep,
} from '../support/workbenchDriver';

describe('pages in the real workbench', function () {
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

	it('restore the wizard after it was hidden', async () => {
		const wizard = await openWizardFromPalette(page);
		await fillGeneralStep(wizard, 'Hidden Token', 'kept', 'Typed before');
		await goToWizardStep(wizard, 'Expiration');
		await wizard.getByRole('radio', { name: '60 days' }).click();
		await openFile(page, 'requests.http');
		await page.getByRole('tab', { name: 'Create Token' }).click();
		const restored = await waitForWebviewFrame(page, 'Create Token');
		await waitForWizardStep(restored, 'Expiration');
		await waitForCheckedRadio(restored, '60 days');
	});

	it('restore the wizard after the window was reloaded', async () => {
		await waitForStored(page, /days60/);
		await reloadWindow(workbench, 'Create Token');
		const wizard = await waitForWebviewFrame(page, 'Create Token');
		await waitForWizardStep(wizard, 'Expiration');
		await waitForCheckedRadio(wizard, '60 days');
		await wizard.getByRole('button', { name: 'Back' }).click();
		await waitForWizardStep(wizard, 'General');
		await waitForFieldValue(wizard, 'Name', 'Hidden Token');
		await waitForFieldValue(wizard, 'Description', 'Typed before');
	});

	it('restore the summary after a reload without creating another token', async () => {
		const wizard = await waitForWebviewFrame(page, 'Create Token');
		await completeWizard(wizard, '30 days', ['Usage']);
		await waitForStored(page, /createdId[\\":]+SU-/);
		await reloadWindow(workbench, 'Create Token');
		const restored = await waitForWebviewFrame(page, 'Create Token');
		await waitForWizardStep(restored, 'Summary');
		await restored.getByText('Hidden Token').waitFor();
	});

	it('open a new wizard next to one that finished before the reload, and return to the new one', async () => {
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

	it('leave no trace of a viewed key in files, logs, state, or pages', async () => {
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
		assert.ok(!(await readBrowserStorage(page)).includes(secret), 'in the storage of the workbench');
		assert.deepEqual(await findFilesContaining(workbench.userDataDir, secret), []);
	});

	it('restore the details page with a masked key after the window was reloaded', async () => {
		await page.getByRole('tab', { name: 'Hidden Token' }).click();
		await waitForStored(page, /tokenId[\\":]+SU-/);
		await reloadWindow(workbench, 'Hidden Token');
		const details = await waitForWebviewFrame(page, 'Hidden Token');
		await details.getByText(/:\*{10}$/).waitFor();
		await details.getByRole('button', { name: 'View' }).click();
		await details.getByText(/:[0-9a-f]{40}$/).waitFor();
	});
});

/** Waits until a radio button is checked. Restored values can appear a moment after the heading. */
function waitForCheckedRadio(frame: Frame, name: string): Promise<void> {
	return eventually(async () => assert.equal(await frame.getByRole('radio', { name }).isChecked(), true));
}

/** Waits until a field has the given value. */
function waitForFieldValue(frame: Frame, name: string, text: string): Promise<void> {
	return eventually(async () => assert.equal(await frame.getByRole('textbox', { name }).inputValue(), text));
}

/** Returns the HTML of a frame; empty if the frame was removed in the meantime, as happens to pages in background tabs. */
async function frameContent(frame: Frame): Promise<string> {
	return frame.content().catch((error: unknown) => {
		if (frame.isDetached()) {
			return '';
		}
		throw error;
	});
}

/** Opens a wizard and waits for its first step. Until then, another wizard may still be in front. */
async function openNewWizard(page: Page): Promise<Frame> {
	await runPaletteCommand(page, 'Connect Tokens: Create Token');
	return eventually(async () => {
		const wizard = await waitForWebviewFrame(page, 'Create Token');
		await wizard.getByRole('heading', { name: 'General' }).waitFor({ timeout: 500 });
		return wizard;
	});
}

/** Reloads the window and selects the tab: VS Code may not have saved yet which tab was active. */
async function reloadWindow(workbench: Workbench, tab: string): Promise<void> {
	await workbench.reload(workbench.page);
	await workbench.page.getByRole('tab', { name: tab }).click();
}

/** Finds the files under `folder` that contain `text`. */
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
