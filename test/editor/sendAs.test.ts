import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { Emitter } from '../../src/domain/emitter';
import { silentLog } from '../../src/domain/log';
import type { TokenSource, WorkspaceTokenSource } from '../../src/domain/ports';
import { TokenSources } from '../../src/domain/tokenSources';
import { formatAuthorizationReference } from '../../src/requestFiles/keyReferences';
import { DocumentRequests } from '../../src/ui/requestFiles/documentRequests';
import type { KeyEnvironment } from '../../src/ui/requestFiles/keyEnvironment';
import type { RequestFileServices } from '../../src/ui/requestFiles/requestFileServices';
import { sendAs } from '../../src/ui/requestFiles/sendAs';
import { api, replaceMember } from '../support/editor/replaceApi';
import { fixedHostChecks, NO_ALLOWED_HOSTS } from '../support/hostChecks';
import { createSourceToken } from '../support/sourceTokens';
import { unaskedKeys } from '../support/testBroker';

const { token } = createSourceToken();
const CLIENT_ID = 'humao.rest-client';

describe('Send Request as Token', function () {
	this.timeout(60_000);
	let folder: string;
	let fileCount = 0;
	let document: vscode.TextDocument;
	let documentRequests: DocumentRequests;
	/** Documents whose request the client was asked to send. */
	let sent: vscode.TextDocument[];
	let ranges: (vscode.Range | undefined)[];
	let client: vscode.Disposable;
	let restore: () => void;

	before(async () => {
		folder = await mkdtemp(join(vscode.workspace.workspaceFolders![0]!.uri.fsPath, 'send-'));
		const { getExtension } = api.extensions;
		restore = replaceMember(api.extensions, 'getExtension', ((id: string) =>
			id === CLIENT_ID ? ({ id } as vscode.Extension<unknown>) : getExtension(id)) as typeof getExtension);
		client = vscode.commands.registerCommand('rest-client.request', (requested: vscode.TextDocument, range?: vscode.Range) => {
			sent.push(requested);
			ranges.push(range);
		});
	});

	beforeEach(async () => {
		sent = [];
		ranges = [];
		documentRequests = new DocumentRequests();
		// VS Code may still have the text of a file that an earlier test changed.
		document = await openFile(
			`sent-${++fileCount}.http`,
			`GET http://localhost:3000\nAuthorization: ${formatAuthorizationReference(token.id)}\n`,
		);
	});

	afterEach(async () => {
		documentRequests.dispose();
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
	});

	after(async () => {
		client.dispose();
		restore();
		await rm(folder, { recursive: true, force: true });
	});

	async function openFile(name: string, text: string): Promise<vscode.TextDocument> {
		await writeFile(join(folder, name), text);
		return (await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(join(folder, name)))).document;
	}

	/** Sends the request, after `beforeSend`, which runs while the key is exposed. */
	async function send(beforeSend: () => Promise<unknown>): Promise<void> {
		const keyEnvironment: Partial<KeyEnvironment> = {
			withKeys: async (_variables, endsWithRequest, action) => {
				assert.equal(endsWithRequest, true);
				await beforeSend();
				return action();
			},
		};
		await sendAs({ uri: document.uri.toString(), line: 0, client: CLIENT_ID }, {
			sources: new TokenSources(createSource(), silentLog),
			keyEnvironment,
			keys: unaskedKeys,
			hosts: fixedHostChecks(NO_ALLOWED_HOSTS),
			documentRequests,
		} as unknown as RequestFileServices);
	}

	it('sends the request of the active file', async () => {
		await send(() => Promise.resolve());
		assert.deepEqual(sent, [document]);
	});

	it('names the request’s line, so that REST Client doesn’t send selected text instead', async () => {
		vscode.window.activeTextEditor!.selection = new vscode.Selection(1, 0, 1, 5);
		await send(() => Promise.resolve());
		assert.deepEqual(ranges, [new vscode.Range(0, 0, 0, 0)]);
	});

	it('sends nothing if the token does not exist, and says so', async () => {
		document = await openFile(
			'unknown.http',
			`GET http://localhost:3000\nAuthorization: ${formatAuthorizationReference('SU-000-000-001')}\n`,
		);
		await assert.rejects(
			send(() => assert.fail('A key was exposed.')),
			/wasn't found\. Reference another token/,
		);
		assert.deepEqual(sent, []);
	});

	it('sends nothing if another file became active meanwhile, because the client would send its request', async () => {
		await assert.rejects(
			send(() => openFile('other.http', 'GET http://localhost:3000/other\n')),
			/another file became active/,
		);
		assert.deepEqual(sent, []);
	});

	it('sends nothing if the request changed meanwhile', async () => {
		await assert.rejects(
			send(async () => {
				const edit = new vscode.WorkspaceEdit();
				edit.insert(document.uri, new vscode.Position(0, 4), 'http://evil.test/');
				await vscode.workspace.applyEdit(edit);
				await document.save();
			}),
			/changed before it was sent/,
		);
		assert.deepEqual(sent, []);
	});

	it('sends nothing and exposes no key if the setting is “never”', async () => {
		const settings = vscode.workspace.getConfiguration('connectTokens');
		await settings.update('http.exposeKeys', 'never', vscode.ConfigurationTarget.Global);
		try {
			await assert.rejects(
				send(() => assert.fail('The key was exposed.')),
				/connectTokens\.http\.exposeKeys/,
			);
			assert.deepEqual(sent, []);
		} finally {
			await settings.update('http.exposeKeys', undefined, vscode.ConfigurationTarget.Global);
		}
	});
});

function createSource(): WorkspaceTokenSource {
	const emitter = new Emitter();
	const on = () => emitter.on(() => undefined);
	const source: Partial<TokenSource> = {
		id: 'workspace',
		list: () => Promise.resolve([token]),
		readKey: () => Promise.resolve({ authorization: `ApiKey ${token.id}:${'ab'.repeat(20)}` }),
		onDidChange: on,
		onDidRotate: on,
	};
	return source as WorkspaceTokenSource;
}
