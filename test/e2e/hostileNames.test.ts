import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { formatAuthorizationReference } from '../../src/requestFiles/keyReferences';
import { runPaletteCommand, waitForWebviewFrame } from '../host/workbenchAutomation';
import type { Workbench } from '../host/workbench';
import { openWorkbench } from '../support/openWorkbench';
import { seedTokens, createTestRecord } from '../support/seedTokens';
import { openFile, showTokensView } from '../support/workbenchDriver';

/** Names that VS Code could render as something other than plain text. */
const HOSTILE_NAMES = [
	'\u202egnp.exe is an image',
	'\u2066'.repeat(20) + 'left open',
	'[click](command:workbench.action.quit) **bold** `code`',
	'<img src=x onerror=alert(1)><b>x</b>',
	'${env:HOME} ${workspaceFolder}',
	'$(trash) bin',
	'שלום עולם 123',
	'😀'.repeat(128),
];

describe('token names that contain markup', function () {
	this.timeout(180_000);
	let userDataDir: string;
	let workbench: Workbench;
	let page: Page;

	before(async () => {
		userDataDir = await mkdtemp(join(tmpdir(), 'connect-tokens-profile-'));
		const tokens = HOSTILE_NAMES.map((name, index) =>
			createTestRecord(index + 1, { name, externalId: name.slice(0, 40), description: name, endsInDays: index === 2 ? 3 : 90 }),
		);
		const seed = async (folder: string) => {
			await writeFile(
				join(folder, 'references.http'),
				tokens.map(({ id }) => `GET http://a.example\nAuthorization: ${formatAuthorizationReference(id)}\n\n###\n`).join(''),
			);
			await seedTokens(userDataDir, folder, tokens);
		};
		({ workbench } = await openWorkbench({ userDataDir, seed }));
		({ page } = workbench);
		await showTokensView(page);
	});

	after(async () => {
		await (workbench as Workbench | undefined)?.close();
		await rm(userDataDir, { recursive: true, force: true, maxRetries: 5 });
	});

	it('are plain text in the tree', async () => {
		await assertNames(page.locator('.part.sidebar [role="treeitem"][aria-level="2"]'));
	});

	it('are plain text in quick picks', async () => {
		await runPaletteCommand(page, 'Connect Tokens: Copy API Key');
		await page.locator('.quick-input-widget input[type="text"]').fill('SU-');
		await assertNames(page.locator('.quick-input-list .monaco-list-row'), false);
		await page.keyboard.press('Escape');
	});

	it('are plain text in notifications', async () => {
		await runPaletteCommand(page, 'Notifications: Show Notifications');
		const notification = page.locator('.notification-list-item', { hasText: 'expires in 3 days' });
		await notification.waitFor();
		assert.ok(visibleText((await notification.textContent())!).includes(visibleText(HOSTILE_NAMES[2]!)));
		assert.equal(await notification.locator('a[href], b, strong, code').count(), 0);
		await page.keyboard.press('Escape');
	});

	it('are plain text in the hover of a reference, next to its own links', async () => {
		await openFile(page, 'references.http');
		for (const index of [0, 2, 3, 5]) {
			await page.locator('.part.editor .view-line', { hasText: 'Authorization' }).nth(index).click();
			await runPaletteCommand(page, 'Show or Focus Hover');
			const hover = page.locator('.monaco-hover', { hasText: `SU-000-000-00${index + 1}` });
			await hover.waitFor();
			const text = visibleText((await hover.locator('strong').first().textContent())!);
			assert.equal(text, visibleText(HOSTILE_NAMES[index]!));
			// The tooltip of the document link comes from another provider and may arrive later.
			await hover.getByText('Open Token Details').waitFor();
			assert.deepEqual(await hover.locator('.rendered-markdown a').allTextContents(), [
				'Details',
				'Renew',
				'Change Referenced Token',
				'Open Token Details',
			]);
			assert.equal(await hover.locator('img, .codicon-trash, code, em').count(), 0);
			await page.keyboard.press('Escape');
			await hover.waitFor({ state: 'hidden' });
		}
		await runPaletteCommand(page, 'View: Close Editor');
	});

	it('are plain text in tooltips, on the details page, and in its tab', async () => {
		for (const name of ['$(trash) bin', '<img src=x onerror=alert(1)><b>x</b>', '[click](command:workbench.action.quit) **bold** `code`']) {
			const row = page
				.locator('.part.sidebar [role="treeitem"]')
				.filter({ has: page.getByText(visibleText(name), { exact: true }).or(page.getByText(displayedName(name), { exact: true })) });
			await row.hover();
			const tooltip = page.locator('.monaco-hover', { hasText: 'External ID' });
			await tooltip.getByText(name, { exact: true }).first().waitFor();
			assert.equal(await tooltip.locator('a, img, .codicon-trash').count(), 0);
			await row.click();
			await tooltip.waitFor({ state: 'hidden' });
			const details = await waitForWebviewFrame(page, displayedName(name));
			assert.equal(await details.getByRole('heading', { level: 1 }).textContent(), name);
			assert.equal(await page.locator('.tab.active .codicon-trash').count(), 0);
		}
	});
});

/** Asserts that the label of every row is one of the names as plain text, without any rendered markup. */
async function assertNames(rows: Locator, all = true): Promise<void> {
	await rows.nth(all ? HOSTILE_NAMES.length - 1 : 3).waitFor();
	const texts = await rows.allTextContents();
	for (const text of texts) {
		assert.ok(!/[\u202a-\u202e\u2066-\u2069]/.test(text), text);
		assert.ok(
			HOSTILE_NAMES.some((name) => visibleText(text).includes(visibleText(name))),
			text,
		);
	}
	assert.ok(!all || texts.length === HOSTILE_NAMES.length);
	assert.equal(await rows.locator('a[href], img, b, strong, .codicon-trash').count(), 0);
}

/** Removes invisible characters. */
function visibleText(text: string): string {
	return text.replace(/[\u200b\u202a-\u202e\u2066-\u2069]/g, '');
}

/** The name as displayed in lists and titles. */
function displayedName(name: string): string {
	return name.replace(/[\]$](?=\()/g, '$&\u200b');
}
