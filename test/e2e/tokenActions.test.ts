import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame, Page } from '@playwright/test';
import manifest from '../../package.json';
import texts from '../../package.nls.json';
import { TOKEN_ACTIONS, type TokenAction } from '../../src/domain/tokenLifecycle';
import { createTokenFromRecord, type TokenRecord, type TokenStatus } from '../../src/domain/token';
import { runPaletteCommand, waitForWebviewFrame } from '../host/workbenchAutomation';
import type { Workbench } from '../host/workbench';
import { eventually } from '../support/eventually';
import { openWorkbench } from '../support/openWorkbench';
import { seedTokens, workspaceStoreFolder, createTestRecord } from '../support/seedTokens';
import { chooseMenuItem, openFile, pickTokenInQuickPick, readClipboard, showTokensView, tokenRow } from '../support/workbenchDriver';

/** Where a user can start an action on a token. */
type ActionSurface = 'menu' | 'inline' | 'palette' | 'details';

/** An action on a token: how a user completes it, and how to verify the result. */
interface ActionScenario {
	readonly before?: Partial<TokenRecord>;
	/** Starts the action on the details page, if it isn't an item of the page's menu. */
	readonly startOnPage?: (details: Frame) => Promise<void>;
	/** Completes the prompts that follow. */
	readonly complete?: (name: string) => Promise<void>;
	readonly assertResult: (name: string, before: TokenRecord | undefined) => Promise<void>;
}

const COMMAND_PREFIX = 'connectTokens.';
/** The only token whose key is in the vault, because it's issued during the tests. */
const SHARED_TOKEN_NAME = 'Token with key';
const STATUS_LABELS: Partial<Record<TokenStatus, string>> = { active: 'Active', inactive: 'Disabled', revitalised: 'Revitalised' };

/** Actions that require an account are tested in `multipleAccounts.test.ts`. */
const items = manifest.contributes.menus['view/item/context'].filter(
	({ when }) => when.includes('viewItem =~ /^token;') && !when.includes('connectTokens.hasAccounts'),
);
const tokenCommandNames = [...new Set(items.map(({ command }) => command.slice(COMMAND_PREFIX.length)))];

describe('every action on a token, from every place that offers it', function () {
	this.timeout(120_000);
	const testCases = tokenCommandNames.flatMap((command) =>
		surfacesForCommand(command).map((surface) => ({ command, surface, name: `${command} from ${surface}` })),
	);
	let userDataDir: string;
	let workbench: Workbench;
	let folder: string;
	let page: Page;
	let apiKey: string;

	const lifecycleScenarios: Record<TokenAction, ActionScenario> = {
		disable: { assertResult: assertRecordChanged((after) => assert.equal(after.enabled, false)) },
		enable: { before: { enabled: false }, assertResult: assertRecordChanged((after) => assert.equal(after.enabled, true)) },
		rotate: {
			complete: (name) => confirmOnDetailsPage(name, 'Rotate'),
			assertResult: assertRecordChanged((after, before) => {
				assert.notEqual(after.key.sha256, before.key.sha256);
				assert.equal(after.previousKey, null);
			}),
		},
		renew: {
			complete: (name) => confirmOnDetailsPage(name, 'Renew'),
			assertResult: assertRecordChanged((after, before) => {
				assert.notEqual(after.key.sha256, before.key.sha256);
				assert.deepEqual(after.previousKey, before.key);
			}),
		},
		edit: {
			startOnPage: (details) => details.getByRole('button', { name: 'Edit' }).click(),
			complete: async (name) => {
				const details = await waitForWebviewFrame(page, name);
				await details.getByRole('textbox', { name: 'Description' }).fill('Edited');
				await details.getByRole('button', { name: 'Save' }).click();
			},
			assertResult: assertRecordChanged((after) => assert.equal(after.description, 'Edited')),
		},
		delete: {
			complete: async (name) => {
				const dialog = page.locator('.monaco-dialog-box');
				await dialog.getByText(name).waitFor();
				await dialog.getByRole('button', { name: 'Delete' }).click();
			},
			assertResult: async (name) => {
				await eventually(async () => assert.equal(await readRecord(name), undefined));
				await tokenRow(page, name).waitFor({ state: 'detached' });
			},
		},
	};
	const keyScenarios: Record<string, ActionScenario> = {
		openDetails: {
			assertResult: async (name) => (await waitForWebviewFrame(page, name)).getByRole('heading', { name }).waitFor(),
		},
		copyApiKey: {
			startOnPage: (details) => details.getByRole('button', { name: 'Copy' }).click(),
			assertResult: async () => {
				await eventually(async () => assert.equal(await readClipboard(page), apiKey));
				await page.evaluate(() => navigator.clipboard.writeText('before'));
			},
		},
		copyAs: {
			complete: () => page.locator('.quick-input-list .monaco-list-row', { hasText: 'cURL' }).click(),
			assertResult: () => eventually(async () => assert.match(await readClipboard(page), /^curl .*\$CONNECT_API_KEY.* "https?:/)),
		},
		newRequestFile: {
			assertResult: async () => {
				await page.locator('.view-line', { hasText: `Authorization: ${apiKey}` }).waitFor();
				await runPaletteCommand(page, 'View: Revert and Close Editor');
				await page.locator('.view-line', { hasText: 'Authorization' }).waitFor({ state: 'detached' });
			},
		},
		insertAuthorization: {
			assertResult: async () => {
				await page.locator('.view-line', { hasText: `Authorization: ${apiKey}` }).waitFor();
				await runPaletteCommand(page, 'File: Revert File');
				await page.locator('.view-line', { hasText: 'Authorization' }).waitFor({ state: 'detached' });
			},
		},
		openTerminal: {
			assertResult: async (name) => {
				await page.locator('.part.panel').getByText(name).first().waitFor();
				assert.equal(await readKeyFromTerminal(), apiKey);
				await runPaletteCommand(page, 'Terminal: Create New Terminal');
				await page
					.locator('.part.panel .single-terminal-tab, .part.panel .terminal-tabs-entry')
					.getByText(/bash|sh/)
					.first()
					.waitFor();
				// Until the new terminal is active, the other one receives the text.
				await eventually(async () => assert.equal(await readKeyFromTerminal(), 'none'));
				await runPaletteCommand(page, 'Terminal: Kill All Terminals');
				await page.locator('.xterm').waitFor({ state: 'detached' });
			},
		},
	};

	before(async () => {
		userDataDir = await mkdtemp(join(tmpdir(), 'connect-tokens-profile-'));
		const tokens = testCases
			.filter(({ command }) => actionForCommand(command) !== undefined)
			.map(({ command, name }, index) => createTestRecord(index + 1, { name, ...scenarioForCommand(command).before }));
		const seed = (workspaceFolder: string) =>
			seedTokens(userDataDir, workspaceFolder, [createTestRecord(0, { name: SHARED_TOKEN_NAME }), ...tokens]);
		({ workbench, folder } = await openWorkbench({ userDataDir, seed }));
		({ page } = workbench);
		await showTokensView(page);
		await openFile(page, 'requests.http');
		await chooseMenuItem(page, SHARED_TOKEN_NAME, commandTitle('rotateToken'));
		await confirmOnDetailsPage(SHARED_TOKEN_NAME, 'Rotate');
		const details = await waitForWebviewFrame(page, SHARED_TOKEN_NAME);
		await details.getByText('Token rotated.').waitFor();
		await details.getByRole('button', { name: 'View' }).click();
		apiKey = (await details.getByText(/^ApiKey SU-[\d-]+:[0-9a-f]{40}$/).textContent())!;
	});

	after(async () => {
		await (workbench as Workbench | undefined)?.close();
		await rm(userDataDir, { recursive: true, force: true, maxRetries: 5 });
	});

	for (const { command, surface, name: ownName } of testCases) {
		it(`${command} from ${surface}`, async () => {
			const scenario = scenarioForCommand(command);
			const name = command in keyScenarios ? SHARED_TOKEN_NAME : ownName;
			const before = await readRecord(name);
			await page.getByRole('tab', { name: 'requests.http' }).click();
			await page.locator('.view-line', { hasText: 'Accept' }).click();
			await startAction[surface](command, name);
			await scenario.complete?.(name);
			await scenario.assertResult(name, before);
		});
	}

	const startAction: Record<ActionSurface, (command: string, name: string) => Promise<void>> = {
		menu: (command, name) => chooseMenuItem(page, name, commandTitle(command)),
		inline: async (command, name) => {
			await tokenRow(page, name).hover();
			await tokenRow(page, name)
				.getByRole('button', { name: commandTitle(command) })
				.click();
		},
		palette: async (command, name) => {
			await runPaletteCommand(page, `${texts.displayName}: ${commandTitle(command)}`);
			await pickTokenInQuickPick(page, name);
		},
		details: async (command, name) => {
			await tokenRow(page, name).click();
			const details = await waitForWebviewFrame(page, name);
			const { startOnPage } = scenarioForCommand(command);
			if (startOnPage) {
				await startOnPage(details);
			} else {
				await details.getByRole('button', { name: 'More Actions' }).click();
				await details.getByRole('menuitem', { name: new RegExp(`^${actionForCommand(command)}…?$`, 'i') }).click();
			}
		},
	};

	/** Returns the surfaces on which the manifest and the details page offer a command for a token. */
	function surfacesForCommand(command: string): readonly ActionSurface[] {
		const groups = items.filter((item) => item.command === COMMAND_PREFIX + command).map(({ group }) => group);
		return [
			...(groups.some((group) => !group.startsWith('inline')) ? ['menu' as const] : []),
			...(groups.some((group) => group.startsWith('inline')) ? ['inline' as const] : []),
			...(manifest.contributes.menus.commandPalette.some((item) => item.command === COMMAND_PREFIX + command) ? [] : ['palette' as const]),
			...(actionForCommand(command) !== undefined || command === 'copyApiKey' ? ['details' as const] : []),
		];
	}

	function scenarioForCommand(command: string): ActionScenario {
		const action = actionForCommand(command);
		const scenario = action ? lifecycleScenarios[action] : keyScenarios[command];
		assert.ok(scenario, `There is no scenario for ${command}.`);
		return scenario;
	}

	/** Verifies the change of the token's record, and that the tree shows its status. */
	function assertRecordChanged(assertChanged: (after: TokenRecord, before: TokenRecord) => void): ActionScenario['assertResult'] {
		return async (name, before) => {
			const after = await eventually(async () => {
				const record = await readRecord(name);
				assertChanged(record!, before!);
				return record!;
			});
			const { status } = createTokenFromRecord(after, new Date(), 7);
			await page.getByRole('treeitem', { name: new RegExp(`^${name}, ${STATUS_LABELS[status]},`) }).waitFor();
		};
	}

	async function confirmOnDetailsPage(name: string, button: string): Promise<void> {
		const details = await waitForWebviewFrame(page, name);
		await details.getByRole('radio', { name: /Same lifetime/ }).waitFor();
		await details.getByRole('button', { name: button, exact: true }).click();
	}

	async function readRecord(name: string): Promise<TokenRecord | undefined> {
		const text = await readFile(join(workspaceStoreFolder(userDataDir, folder), 'tokens.json'), 'utf8');
		return (JSON.parse(text) as { tokens: TokenRecord[] }).tokens.find((token) => token.name === name);
	}

	/** Reads the key from the environment of the active terminal; `none` if there is none. */
	async function readKeyFromTerminal(): Promise<string> {
		const file = join(folder, `${Math.random().toString(36).slice(2)}.txt`);
		await page.locator('.terminal-wrapper.active .xterm-helper-textarea').focus();
		await page.keyboard.type(`printf %s "\${CONNECT_API_KEY:-none}" > ${file}.part && mv ${file}.part ${file}\n`);
		return eventually(() => readFile(file, 'utf8'));
	}
});

function actionForCommand(command: string): TokenAction | undefined {
	return TOKEN_ACTIONS.find((action) => `${action}Token` === command);
}

/** The title of a command in menus and in the palette. */
function commandTitle(command: string): string {
	const declaration = manifest.contributes.commands.find((item) => item.command === COMMAND_PREFIX + command);
	return texts[declaration!.title.slice(1, -1) as keyof typeof texts];
}
