import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Emitter } from '../../src/domain/emitter';
import type { KeyReadResult, TokenSource, WorkspaceTokenSource } from '../../src/domain/ports';
import { TokenSources } from '../../src/domain/tokenSources';
import type { Token } from '../../src/domain/token';
import { formatAuthorizationReference, getVariableName } from '../../src/requestFiles/keyReferences';
import { ClockScheduler } from '../../src/models/clockScheduler';
import { DocumentRequests } from '../../src/ui/requestFiles/documentRequests';
import { KeyEnvironment } from '../../src/ui/requestFiles/keyEnvironment';
import { fixedHostChecks, NO_ALLOWED_HOSTS } from '../support/hostChecks';
import { eventually } from '../support/eventually';
import { silentLog } from '../../src/domain/log';
import { unaskedKeys } from '../support/testBroker';

const CACHED_TOKEN_ID = 'SU-810-000-001';
const STALLED_TOKEN_ID = 'SU-820-000-001';
const clock = () => new Date();

describe('exposed keys of accounts', function () {
	this.timeout(60_000);
	let sources: TokenSources;
	let keyEnvironment: KeyEnvironment;
	let documentRequests: DocumentRequests;
	/** Completes the stalled read. */
	let resolveKey: (result: KeyReadResult) => void;
	let isKeyRequested: boolean;

	beforeEach(() => {
		isKeyRequested = false;
		sources = new TokenSources(createSource('workspace', [], () => assert.fail()) as WorkspaceTokenSource, silentLog);
		sources.setAccounts([
			createSource('VA-1', [CACHED_TOKEN_ID], () => Promise.resolve({ authorization: fakeAuthorization(CACHED_TOKEN_ID) })),
			createSource('VA-2', [STALLED_TOKEN_ID], () => {
				isKeyRequested = true;
				return new Promise((resolve) => (resolveKey = resolve));
			}),
		]);
		documentRequests = new DocumentRequests();
		keyEnvironment = new KeyEnvironment({
			sources,
			clock,
			scheduler: new ClockScheduler(clock),
			hosts: fixedHostChecks(NO_ALLOWED_HOSTS),
			documentRequests,
			keys: unaskedKeys,
		});
	});

	afterEach(async () => {
		keyEnvironment.dispose();
		documentRequests.dispose();
		sources.dispose();
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
	});

	/** Opens a document whose key gets exposed, and next to it one whose platform stalls the next update. */
	async function openBothFiles(): Promise<void> {
		await openRequestFile(CACHED_TOKEN_ID);
		await eventually(() => assert.equal(exposedKey(CACHED_TOKEN_ID), fakeAuthorization(CACHED_TOKEN_ID).replace('ApiKey ', '')));
		await openRequestFile(STALLED_TOKEN_ID, vscode.ViewColumn.Two);
		await eventually(() => assert.ok(isKeyRequested));
	}

	it("are removed together with their account even while another platform doesn't respond", async () => {
		await openBothFiles();
		sources.setAccounts(sources.all.slice(2));
		await eventually(() => assert.equal(exposedKey(CACHED_TOKEN_ID), undefined));
	});

	it("are removed when the file is closed even while a platform doesn't respond, and aren't exposed when it does", async () => {
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

async function openRequestFile(id: string, viewColumn = vscode.ViewColumn.One): Promise<void> {
	const content = `\`\`\`http\nGET http://localhost:3000\nAuthorization: ${formatAuthorizationReference(id)}\n\`\`\`\n`;
	await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'markdown', content }), viewColumn);
}

function createSource(id: string, ids: readonly string[], readKey: () => Promise<KeyReadResult>): TokenSource {
	const emitter = new Emitter();
	const on = () => emitter.on(() => undefined);
	const tokens = ids.map(
		(tokenId) =>
			({ id: tokenId, status: 'active', expirationDate: null, renewedExpirationDate: null, updated: { at: '', by: '' } }) as Token,
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
