import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectTokensApi } from '../../src/api';
import { Peer } from '../../src/protocol/peer';
import { reviewHostMethods, reviewPageMethods, type Review } from '../../src/protocol/reviewMessages';
import { startPlatform, type Platform } from '../support/connect/simulatedPlatform';
import { FakePanel } from '../support/editor/fakePanel';
import { api as editorApi, replaceMember } from '../support/editor/replaceApi';
import { ScriptedUi } from '../support/editor/scriptedUi';
import { eventually } from '../support/eventually';

/** The page of the review, as the real one talks to the extension. */
class FakeReview extends FakePanel {
	/** What the page shows. */
	review: Review | undefined;
	readonly #peer = new Peer(
		this.pageTransport,
		reviewPageMethods,
		{
			show: (review) => {
				this.review = review;
				return {};
			},
			showProgress: () => ({}),
		},
		reviewHostMethods,
	);

	async load(): Promise<void> {
		this.review = (await this.#peer.request('ready', {})).review;
	}

	readonly request: Peer<typeof reviewPageMethods, typeof reviewHostMethods>['request'] = (method, params) =>
		this.#peer.request(method, params);

	row(name: string) {
		return this.review?.rows.find((row) => row.name === name);
	}

	override dispose(): void {
		super.dispose();
		this.#peer.dispose();
	}
}

describe('Review Tokens', function () {
	this.timeout(60_000);
	const ui = new ScriptedUi();
	const panels: FakeReview[] = [];
	let api: ConnectTokensApi;
	let platform: Platform;
	let folder: string;
	let restore: () => void;

	before(async () => {
		api = await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate();
		await Promise.all((await api.workspace.list()).map(({ id }) => api.workspace.delete(id)));
		platform = await startPlatform();
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-review-'));
		ui.install();
		restore = replaceMember(editorApi.window, 'createWebviewPanel', (_viewType: string, title: string) => {
			const panel = new FakeReview(title);
			panels.push(panel);
			return panel.panel;
		});
	});

	afterEach(async () => {
		panels.splice(0).forEach((panel) => panel.dispose());
		ui.reset();
		for (const { id } of await api.workspace.list()) {
			await api.workspace.delete(id);
		}
	});

	after(async () => {
		restore();
		ui.uninstall();
		await platform.stop();
		await rm(folder, { recursive: true, force: true, maxRetries: 10 });
	});

	async function openReview(): Promise<FakeReview> {
		await vscode.commands.executeCommand('connectTokens.reviewTokens');
		const panel = panels.at(-1)!;
		await panel.load();
		return panel;
	}

	it('lists tokens of the workspace, and applies what the user chooses after a question', async () => {
		const [first, second] = [await api.workspace.create({ name: 'First' }), await api.workspace.create({ name: 'Second' })];
		const review = await openReview();
		assert.deepEqual(
			review.review?.rows.map(({ name }) => name),
			['First', 'Second'],
		);
		const tokens = [first, second].map(({ id }) => ({ sourceId: 'workspace', tokenId: id }));
		assert.equal((await review.request('apply', { action: 'delete', tokens })).isCanceled, true, 'the user canceled');
		const question = ui.shown.find(({ kind }) => kind === 'warning');
		assert.ok(question?.isModal);
		assert.ok(question.text.includes('First') && question.text.includes('Second'));
		assert.equal((await api.workspace.list()).length, 2);
		assert.equal((await review.request('apply', { action: 'disable', tokens: tokens.slice(0, 1) })).applied.length, 1);
		assert.equal((await api.workspace.get(first.id))?.status, 'inactive');
		await eventually(() =>
			assert.deepEqual(
				review.review?.rows.map(({ name }) => name),
				['Second'],
			),
		);
		ui.answer('Delete');
		await review.request('apply', { action: 'delete', tokens });
		assert.deepEqual(await api.workspace.list(), []);
		await eventually(() => assert.equal(review.review?.tokenCount, 0));
	});

	it('rotates tokens with the picked expiration', async () => {
		const { id } = await api.workspace.create({ name: 'Forever' });
		const review = await openReview();
		ui.answer('30 days', 'Rotate');
		const tokens = [{ sourceId: 'workspace', tokenId: id }];
		assert.deepEqual((await review.request('apply', { action: 'rotate', tokens })).applied, tokens);
		assert.notEqual((await api.workspace.get(id))?.expirationDate, null);
		await eventually(() => assert.deepEqual(review.review?.rows, []));
	});

	it('lists tokens whose key is in an open file, goes there, and notices when it is removed', async () => {
		const { id } = await api.workspace.create({ name: 'Leaked', expirationDate: '2090-01-01T00:00:00.000Z' });
		const path = join(folder, 'requests.txt');
		await writeFile(path, `\nAuthorization: ${await api.workspace.authorization(id)}\n`);
		const review = await openReview();
		assert.deepEqual(review.review?.rows, []);
		const document = await vscode.workspace.openTextDocument(path);
		await vscode.window.showTextDocument(document);
		await eventually(() => assert.equal(review.row('Leaked')?.files.length, 1));
		const [file] = review.row('Leaked')!.files;
		assert.equal(file!.line, 1);
		await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: 'other' }));
		await review.request('goToFile', { token: { sourceId: 'workspace', tokenId: id }, file: file! });
		assert.equal(vscode.window.activeTextEditor?.document, document);
		assert.equal(vscode.window.activeTextEditor.selection.active.line, 1);
		const edit = new vscode.WorkspaceEdit();
		edit.replace(document.uri, new vscode.Range(0, 0, 3, 0), 'no key\n');
		await vscode.workspace.applyEdit(edit);
		await eventually(() => assert.deepEqual(review.review?.rows, []));
		await document.save();
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
	});

	it('shows one page, which a second command brings to the front', async () => {
		const review = await openReview();
		await vscode.commands.executeCommand('connectTokens.reviewTokens');
		assert.equal(panels.length, 1);
		assert.ok(review.isRevealed);
	});
});
