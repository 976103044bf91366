import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import manifest from '../../package.json';
import texts from '../../package.nls.json';
import { tokenActions, type TokenAction } from '../../src/domain/lifecycle';
import { tokenAt, type TokenRecord, type TokenStatus } from '../../src/domain/token';
import { runCommand, webviewFrame } from '../host/driving';
import type { Workbench } from '../host/workbench';
import { eventually } from '../support/eventually';
import { openWorkbench } from '../support/openWorkbench';
import { seedTokens, storeFolder, tokenRecord } from '../support/seed';
import { chooseInMenu, openFile, pickToken, readClipboard, showTokens, tokenRow } from '../support/walk';

/** From where something is done with a token. */
type Surface = 'menu' | 'inline' | 'palette' | 'details';

/** What is to be done with a token, how a user goes through with it, and how they see that it was done. */
interface Deed {
	readonly before?: Partial<TokenRecord>;
	/** Begins it on the details page, where it can be begun there. */
	readonly beginOnPage?: (details: Frame) => Promise<void>;
	/** The questions that follow. */
	readonly goThrough?: (name: string) => Promise<void>;
	readonly assertDone: (name: string, before: TokenRecord | undefined) => Promise<void>;
}

const PREFIX = 'connectTokens.';
/** The one token whose key can be read, because it was issued while the tests ran. */
const HOLDER = 'Holder of a key';
const STATUS_WORDS: Partial<Record<TokenStatus, string>> = { active: 'Active', inactive: 'Disabled', revitalised: 'Revitalised' };

/** What needs an account is tried in `accounts.test.ts`. */
const items = manifest.contributes.menus['view/item/context'].filter(
	({ when }) => when.includes('viewItem =~ /^token;') && !when.includes('connectTokens.hasAccounts'),
);
const commandsOfTokens = [...new Set(items.map(({ command }) => command.slice(PREFIX.length)))];

describe('what can be done with a token, from wherever it can be done', function () {
	this.timeout(120_000);
	const rows = commandsOfTokens.flatMap((command) =>
		surfacesOf(command).map((surface) => ({ command, surface, name: `${command} by ${surface}` })),
	);
	let userDataDir: string;
	let workbench: Workbench;
	let folder: string;
	let page: Page;
	let apiKey: string;

	const lifecycle: Record<TokenAction, Deed> = {
		disable: { assertDone: changed((after) => assert.equal(after.enabled, false)) },
		enable: { before: { enabled: false }, assertDone: changed((after) => assert.equal(after.enabled, true)) },
		rotate: {
			goThrough: (name) => confirmOnPage(name, 'Rotate'),
			assertDone: changed((after, before) => {
				assert.notEqual(after.key.sha256, before.key.sha256);
				assert.equal(after.previousKey, null);
			}),
		},
		renew: {
			goThrough: (name) => confirmOnPage(name, 'Renew'),
			assertDone: changed((after, before) => {
				assert.notEqual(after.key.sha256, before.key.sha256);
				assert.deepEqual(after.previousKey, before.key);
			}),
		},
		edit: {
			beginOnPage: (details) => details.getByRole('button', { name: 'Edit' }).click(),
			goThrough: async (name) => {
				const details = await webviewFrame(page, name);
				await details.getByRole('textbox', { name: 'Description' }).fill('Edited');
				await details.getByRole('button', { name: 'Save' }).click();
			},
			assertDone: changed((after) => assert.equal(after.description, 'Edited')),
		},
		delete: {
			goThrough: async (name) => {
				const dialog = page.locator('.monaco-dialog-box');
				await dialog.getByText(name).waitFor();
				await dialog.getByRole('button', { name: 'Delete' }).click();
			},
			assertDone: async (name) => {
				await eventually(async () => assert.equal(await recordOf(name), undefined));
				await tokenRow(page, name).waitFor({ state: 'detached' });
			},
		},
	};
	const uses: Record<string, Deed> = {
		openDetails: {
			assertDone: async (name) => (await webviewFrame(page, name)).getByRole('heading', { name }).waitFor(),
		},
		copyApiKey: {
			beginOnPage: (details) => details.getByRole('button', { name: 'Copy' }).click(),
			assertDone: async () => {
				await eventually(async () => assert.equal(await readClipboard(page), apiKey));
				await page.evaluate(() => navigator.clipboard.writeText('before'));
			},
		},
		copyAs: {
			goThrough: () => page.locator('.quick-input-list .monaco-list-row', { hasText: 'cURL' }).click(),
			assertDone: () => eventually(async () => assert.match(await readClipboard(page), /^curl .*\$CONNECT_API_KEY.* "https?:/)),
		},
		newRequestFile: {
			assertDone: async () => {
				await page.locator('.view-line', { hasText: `Authorization: ${apiKey}` }).waitFor();
				await runCommand(page, 'View: Revert and Close Editor');
				await page.locator('.view-line', { hasText: 'Authorization' }).waitFor({ state: 'detached' });
			},
		},
		insertAuthorization: {
			assertDone: async () => {
				await page.locator('.view-line', { hasText: `Authorization: ${apiKey}` }).waitFor();
				await runCommand(page, 'File: Revert File');
				await page.locator('.view-line', { hasText: 'Authorization' }).waitFor({ state: 'detached' });
			},
		},
		openTerminal: {
			assertDone: async (name) => {
				await page.locator('.part.panel').getByText(name).first().waitFor();
				assert.equal(await keyInTerminal(), apiKey);
				await runCommand(page, 'Terminal: Create New Terminal');
				await page
					.locator('.part.panel .single-terminal-tab, .part.panel .terminal-tabs-entry')
					.getByText(/bash|sh/)
					.first()
					.waitFor();
				// Until the new one is in front, the other one answers.
				await eventually(async () => assert.equal(await keyInTerminal(), 'none'));
				await runCommand(page, 'Terminal: Kill All Terminals');
				await page.locator('.xterm').waitFor({ state: 'detached' });
			},
		},
	};

	before(async () => {
		userDataDir = await mkdtemp(join(tmpdir(), 'connect-tokens-profile-'));
		const tokens = rows
			.filter(({ command }) => actionOf(command) !== undefined)
			.map(({ command, name }, index) => tokenRecord(index + 1, { name, ...deedOf(command).before }));
		const seed = (one: string) => seedTokens(userDataDir, one, [tokenRecord(0, { name: HOLDER }), ...tokens]);
		({ workbench, folder } = await openWorkbench({ userDataDir, seed }));
		({ page } = workbench);
		await showTokens(page);
		await openFile(page, 'requests.http');
		await chooseInMenu(page, HOLDER, titleOf('rotateToken'));
		await confirmOnPage(HOLDER, 'Rotate');
		const details = await webviewFrame(page, HOLDER);
		await details.getByText('The token has been rotated.').waitFor();
		await details.getByRole('button', { name: 'View' }).click();
		apiKey = (await details.getByText(/^ApiKey SU-[\d-]+:[0-9a-f]{40}$/).textContent())!;
	});

	after(async () => {
		await (workbench as Workbench | undefined)?.close();
		await rm(userDataDir, { recursive: true, force: true, maxRetries: 5 });
	});

	for (const { command, surface, name: ownName } of rows) {
		it(`${command} by ${surface}`, async () => {
			const deed = deedOf(command);
			const name = command in uses ? HOLDER : ownName;
			const before = await recordOf(name);
			await page.getByRole('tab', { name: 'requests.http' }).click();
			await page.locator('.view-line', { hasText: 'Accept' }).click();
			await begin[surface](command, name);
			await deed.goThrough?.(name);
			await deed.assertDone(name, before);
		});
	}

	const begin: Record<Surface, (command: string, name: string) => Promise<void>> = {
		menu: (command, name) => chooseInMenu(page, name, titleOf(command)),
		inline: async (command, name) => {
			await tokenRow(page, name).hover();
			await tokenRow(page, name)
				.getByRole('button', { name: titleOf(command) })
				.click();
		},
		palette: async (command, name) => {
			await runCommand(page, `${texts.displayName}: ${titleOf(command)}`);
			await pickToken(page, name);
		},
		details: async (command, name) => {
			await tokenRow(page, name).click();
			const details = await webviewFrame(page, name);
			const { beginOnPage } = deedOf(command);
			if (beginOnPage) {
				await beginOnPage(details);
			} else {
				await details.getByRole('button', { name: 'More Actions' }).click();
				await details.getByRole('menuitem', { name: new RegExp(`^${actionOf(command)}…?$`, 'i') }).click();
			}
		},
	};

	/** From where the manifest and the details page offer a command about a token. */
	function surfacesOf(command: string): readonly Surface[] {
		const groups = items.filter((item) => item.command === PREFIX + command).map(({ group }) => group);
		return [
			...(groups.some((group) => !group.startsWith('inline')) ? ['menu' as const] : []),
			...(groups.some((group) => group.startsWith('inline')) ? ['inline' as const] : []),
			...(manifest.contributes.menus.commandPalette.some((item) => item.command === PREFIX + command) ? [] : ['palette' as const]),
			...(actionOf(command) !== undefined || command === 'copyApiKey' ? ['details' as const] : []),
		];
	}

	function deedOf(command: string): Deed {
		const action = actionOf(command);
		const deed = action ? lifecycle[action] : uses[command];
		assert.ok(deed, `how to see that ${command} has done its work`);
		return deed;
	}

	/** Asserts what has become of the token's record, and that the tree says so. */
	function changed(assertChanged: (after: TokenRecord, before: TokenRecord) => void): Deed['assertDone'] {
		return async (name, before) => {
			const after = await eventually(async () => {
				const record = await recordOf(name);
				assertChanged(record!, before!);
				return record!;
			});
			const { status } = tokenAt(after, new Date(), 7);
			await page.getByRole('treeitem', { name: new RegExp(`^${name}, ${STATUS_WORDS[status]},`) }).waitFor();
		};
	}

	async function confirmOnPage(name: string, button: string): Promise<void> {
		const details = await webviewFrame(page, name);
		await details.getByRole('radio', { name: /Same lifetime/ }).waitFor();
		await details.getByRole('button', { name: button, exact: true }).click();
	}

	async function recordOf(name: string): Promise<TokenRecord | undefined> {
		const text = await readFile(join(storeFolder(userDataDir, folder), 'tokens.json'), 'utf8');
		return (JSON.parse(text) as { tokens: TokenRecord[] }).tokens.find((one) => one.name === name);
	}

	/** What the active terminal has in its environment for the key. */
	async function keyInTerminal(): Promise<string> {
		const file = join(folder, `${Math.random().toString(36).slice(2)}.txt`);
		await page.locator('.terminal-wrapper.active .xterm-helper-textarea').focus();
		await page.keyboard.type(`printf %s "\${CONNECT_API_KEY:-none}" > ${file}.part && mv ${file}.part ${file}\n`);
		return eventually(() => readFile(file, 'utf8'));
	}
});

function actionOf(command: string): TokenAction | undefined {
	return tokenActions.find((action) => `${action}Token` === command);
}

/** The title of a command, as menus and the palette show it. */
function titleOf(command: string): string {
	const found = manifest.contributes.commands.find((one) => one.command === PREFIX + command);
	return texts[found!.title.slice(1, -1) as keyof typeof texts];
}
