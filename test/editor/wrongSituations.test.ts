import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import manifest from '../../package.json';
import type { ConnectTokensApi } from '../../src/api';
import { formatAuthorizationReference } from '../../src/requestFiles/keyReferences';
import { startPlatform, type Platform } from '../support/connect/simulatedPlatform';
import { isQuestion, ObservedUi } from '../support/editor/observedUi';
import { api, replaceGetter, replaceMember } from '../support/editor/replaceApi';
import { eventually } from '../support/eventually';

const PREFIX = 'connectTokens.';
const COMMANDS = manifest.contributes.commands.map(({ command }) => command);
const CLIENT_ID = 'humao.rest-client';
/** Start of the names of the account and its tokens, which the user selects while there are any. */
const REMOTE = 'Remote';
/** Settings that commands change. */
const SETTINGS = ['gateway.port', 'gateway.upstream', 'http.authorizationFormat'];

/** How an error or warning tells what to do, unless it has a button that does it. */
const INSTRUCTION =
	/(^|[.:] |, (and|or) )(Add|Check|Choose|Create|Enable|Enter|Export|Insert|Make|Open|Place|Reference|Reload|Rotate|Run|Save|Select|Set|Start|Trust|try|Try)\b/;

/** Where commands are run. There are two tokens of the workspace, and a request file in the active editor, unless it says otherwise. */
interface Situation {
	readonly hasNoEditor?: boolean;
	readonly isReadOnly?: boolean;
	readonly hasNoTokens?: boolean;
	/** There's an account, which can't be reached. */
	readonly isOffline?: boolean;
	/**
	 * What the commands read. A window of its own for each would be more real, but takes as long as all of these tests. What was opened before,
	 * such as the list of tokens, is still the workspace's.
	 */
	readonly workspace?: Partial<Pick<typeof vscode.workspace, 'workspaceFolders' | 'isTrusted'>>;
}

const SITUATIONS: Readonly<Record<string, Situation>> = {
	'without an editor': { hasNoEditor: true },
	'without a token': { hasNoTokens: true },
	'in a read-only file': { isReadOnly: true },
	offline: { hasNoTokens: true, isOffline: true },
	'without a workspace': { workspace: { workspaceFolders: undefined } },
	'in Restricted Mode': { workspace: { isTrusted: false } },
};

describe('Each command', function () {
	this.timeout(60_000);
	let extension: ConnectTokensApi;
	let folder: string;
	let fileCount = 0;
	/** Whether the active file is read-only. */
	let isFileReadOnly = false;
	let platform: Platform;
	let ui: ObservedUi;
	let client: vscode.Disposable;
	let restoreExtensions: () => void;
	/** What the Tokens view shows before the command. */
	let arrangedTokens = '';
	/** The key of the first token of the workspace, and what the Tokens view showed when it was read. Reading it takes longer than most commands. */
	let lastKey = { tokens: '', key: '' };

	before(async () => {
		extension = await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate();
		folder = await mkdtemp(join(vscode.workspace.workspaceFolders![0]!.uri.fsPath, 'situations-'));
		platform = await startPlatform({ account: { name: `${REMOTE} account` } });
		['first', 'second'].forEach((name) => platform.account.add({ name: `${REMOTE} token, ${name}`, permissions: ['MD-0001'] }));
		await platform.stop();
		const { getExtension } = api.extensions;
		restoreExtensions = replaceMember(api.extensions, 'getExtension', ((id: string) =>
			id === CLIENT_ID ? ({ id } as vscode.Extension<unknown>) : getExtension(id)) as typeof getExtension);
		client = vscode.commands.registerCommand('rest-client.request', () => undefined);
		// A hidden view doesn't set the context keys.
		await vscode.commands.executeCommand(`${PREFIX}tokens.focus`);
		ui = new ObservedUi({
			prefers: (label) => label.startsWith(REMOTE),
			enter: (value, isPassword) =>
				isPassword ? platform.account.key : value.startsWith('https:') ? platform.endpoint : value === '' ? 'Example' : value,
			folder,
		});
		ui.install();
		await deleteTokens();
	});

	after(async () => {
		await arrange({ hasNoEditor: true, hasNoTokens: true });
		for (const name of SETTINGS) {
			await changeSetting(name, undefined);
		}
		ui.uninstall();
		client.dispose();
		restoreExtensions();
		await rm(folder, { recursive: true, force: true, maxRetries: 5 });
	});

	for (const [name, situation] of Object.entries(SITUATIONS)) {
		describe(name, () => {
			const restore: (() => void)[] = [];

			before(() => {
				for (const [member, value] of Object.entries(situation.workspace ?? {})) {
					restore.push(replaceGetter(api.workspace, member as 'workspaceFolders', value as undefined));
				}
			});

			after(() => restore.splice(0).forEach((undo) => undo()));

			beforeEach(() => arrange(situation));

			for (const command of COMMANDS) {
				it(`shows what ${command} did, or says why it did nothing`, async () => {
					await ui.run(command);
					await assertHelpful();
				});
			}
		});
	}

	it('of a quick fix says that the file is read-only, and changes nothing', async () => {
		await arrange({ isReadOnly: true });
		for (const { title, command } of await readQuickFixes()) {
			await arrange({ isReadOnly: true });
			const { document } = vscode.window.activeTextEditor!;
			await ui.runQuickFix(command!);
			await assertHelpful();
			assert.equal(document.isDirty, false, title);
		}
	});

	/** A question alone says nothing about the result, because the user has answered it. */
	async function assertHelpful(): Promise<void> {
		const { observations } = ui;
		await eventually(
			async () => {
				const hasResult = observations.some((item) => !isQuestion(item)) || (await listTokens()) !== arrangedTokens;
				assert.ok(hasResult, `Nothing was shown or changed, except ${JSON.stringify(observations)}`);
			},
			5_000,
			5,
		);
		for (const { kind, text, labels } of observations) {
			assert.notEqual(kind, 'rejection', text);
			if (kind === 'error' || kind === 'warning') {
				assert.ok(labels.length > 0 || INSTRUCTION.test(text), `This doesn't say what to do: ${text}`);
			}
		}
	}

	/** Changes only what the last command has changed. */
	async function arrange(situation: Situation): Promise<void> {
		const { hasNoTokens = false, isOffline = false } = situation;
		await arrangeTokens(hasNoTokens ? [] : ['Example', 'Referenced']);
		await arrangeAccount(isOffline);
		await extension.gateway.stop();
		for (const name of SETTINGS) {
			await changeSetting(name, name === 'gateway.port' ? 0 : undefined);
		}
		for (const [key, command] of Object.entries({ isFiltered: 'clearFilter', isGrouped: 'ungroupTokens' })) {
			await (ui.context[PREFIX + key] && ui.run(PREFIX + command));
		}
		// It must not be observed as a result of the next command.
		const expected = {
			hasTokens: !hasNoTokens || isOffline,
			hasAccounts: isOffline,
			isFiltered: false,
			isGrouped: false,
			gateway: 'stopped',
		};
		const initial = { hasTokens: false, hasAccounts: false, isFiltered: false, isGrouped: false, gateway: 'stopped' };
		await eventually(
			() =>
				Object.entries(expected).forEach(([key, value]) => {
					assert.equal(ui.context[PREFIX + key] ?? initial[key as keyof typeof initial], value, key);
				}),
			30_000,
			5,
		);
		if (vscode.window.visibleTextEditors.some(({ document }) => document.uri.scheme === 'output')) {
			await vscode.commands.executeCommand('workbench.action.closePanel');
		}
		await arrangeEditor(situation);
		arrangedTokens = await listTokens();
		ui.reset();
	}

	async function listTokens(): Promise<string> {
		return JSON.stringify([await extension.workspace.list(), extension.accounts]);
	}

	async function deleteTokens(): Promise<void> {
		for (const { id } of await extension.workspace.list()) {
			await extension.workspace.delete(id);
		}
	}

	async function arrangeTokens(names: readonly string[]): Promise<void> {
		const tokens = await extension.workspace.list();
		if ((await listTokens()) !== arrangedTokens || tokens.length !== names.length) {
			await deleteTokens();
			for (const name of names) {
				await extension.workspace.create({ name, permissions: ['products'] });
			}
		}
	}

	async function arrangeAccount(isAdded: boolean): Promise<void> {
		if (extension.accounts.length === Number(isAdded)) {
			return;
		}
		if (isAdded) {
			await platform.start();
			await ui.run(`${PREFIX}addAccount`);
			await extension.accounts[0]!.tokens.list();
			await platform.stop();
		} else {
			await ui.run(`${PREFIX}removeAccount`);
		}
		assert.equal(extension.accounts.length, Number(isAdded));
	}

	async function arrangeEditor({ hasNoEditor = false, isReadOnly = false, isOffline = false }: Situation): Promise<void> {
		const text = await createRequests(isOffline ? extension.accounts[0]!.tokens : extension.workspace);
		const active = vscode.window.activeTextEditor?.document;
		const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
		if (!hasNoEditor && isFileReadOnly === isReadOnly && tabs.length === 1 && active?.getText() === text && !active.isDirty) {
			return;
		}
		while (vscode.window.tabGroups.all.some((group) => group.tabs.length > 0)) {
			await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
		}
		await eventually(() => assert.equal(vscode.window.activeTextEditor, undefined), 30_000, 5);
		if (hasNoEditor) {
			return;
		}
		// VS Code may still have the text of the last file.
		const path = join(folder, `request-${++fileCount}.http`);
		await writeFile(path, text);
		const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(path));
		const cursor = editor.document.positionAt(text.indexOf('CONNECT_'));
		editor.selection = new vscode.Selection(cursor, cursor);
		isFileReadOnly = isReadOnly;
		if (isReadOnly) {
			await vscode.commands.executeCommand('workbench.action.files.setActiveEditorReadonlyInSession');
		}
	}

	/** A request to an account with a reference to the second token, and one to the gateway with the key of the first token of the workspace. */
	async function createRequests(tokens: ConnectTokensApi['workspace']): Promise<string> {
		const ids = (await tokens.list()).map(({ id }) => id);
		const key = tokens === extension.workspace && ids[0] !== undefined ? await readKey(ids[0]) : '';
		return [
			`GET ${extension.accounts.length > 0 ? platform.endpoint : 'https://api.connect.cloudblue.com/public/v1'}/products`,
			`Authorization: ${formatAuthorizationReference(ids[1] ?? 'SU-000-000-001')}`,
			'',
			'###',
			'GET http://127.0.0.1:7357/products',
			`Authorization: ${key}`,
			'',
		].join('\n');
	}

	/** Also in Restricted Mode, where no extension gets a key. Replacing a key changes its token. */
	async function readKey(tokenId: string): Promise<string> {
		const tokens = await listTokens();
		if (lastKey.tokens === tokens) {
			return lastKey.key;
		}
		const restoreTrust = replaceGetter(api.workspace, 'isTrusted', true);
		try {
			lastKey = { tokens, key: await extension.workspace.authorization(tokenId) };
			return lastKey.key;
		} finally {
			restoreTrust();
		}
	}

	/** Returns the quick fixes that change the active file, once they're offered. */
	async function readQuickFixes(): Promise<readonly vscode.CodeAction[]> {
		const { document } = vscode.window.activeTextEditor!;
		const range = new vscode.Range(0, 0, document.lineCount, 0);
		const expected = ['replaceKey', 'changeRequestHost'].map((name) => PREFIX + name);
		return eventually(async () => {
			const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, range);
			const fixes = actions.filter(({ command }) => command && expected.includes(command.command));
			assert.deepEqual(fixes.map(({ command }) => command!.command).sort(), [...expected].sort());
			return fixes;
		});
	}
});

async function changeSetting(name: string, value: unknown): Promise<void> {
	const configuration = vscode.workspace.getConfiguration('connectTokens');
	if (configuration.inspect(name)?.globalValue !== value) {
		await configuration.update(name, value, vscode.ConfigurationTarget.Global);
	}
}
