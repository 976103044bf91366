import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import texts from '../../package.nls.json';
import manifest from '../../package.json';
import type { ConnectTokensApi, TokensApi } from '../../src/api';
import { DAY_MS, type Token, type TokenStatus } from '../../src/domain/token';
import { getAvailableActions, TOKEN_ACTIONS } from '../../src/domain/tokenLifecycle';
import { startPlatform, type Platform } from '../support/connect/simulatedPlatform';
import { ScriptedUi } from '../support/editor/scriptedUi';
import { eventually } from '../support/eventually';
import { commandsInline, commandsInMenu, commandsInPalette } from '../support/manifest/offeredCommands';
import { ACTION_COMMANDS, ACTIONS_ON_SEVERAL_TOKENS, KEY_COMMANDS, STATUSES, toCommands } from '../support/manifest/tokenCommands';

type SourceKind = 'workspace' | 'account';

/** Where a user can start a command on a token. */
type Place = 'tree' | 'palette' | 'details';

/** What a test needs to know about a token that a command was started on. */
interface Started {
	readonly before: Token;
	/** The token's API key before the command. */
	readonly authorization: string;
}

/** A command on a token: how a user completes it, and how to verify the result. */
interface Scenario {
	readonly status?: TokenStatus;
	/** Whether the command changes the request file in the active editor. */
	readonly editsRequestFile?: boolean;
	/** Labels that the user selects in the prompts after the one for the token. */
	readonly answers?: readonly string[];
	/** Completes the action on the details page that the command opens. */
	readonly completeOnPage?: () => Promise<void>;
	/** Carries out the command on a details page that's already open. Undefined if the page doesn't offer it. */
	readonly runOnPage?: () => Promise<void>;
	readonly assertResult: (started: Started) => Promise<void>;
}

const PREFIX = 'connectTokens.';
const STATUS_LABELS: Partial<Record<TokenStatus, string>> = { active: 'Active', inactive: 'Disabled', revitalised: 'Revitalised' };
/** Statuses that differ in what's offered. The unit tests of what's offered have the others. */
const OFFERED_STATUSES: Record<SourceKind, readonly TokenStatus[]> = {
	workspace: ['revitalised', 'inactive'],
	account: ['active', 'other'],
};
/** No reminder of an expired token may appear between the prompts of a command. */
const SETTINGS = { 'gateway.port': 0, expiryReminders: false };
const REQUEST = 'GET http://127.0.0.1/products\n';

const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();

describe('commands on tokens', function () {
	this.timeout(60_000);
	const ui = new ScriptedUi();
	let api: ConnectTokensApi;
	let platform: Platform;
	let folder: string;
	let tokenCount = 0;
	/** IDs of the tokens that a test created in the account. */
	const accountTokens: string[] = [];

	before(async () => {
		api = await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate();
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-actions-'));
		for (const [name, value] of Object.entries(SETTINGS)) {
			await settings().update(name, value, vscode.ConfigurationTarget.Global);
		}
		ui.install();
		await vscode.commands.executeCommand('connectTokens.tokens.focus');
	});

	after(async () => {
		ui.uninstall();
		await api.gateway.stop();
		for (const name of Object.keys(SETTINGS)) {
			await settings().update(name, undefined, vscode.ConfigurationTarget.Global);
		}
		await rm(folder, { recursive: true, force: true, maxRetries: 5 });
	});

	beforeEach(async () => {
		ui.reset();
		for (const { id } of await api.workspace.list()) {
			await api.workspace.delete(id);
		}
	});

	afterEach(async () => {
		assert.deepEqual(
			ui.shown.filter(({ kind }) => kind === 'error'),
			[],
		);
		vscode.window.terminals.forEach((terminal) => terminal.dispose());
		while (vscode.window.activeTextEditor) {
			await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
		}
	});

	describe('of the workspace', () => defineTests('workspace', () => api.workspace));

	describe('of an account', () => {
		before(async () => {
			platform = await startPlatform();
			ui.enter(platform.endpoint, platform.account.key);
			await vscode.commands.executeCommand('connectTokens.addAccount');
			assert.equal(api.accounts.length, 1);
		});

		afterEach(() => {
			accountTokens.splice(0).forEach((id) => platform.account.tokens.delete(id));
		});

		after(async () => {
			ui.answer('Remove');
			await vscode.commands.executeCommand('connectTokens.removeAccount');
			assert.equal(api.accounts.length, 0);
			await platform.stop();
		});

		defineTests('account', () => api.accounts[0]!.tokens);

		it('use another account key after Replace Account Key', async () => {
			platform.account.rotate(platform.account.ownToken.id, null);
			ui.enter(platform.account.key);
			await vscode.commands.executeCommand(`${PREFIX}replaceAccountKey`);
			assert.ok(ui.shown.some(({ kind, text }) => kind === 'information' && text.includes(platform.account.reference.name)));
			const { id } = await createToken('account', 'active');
			await api.accounts[0]!.tokens.disable(id);
			assert.equal(platform.account.token(id).enabled, false);
		});
	});

	function defineTests(kind: SourceKind, tokens: () => TokensApi): void {
		for (const status of OFFERED_STATUSES[kind]) {
			it(`are offered where the status “${status}” allows them`, async () => {
				const token = await createToken(kind, status);
				await assertOffered(token);
			});
		}

		for (const [command, scenario] of Object.entries(createScenarios(kind, tokens))) {
			for (const place of placesForCommand(command, scenario)) {
				it(`include ${command} from ${place}`, async () => {
					const token = await createToken(kind, scenario.status ?? 'active');
					const authorization = await tokens().authorization(token.id);
					await (scenario.editsRequestFile && openRequest());
					await start(command, place, token, scenario);
					await scenario.assertResult({ before: token, authorization });
				});
			}
		}

		it('let the user pick only tokens that can be used from the palette', async () => {
			const created: Token[] = [];
			for (const status of STATUSES[kind]) {
				created.push(await createToken(kind, status));
			}
			for (const [index, action] of TOKEN_ACTIONS.entries()) {
				await vscode.commands.executeCommand(PREFIX + ACTION_COMMANDS[action]);
				const pick = ui.shown[index];
				assert.equal(pick?.kind, 'quickPick');
				assert.equal(pick.text, commandTitle(ACTION_COMMANDS[action]));
				const offered = created.filter((token) => pick.labels.includes(token.name));
				const allowed = created.filter((token) => getAvailableActions(token).includes(action));
				assert.deepEqual(
					offered.map(({ status }) => status),
					allowed.map(({ status }) => status),
					action,
				);
			}
			// The user canceled, so nothing has changed.
			for (const token of created) {
				assert.deepEqual(await tokens().get(token.id), token);
			}
		});

		for (const action of ACTIONS_ON_SEVERAL_TOKENS) {
			it(`include ${action} for all selected tokens`, async () => {
				const status = action === 'enable' ? 'inactive' : 'active';
				const [first, second, other] = [await createToken(kind, status), await createToken(kind, status), await createToken(kind, status)];
				const nodes = [await nodeOf(first), await nodeOf(second)];
				ui.answer('Delete');
				await vscode.commands.executeCommand(PREFIX + ACTION_COMMANDS[action], nodes[0], nodes);
				const expected = { enable: 'active', disable: 'inactive', delete: undefined }[action as 'enable' | 'disable' | 'delete'];
				for (const { id } of [first, second]) {
					assert.equal((await tokens().get(id))?.status, expected);
				}
				assert.deepEqual(await tokens().get(other.id), other);
				if (action === 'delete') {
					const [confirmation] = ui.shown;
					assert.ok(confirmation?.isModal);
					[first, second].forEach(({ name }) => assert.ok(confirmation.text.includes(name)));
				}
			});
		}

		it('change nothing if the user declines to delete', async () => {
			const token = await createToken(kind, 'active');
			await vscode.commands.executeCommand(`${PREFIX}deleteToken`, await nodeOf(token));
			assert.equal(ui.shown.length, 1);
			assert.deepEqual(await tokens().get(token.id), token);
		});

		async function assertOffered(token: Token): Promise<void> {
			const hasAccounts = kind === 'account';
			assert.equal(ui.context['connectTokens.hasAccounts'] ?? false, hasAccounts);
			const { contextValue } = await itemOf(token);
			const context = { ...ui.context, view: 'connectTokens.tokens', viewItem: contextValue, listMultiSelection: false };
			const actions = getAvailableActions(token);
			const actionCommands = actions.map((action) => ACTION_COMMANDS[action]);
			const accountCommands = hasAccounts ? ['copyToAccount'] : [];
			const keyCommands = kind === 'workspace' && token.status === 'revitalised' ? ['endPreviousKey'] : [];
			const permissionCommands = kind === 'workspace' && actions.includes('edit') ? ['reducePermissions'] : [];
			assert.deepEqual(
				commandsInMenu('view/item/context', context),
				toCommands([...KEY_COMMANDS, ...accountCommands, ...keyCommands, ...permissionCommands, ...actionCommands]),
				'menu',
			);
			assert.deepEqual(
				commandsInMenu('view/item/context', { ...context, listMultiSelection: true }),
				toCommands([
					'copyTokenId',
					...actions.filter((action) => ACTIONS_ON_SEVERAL_TOKENS.includes(action)).map((action) => ACTION_COMMANDS[action]),
				]),
				'menu of several tokens',
			);
			assert.deepEqual(
				commandsInline(context),
				toCommands(['copyApiKey', actions.includes('enable') ? 'enableToken' : 'insertAuthorization']),
				'buttons',
			);
			const inPalette = toCommands([
				...KEY_COMMANDS,
				...accountCommands,
				'endPreviousKey',
				'reducePermissions',
				...Object.values(ACTION_COMMANDS),
			]);
			const all = [...inPalette, `${PREFIX}copyToAccount`];
			assert.deepEqual(
				commandsInPalette(ui.context).filter((command) => all.includes(command)),
				inPalette,
				'palette',
			);
			await vscode.commands.executeCommand(`${PREFIX}openDetails`, await nodeOf(token));
			const details = await ui.openedDetails();
			assert.deepEqual(details.snapshot?.actions, actions, 'details page');
		}
	}

	it('are offered in request files', () => {
		const expected = toCommands(['insertAuthorization', 'insertAuthorizationInFile']);
		assert.deepEqual(commandsInMenu('editor/context', { editorLangId: 'http', resourceExtname: '.txt' }), expected);
		assert.deepEqual(commandsInMenu('editor/context', { editorLangId: 'plaintext', resourceExtname: '.REST' }), expected);
		assert.deepEqual(commandsInMenu('editor/context', { editorLangId: 'json', resourceExtname: '.json' }), []);
	});

	it('include Insert Authorization Header from the menu of a request file', async () => {
		const token = await createToken('workspace', 'active');
		const editor = await openRequest();
		ui.answer(token.name);
		await vscode.commands.executeCommand(`${PREFIX}insertAuthorization`, editor.document.uri);
		assert.equal(editor.document.getText(), `${REQUEST}Authorization: ${await api.workspace.authorization(token.id)}\n`);
	});

	function createScenarios(kind: SourceKind, tokens: () => TokensApi): Record<string, Scenario> {
		const runPageCommand = (command: 'disableToken' | 'enableToken' | 'deleteToken') => async () => {
			await (await ui.openedDetails()).request('run', { command });
		};
		const replaceKey = (action: 'rotate' | 'renew') => async () => {
			const result = await (await ui.openedDetails()).request('replaceKey', { action, expiration: { kind: 'same' } });
			assert.deepEqual(result, { done: true });
		};
		const save = async () => {
			const details = await ui.openedDetails();
			const result = await details.request('save', {
				changes: { description: 'Edited' },
				expected: details.snapshot!.token!.updated.at,
			});
			assert.deepEqual(result, { done: true });
		};
		/** Verifies the token in its source, and that the Tokens view shows its status. Its item is created again only if it changes. */
		const assertChanged = (assertToken: (after: Token, started: Started) => void | Promise<void>) => async (started: Started) => {
			const after = (await tokens().get(started.before.id))!;
			await assertToken(after, started);
			const start = `${after.name}, ${STATUS_LABELS[after.status]}, `;
			await ui.treeItem(after.id, ({ accessibilityInformation }) => accessibilityInformation!.label.startsWith(start));
			if (kind === 'account') {
				assert.equal(platform.account.statusOf(platform.account.token(after.id)), after.status);
			}
		};
		return {
			disableToken: {
				runOnPage: runPageCommand('disableToken'),
				assertResult: assertChanged(({ status }) => assert.equal(status, 'inactive')),
			},
			enableToken: {
				status: 'inactive',
				runOnPage: runPageCommand('enableToken'),
				assertResult: assertChanged(({ status }) => assert.equal(status, 'active')),
			},
			rotateToken: {
				completeOnPage: replaceKey('rotate'),
				runOnPage: replaceKey('rotate'),
				assertResult: assertChanged(async ({ id, status }, { authorization }) => {
					assert.equal(status, 'active');
					assert.notEqual(await tokens().authorization(id), authorization);
					assert.deepEqual(await readKeyVersions(), ['current']);
				}),
			},
			renewToken: {
				completeOnPage: replaceKey('renew'),
				runOnPage: replaceKey('renew'),
				assertResult: assertChanged(async ({ id, status }, { authorization }) => {
					assert.equal(status, 'revitalised');
					assert.notEqual(await tokens().authorization(id), authorization);
					assert.deepEqual(await readKeyVersions(), ['current', 'previous']);
					if (kind === 'workspace') {
						const details = await ui.openedDetails();
						assert.deepEqual(await details.request('viewKey', { which: 'previous' }), { authorization });
					}
				}),
			},
			editToken: {
				completeOnPage: save,
				runOnPage: save,
				assertResult: assertChanged(({ description }) => assert.equal(description, 'Edited')),
			},
			deleteToken: {
				answers: ['Delete'],
				runOnPage: runPageCommand('deleteToken'),
				assertResult: async ({ before: { id, name } }) => {
					const confirmation = ui.shown.find(({ kind: shownKind }) => shownKind === 'warning');
					assert.ok(confirmation?.isModal);
					assert.ok(confirmation.text.includes(name) && confirmation.text.includes(id));
					assert.equal(await tokens().get(id), undefined);
					// The Tokens view may still be reading the tokens from before. It isn't anymore once it shows a newer one.
					await itemOf(await createToken(kind, 'active'));
					ui.forgetTreeItems();
					await itemOf(await createToken(kind, 'active'));
					assert.ok(!ui.hasTreeItem(id));
				},
			},
			openDetails: {
				assertResult: async ({ before: { name } }) => {
					const details = await ui.openedDetails();
					assert.equal(details.snapshot?.token?.name, name);
					assert.equal(details.panel.title, name);
					assert.ok(details.isRevealed);
					assert.equal(details.initialAction, null);
				},
			},
			copyApiKey: {
				runOnPage: async () => {
					assert.deepEqual(await (await ui.openedDetails()).request('copyKey', { which: 'current' }), { copied: true });
				},
				assertResult: async ({ authorization }) => {
					assert.equal(await vscode.env.clipboard.readText(), authorization);
					await vscode.env.clipboard.writeText('before');
				},
			},
			copySecret: {
				assertResult: async ({ authorization }) => {
					assert.equal(await vscode.env.clipboard.readText(), authorization.split(':')[1]);
					await vscode.env.clipboard.writeText('before');
				},
			},
			copyTokenId: {
				assertResult: async ({ before: { id } }) => assert.equal(await vscode.env.clipboard.readText(), id),
			},
			copyAs: {
				answers: ['cURL'],
				assertResult: async () => {
					assert.match(await vscode.env.clipboard.readText(), /^curl .*\$CONNECT_API_KEY.* "https?:/);
					assert.ok(ui.shown.some(({ text }) => text.startsWith('Copied. ')));
				},
			},
			newRequestFile: {
				assertResult: ({ before: { id }, authorization }) => {
					const { document } = vscode.window.activeTextEditor!;
					assert.ok(document.isUntitled && document.uri.path.endsWith(`/${id}.http`));
					assert.ok(document.getText().includes(`\nAuthorization: ${authorization}\n`));
					return Promise.resolve();
				},
			},
			insertAuthorization: {
				editsRequestFile: true,
				assertResult: ({ authorization }) => {
					assert.equal(vscode.window.activeTextEditor!.document.getText(), `${REQUEST}Authorization: ${authorization}\n`);
					return Promise.resolve();
				},
			},
			openTerminal: {
				assertResult: async ({ before: { id, name }, authorization }) => {
					const terminal = vscode.window.terminals.find((item) => item.name === `${name} (${id})`);
					assert.ok(terminal);
					const terminals = [terminal, vscode.window.createTerminal('Without a key')];
					assert.deepEqual(await Promise.all(terminals.map(readKeyFromTerminal)), [authorization, 'none']);
				},
			},
			...(kind === 'workspace' && {
				endPreviousKey: {
					status: 'revitalised' as const,
					answers: ['End Key'],
					assertResult: assertChanged(({ status }) => assert.equal(status, 'active')),
				},
			}),
			...(kind === 'account' && {
				copyToAccount: {
					answers: ['Create'],
					assertResult: async ({ before: { name } }: Started) => {
						assert.ok(ui.shown.some(({ isModal, text }) => isModal && text.includes(name)));
						assert.deepEqual(
							(await api.workspace.list()).map((token) => token.name),
							[name],
						);
					},
				},
			}),
		};
	}

	/** Starts a command with the arguments that VS Code passes from this place. */
	async function start(command: string, place: Place, token: Token, scenario: Scenario): Promise<void> {
		const { answers = [], completeOnPage, runOnPage } = scenario;
		if (place === 'details') {
			await vscode.commands.executeCommand(`${PREFIX}openDetails`, await nodeOf(token));
			ui.answer(...answers);
			await runOnPage!();
			return;
		}
		ui.answer(...(place === 'palette' ? [token.name] : []), ...answers);
		await vscode.commands.executeCommand(PREFIX + command, ...(place === 'palette' ? [] : [await nodeOf(token), undefined]));
		if (place === 'palette') {
			// The gateway may have reported something in the meantime.
			const texts = ui.shown.map(({ text }) => text);
			assert.ok(texts.includes(commandTitle(command)), texts.join('\n'));
		}
		if (completeOnPage) {
			const details = await ui.openedDetails();
			assert.equal(`${details.initialAction}Token`, command);
			await completeOnPage();
		}
	}

	/** Creates a token with this status. The Tokens view shows it only after a while, because VS Code delays its refresh. */
	async function createToken(kind: SourceKind, status: TokenStatus): Promise<Token> {
		const name = `Token ${++tokenCount} (${status})`;
		const id = kind === 'workspace' ? await createWorkspaceToken(name, status) : await createAccountToken(name, status);
		const tokens = kind === 'workspace' ? api.workspace : api.accounts[0]!.tokens;
		const token = await tokens.get(id);
		assert.equal(token?.status, status);
		return token;
	}

	/** Returns the item of a token once the Tokens view shows its actions. */
	function itemOf(token: Token): Promise<vscode.TreeItem> {
		const contextValue = ['token', ...getAvailableActions(token), ''].join(';');
		return ui.treeItem(token.id, (item) => item.contextValue?.replace(/(?:endPreviousKey|reducePermissions);/g, '') === contextValue);
	}

	/** The node that VS Code passes to the commands of a token's item. */
	async function nodeOf(token: Token): Promise<unknown> {
		return (await itemOf(token)).command!.arguments![0];
	}

	async function createWorkspaceToken(name: string, status: TokenStatus): Promise<string> {
		const { workspace } = api;
		const dates: Partial<Record<TokenStatus, string>> = {
			expiring: inDays(3),
			expired: inDays(-1),
		};
		const create = () => workspace.create({ name, permissions: ['products'], expirationDate: dates[status] ?? inDays(90) });
		// A new token can't have a past date, and isn't expiring.
		const { id } = await (status in dates ? inThePast(create) : create());
		await (status === 'inactive' && workspace.disable(id));
		await (status === 'revitalised' && workspace.renew(id));
		return id;
	}

	/** Runs an action ten days ago, according to the extension's clock. */
	async function inThePast<T>(action: () => Promise<T>): Promise<T> {
		const advanceClock = (days: number) => vscode.commands.executeCommand('connectTokens.test.advanceClock', days * DAY_MS);
		await advanceClock(-10);
		try {
			return await action();
		} finally {
			await advanceClock(10);
		}
	}

	async function createAccountToken(name: string, status: TokenStatus): Promise<string> {
		const dates: Partial<Record<TokenStatus, string>> = { expiring: inDays(3), expired: inDays(-3) };
		const { id } = platform.account.add({
			name,
			permissions: ['MD-0001'],
			expirationDate: dates[status] ?? inDays(90),
			enabled: status !== 'inactive',
			...(status === 'other' && { extra: { status: 'suspended' } }),
		});
		accountTokens.push(id);
		if (status === 'revitalised') {
			platform.account.renew(id, undefined);
		}
		await vscode.commands.executeCommand(`${PREFIX}reloadAccount`);
		return id;
	}

	/** Opens a request file with the cursor in its request. */
	async function openRequest(): Promise<vscode.TextEditor> {
		const path = join(folder, `request-${++tokenCount}.http`);
		await writeFile(path, REQUEST);
		return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(path));
	}

	/** Returns which keys the open details page shows. */
	async function readKeyVersions(): Promise<readonly string[]> {
		const { snapshot } = await ui.openedDetails();
		return snapshot!.keys.map(({ which }) => which);
	}

	/** Reads the key from the environment of a terminal; `none` if there is none. */
	async function readKeyFromTerminal(terminal: vscode.Terminal): Promise<string> {
		const path = join(folder, `key-${++tokenCount}.txt`);
		terminal.sendText(`printf %s "\${CONNECT_API_KEY:-none}" > ${path}.part && mv ${path}.part ${path}`);
		return eventually(() => readFile(path, 'utf8'));
	}
});

/** Returns where the manifest and the details page offer a command. The menu and the buttons of a token's item pass the same arguments. */
function placesForCommand(command: string, { runOnPage }: Scenario): readonly Place[] {
	const isInTree = manifest.contributes.menus['view/item/context'].some((item) => item.command === PREFIX + command);
	return [...(isInTree ? ['tree' as const] : []), 'palette', ...(runOnPage ? ['details' as const] : [])];
}

/** Title of a command in menus, without the ellipsis. It's also the title of its lists. */
function commandTitle(command: string): string {
	const declaration = manifest.contributes.commands.find((item) => item.command === PREFIX + command);
	return texts[declaration!.title.slice(1, -1) as keyof typeof texts].replace(/…$/, '');
}

function settings(): vscode.WorkspaceConfiguration {
	return vscode.workspace.getConfiguration('connectTokens');
}
