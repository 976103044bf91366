import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ConnectTokensApi } from '../../src/api';
import type { Token } from '../../src/domain/token';
import { eventually } from '../support/eventually';
import { ScriptedUi } from '../support/editor/scriptedUi';

const PROVIDER = 'connect-tokens';

describe('the authentication provider', function () {
	this.timeout(120_000);
	let workspace: ConnectTokensApi['workspace'];
	let ui: ScriptedUi;
	const created: string[] = [];
	/** One for each set of scopes, so that a test doesn't depend on what another one was asked for. */
	let scope: string;
	let testNumber = 0;

	beforeEach(async () => {
		({ workspace } = await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate());
		ui = new ScriptedUi();
		ui.install();
		scope = ['MD-0007', 'MD-0024', 'MD-0032', 'MD-0023', 'MD-0001'][testNumber++]!;
	});

	afterEach(async () => {
		ui.uninstall();
		for (const id of created.splice(0)) {
			await workspace.delete(id).catch(() => undefined);
		}
	});

	async function create(name: string, permissions: readonly string[]): Promise<Token> {
		const token = await workspace.create({ name, permissions });
		created.push(token.id);
		return token;
	}

	const getSilently = (account?: vscode.AuthenticationSessionAccountInformation) =>
		vscode.authentication.getSession(PROVIDER, [scope], { silent: true, ...(account && { account }) });

	/** Selects the extension's request in the Accounts menu, and a token in the list. */
	async function signIn(label: string): Promise<void> {
		await vscode.authentication.getSession(PROVIDER, [scope]);
		const command = await eventually(async () => {
			const commands = await vscode.commands.getCommands();
			return commands.find((id) => id.startsWith(`${PROVIDER}:`) && /signIn\d+$/.test(id)) ?? assert.fail('no request');
		});
		ui.answer(label);
		await vscode.commands.executeCommand(command);
	}

	function nextChange(): Promise<void> {
		return new Promise((resolve) => {
			const subscription = vscode.authentication.onDidChangeSessions(({ provider }) => {
				if (provider.id === PROVIDER) {
					subscription.dispose();
					resolve();
				}
			});
		});
	}

	it('has an account for each usable token', async () => {
		const usable = await create('Usable', [scope]);
		const disabled = await create('Disabled', [scope]);
		await workspace.disable(disabled.id);
		const labels = (await vscode.authentication.getAccounts(PROVIDER)).map(({ label }) => label);
		assert.ok(labels.includes(`Usable (${usable.id})`));
		assert.ok(!labels.includes(`Disabled (${disabled.id})`));
	});

	it('provides the key of the token that the user selects among those with access, until the token is disabled', async () => {
		const token = await create('Selected', [scope]);
		await create('Without Access', ['products']);
		assert.equal(await getSilently(), undefined);
		await signIn('Selected');
		const list = ui.shown.find(({ kind }) => kind === 'quickPick')!;
		assert.deepEqual(list.labels, ['Selected', 'Create Token…']);
		const session = (await getSilently())!;
		assert.ok(`ApiKey ${session.accessToken}` === (await workspace.authorization(token.id)), 'the session has the key');
		assert.deepEqual([session.account.label, session.scopes], [`Selected (${token.id})`, [scope]]);

		let change = nextChange();
		await workspace.rotate(token.id);
		await change;
		const rotated = (await getSilently())!;
		assert.ok(rotated.accessToken !== session.accessToken, 'the key was rotated');
		assert.ok(`ApiKey ${rotated.accessToken}` === (await workspace.authorization(token.id)), 'the session has the new key');

		change = nextChange();
		await workspace.disable(token.id);
		await change;
		assert.equal(await getSilently(), undefined);
	});

	it('asks VS Code before another account is used', async () => {
		await create('Named', [scope]);
		const account = (await vscode.authentication.getAccounts(PROVIDER)).find(({ label }) => label.startsWith('Named'))!;
		assert.equal(await getSilently(account), undefined);
	});

	it('ends a session when its token expires', async () => {
		const expirationDate = new Date(Date.now() + 60 * 60 * 1000).toISOString();
		const token = await workspace.create({ name: 'Expiring', permissions: [scope], expirationDate });
		created.push(token.id);
		const hasAccount = async () => (await vscode.authentication.getAccounts(PROVIDER)).some(({ label }) => label.includes(token.id));
		await eventually(async () => assert.ok(await hasAccount()));
		const change = nextChange();
		const advanceClock = (minutes: number) => vscode.commands.executeCommand('connectTokens.test.advanceClock', minutes * 60 * 1000);
		await advanceClock(61);
		try {
			await change;
			await eventually(async () => assert.ok(!(await hasAccount())));
		} finally {
			await advanceClock(-61);
		}
	});
});
