import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Emitter } from '../../src/domain/emitter';
import type { KeyReadResult, TokenSource, WorkspaceTokenSource } from '../../src/domain/ports';
import { TokenSources } from '../../src/domain/tokenSources';
import type { Token } from '../../src/domain/token';
import { formatAuthorizationReference, getVariableName } from '../../src/requestFiles/keyReferences';
import { ClockScheduler } from '../../src/models/clockScheduler';
import { KeyEnvironment } from '../../src/ui/requestFiles/keyEnvironment';
import { eventually } from '../support/eventually';

const CACHED_TOKEN_ID = 'SU-810-000-001';
const STALLED_TOKEN_ID = 'SU-820-000-001';
const clock = () => new Date();

describe('the keys of accounts in request files', function () {
	this.timeout(60_000);
	let sources: TokenSources;
	let keyEnvironment: KeyEnvironment;
	/** Answers for the platform that does not. */
	let resolveKey: (reading: KeyReadResult) => void;
	let isKeyRequested: boolean;

	beforeEach(() => {
		isKeyRequested = false;
		sources = new TokenSources(createSource('workspace', [], () => assert.fail()) as WorkspaceTokenSource);
		sources.setAccounts([
			createSource('VA-1', [CACHED_TOKEN_ID], () => Promise.resolve({ authorization: fakeAuthorization(CACHED_TOKEN_ID) })),
			createSource('VA-2', [STALLED_TOKEN_ID], () => {
				isKeyRequested = true;
				return new Promise((resolve) => (resolveKey = resolve));
			}),
		]);
		keyEnvironment = new KeyEnvironment({ sources, clock, scheduler: new ClockScheduler(clock) });
	});

	afterEach(async () => {
		keyEnvironment.dispose();
		sources.dispose();
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
	});

	/** Has one key handed over, and the platform of another keep the next update waiting. */
	async function openBothFiles(): Promise<void> {
		await openRequestFile(CACHED_TOKEN_ID);
		await eventually(() => assert.equal(exposedKey(CACHED_TOKEN_ID), fakeAuthorization(CACHED_TOKEN_ID).replace('ApiKey ', '')));
		await openRequestFile(STALLED_TOKEN_ID);
		await eventually(() => assert.ok(isKeyRequested));
	}

	it('are gone with their account, though another platform keeps us waiting', async () => {
		await openBothFiles();
		sources.setAccounts(sources.all.slice(2));
		await eventually(() => assert.equal(exposedKey(CACHED_TOKEN_ID), undefined));
	});

	it('are gone with the tab that refers to them, though a platform keeps us waiting, and do not come when it answers at last', async () => {
		await openBothFiles();
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
		await eventually(() => assert.equal(exposedKey(CACHED_TOKEN_ID), undefined));
		resolveKey({ authorization: fakeAuthorization(STALLED_TOKEN_ID) });
		await keyEnvironment.update();
		assert.equal(exposedKey(STALLED_TOKEN_ID), undefined);
	});
});

const fakeAuthorization = (id: string) => `ApiKey ${id}:${'ab'.repeat(20)}`;
const exposedKey = (id: string) => process.env[getVariableName(id)];

async function openRequestFile(id: string): Promise<void> {
	const content = `GET http://a.example\nAuthorization: ${formatAuthorizationReference(id)}\n`;
	await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'markdown', content }), { preview: false });
}

function createSource(id: string, ids: readonly string[], readKey: () => Promise<KeyReadResult>): TokenSource {
	const emitter = new Emitter();
	const on = () => emitter.on(() => undefined);
	const tokens = ids.map(
		(item) => ({ id: item, status: 'active', expirationDate: null, renewedExpirationDate: null, updated: { at: '', by: '' } }) as Token,
	);
	const partial: Partial<TokenSource> = {
		id,
		list: () => Promise.resolve(tokens),
		readKey,
		onDidChange: on,
		onDidRotate: on,
	};
	return partial as TokenSource;
}
