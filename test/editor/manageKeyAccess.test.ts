import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectTokensApi, TokensApi } from '../../src/api';
import type { Token } from '../../src/domain/token';
import { formatAuthorizationReference, getVariableName } from '../../src/requestFiles/keyReferences';
import { api, replaceMember } from '../support/editor/replaceApi';
import { eventually } from '../support/eventually';

type ItemButtonEvent = vscode.QuickPickItemButtonEvent<vscode.QuickPickItem>;

describe('Manage Key Access', function () {
	this.timeout(60_000);
	let folder: string;
	let tokens: TokensApi;
	let token: Token;
	let restore: () => void;
	/** The list that was shown last, in VS Code's UI. */
	let pick: vscode.QuickPick<vscode.QuickPickItem>;
	/** Does what a click on a button of an item does. No command of VS Code does it. */
	let triggerItemButton: (event: ItemButtonEvent) => void;
	/** Settles when the command has ended. */
	let running: Thenable<unknown>;

	before(async () => {
		tokens = (await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate()).workspace;
		folder = await mkdtemp(join(vscode.workspace.workspaceFolders![0]!.uri.fsPath, 'access-'));
		const { createQuickPick } = api.window;
		restore = replaceMember(api.window, 'createQuickPick', (() => {
			pick = createQuickPick();
			const { onDidTriggerItemButton } = pick;
			Object.defineProperty(pick, 'onDidTriggerItemButton', {
				value: (listener: (event: ItemButtonEvent) => void) => {
					triggerItemButton = listener;
					return onDidTriggerItemButton(listener);
				},
			});
			return pick;
		}) as typeof createQuickPick);
	});

	beforeEach(async () => {
		token = await tokens.create({ name: 'Accessed', permissions: ['products'] });
	});

	afterEach(async () => {
		await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
		await running;
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
		await eventually(() => assert.equal(process.env[getVariableName(token.id)], undefined));
		await tokens.delete(token.id);
	});

	after(async () => {
		restore();
		await rm(folder, { recursive: true, force: true });
	});

	async function openRequest(name: string, url: string, viewColumn?: vscode.ViewColumn): Promise<string> {
		const path = join(folder, name);
		await writeFile(path, `GET ${url}\nAuthorization: ${formatAuthorizationReference(token.id)}\n`);
		const { document } = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(path), viewColumn);
		return document.uri.toString();
	}

	const allow = (allowance: { readonly origin: string } | { readonly file: string }) =>
		vscode.commands.executeCommand('connectTokens.allowHost', { tokenId: token.id, sourceId: 'workspace', ...allowance });
	const findItems = () => pick.items.filter(({ description }) => description?.includes(token.id));
	/** Waits until exactly these items of the token are listed. */
	const waitForItems = (...labels: readonly string[]) =>
		eventually(() =>
			assert.deepEqual(
				findItems().map(({ label }) => label),
				labels,
			),
		);

	function revoke(label: string): void {
		const item = findItems().find((found) => found.label === label)!;
		const [button] = item.buttons!;
		assert.equal(button!.tooltip, 'Revoke');
		triggerItemButton({ item, button: button! });
	}

	it('lists exposed keys and what is allowed, follows changes, and revokes hosts and files', async () => {
		await openRequest('known.http', 'https://api.test/x');
		running = vscode.commands.executeCommand('connectTokens.manageKeyAccess');
		await eventually(() => assert.ok(pick.items.length > 0));
		await waitForItems();

		await allow({ origin: 'https://api.test' });
		await waitForItems('Accessed', 'api.test');
		const relativePath = vscode.workspace.asRelativePath(join(folder, 'known.http'));
		assert.equal(findItems()[0]!.detail, `Used by visible requests in ${relativePath}`);
		assert.equal(findItems()[0]!.buttons, undefined);

		const file = vscode.Uri.file(join(folder, 'unknown.http')).toString();
		await allow({ file });
		const relativeFile = vscode.workspace.asRelativePath(vscode.Uri.parse(file));
		await waitForItems('Accessed', 'api.test', relativeFile);

		revoke('api.test');
		await waitForItems(relativeFile);
		revoke(relativeFile);
		await waitForItems();
		assert.ok(pick.items.some(({ label }) => label === 'No API keys are exposed'));
	});

	it('lists an unsaved document that is allowed in this session', async () => {
		const content = `\`\`\`http\nGET https://{{host}}/x\nAuthorization: ${formatAuthorizationReference(token.id)}\n\`\`\`\n`;
		const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
		await vscode.window.showTextDocument(document);
		await allow({ file: document.uri.toString() });
		running = vscode.commands.executeCommand('connectTokens.manageKeyAccess');
		await eventually(() => assert.ok(pick.items.length > 0));
		await waitForItems('Accessed', `${document.uri.path} (not saved)`);
		revoke(`${document.uri.path} (not saved)`);
		await waitForItems();
		await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
	});

	it('opens the details page of the selected token', async () => {
		await openRequest('local.http', 'http://localhost:3000/x');
		await eventually(() => assert.ok(process.env[getVariableName(token.id)]));
		running = vscode.commands.executeCommand('connectTokens.manageKeyAccess');
		await eventually(() => assert.equal(pick.activeItems[0]?.label, 'Accessed'));
		await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
		await running;
		await eventually(() => {
			const { activeTab } = vscode.window.tabGroups.activeTabGroup;
			assert.ok(activeTab?.input instanceof vscode.TabInputWebview);
			assert.equal(activeTab.label, 'Accessed');
		});
	});
});
