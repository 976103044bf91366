import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import manifest from '../../package.json';
import type { ConnectTokensApi } from '../../src/api';
import { viewIds } from '../../src/models/manifestIds';
import { startPlatform, type Platform } from '../support/connect/simulatedPlatform';
import { ScriptedUi } from '../support/editor/scriptedUi';
import { eventually } from '../support/eventually';
import { evaluateWhen } from '../support/manifest/whenClause';

const steps = manifest.contributes.walkthroughs[0]!.steps;
const PORT_SETTING = 'connectTokens.gateway.port';
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

describe('The steps of the walkthrough', function () {
	this.timeout(60_000);
	const ui = new ScriptedUi();
	let api: ConnectTokensApi;
	let platform: Platform;

	before(async () => {
		api = await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate();
		platform = await startPlatform();
		await vscode.workspace.getConfiguration().update(PORT_SETTING, 0, vscode.ConfigurationTarget.Global);
		ui.install();
	});

	/** They're set once something was done, and by each test. */
	beforeEach(() => ['hasInsertedHeader', 'hasTestedToken'].forEach((key) => delete ui.context[`connectTokens.${key}`]));

	after(async () => {
		ui.answer('Remove');
		await vscode.commands.executeCommand('connectTokens.removeAccount');
		ui.uninstall();
		await api.gateway.stop();
		await Promise.all((await api.workspace.list()).map(({ id }) => api.workspace.delete(id)));
		await vscode.workspace.getConfiguration().update(PORT_SETTING, undefined, vscode.ConfigurationTarget.Global);
		await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
		await platform.stop();
	});

	/** Waits until exactly these steps are completed by the context keys that were set since the test started. */
	async function waitForCompleted(ids: readonly string[]): Promise<void> {
		await eventually(() => {
			const completed = steps.filter(({ completionEvents }) =>
				completionEvents.some((event) => evaluateWhen(event.replace(/^onContext:/, ''), ui.context)),
			);
			assert.deepEqual(
				completed.map(({ id }) => id),
				steps.map(({ id }) => id).filter((id) => ids.includes(id)),
			);
		});
	}

	it('are completed when what they describe was done', async () => {
		const { id } = await api.workspace.create({ name: 'First', permissions: ['MD-0000'], expirationDate: inDays(30) });
		await waitForCompleted(['create']);
		// VS Code sets this key itself.
		await vscode.commands.executeCommand(`${viewIds.tokens}.focus`);
		ui.context[`view.${viewIds.tokens}.visible`] = true;
		await waitForCompleted(['create', 'watch']);
		await api.gateway.start();
		await waitForCompleted(['create', 'watch', 'enforce']);
		await vscode.commands.executeCommand('connectTokens.testToken', { tokenId: id });
		await waitForCompleted(['create', 'watch', 'enforce', 'use']);
		await api.workspace.renew(id, { expirationDate: inDays(60) });
		await waitForCompleted(['create', 'watch', 'enforce', 'use', 'renew']);
		ui.enter(platform.endpoint, platform.account.key);
		await vscode.commands.executeCommand('connectTokens.addAccount');
		await waitForCompleted(steps.map((step) => step.id));
	});

	it('include using a token in a request file', async () => {
		const { id } = await api.workspace.create({ name: 'Second' });
		await vscode.window.showTextDocument(
			await vscode.workspace.openTextDocument({ content: 'GET http://localhost/x', language: 'plaintext' }),
		);
		const isUsed = () =>
			steps.find((step) => step.id === 'use')!.completionEvents.some((event) => evaluateWhen(event.slice(10), ui.context));
		assert.ok(!isUsed());
		await vscode.commands.executeCommand('connectTokens.insertAuthorization', { tokenId: id });
		assert.ok(isUsed());
	});
});
