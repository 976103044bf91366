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
import { api, replaceMember } from '../support/editor/replaceApi';
import { allowOrigins, fixedHostChecks } from '../support/hostChecks';
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
			hosts: fixedHostChecks(allowOrigins(['http://api.test'], CACHED_TOKEN_ID, 'VA-1')),
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

	describe('in a request that httpYac sends without encryption through a proxy', () => {
		const PROXY = 'http://proxy.test:3128';
		const settings = () => vscode.workspace.getConfiguration('http');

		afterEach(() => settings().update('proxy', undefined, vscode.ConfigurationTarget.Global));

		/** Sends a request to an allowed host with httpYac, which calls its plugins before. Rejects if they do. */
		async function send(proxy: string): Promise<void> {
			const pluginStore: Record<string, (api: unknown) => void> = {};
			const exports = { httpyac: { store: { pluginStore } }, documentStore: { clear: () => undefined } };
			const { getExtension } = api.extensions;
			const restore = replaceMember(api.extensions, 'getExtension', ((id: string) =>
				id === 'anweber.vscode-httpyac' ? { id, activate: () => Promise.resolve(exports) } : getExtension(id)) as typeof getExtension);
			try {
				assert.ok(await keyEnvironment.prepareHttpYac());
			} finally {
				restore();
			}
			let checkRequest: ((context: { args: unknown[] }) => Promise<unknown>) | undefined;
			const onRequest = {
				addInterceptor: ({ afterLoop }: { afterLoop: NonNullable<typeof checkRequest> }) => (checkRequest = afterLoop),
			};
			Object.values(pluginStore).forEach((register) => register({ hooks: { responseLogging: { addHook: () => undefined }, onRequest } }));
			const key = fakeAuthorization(CACHED_TOKEN_ID).replace('ApiKey ', '');
			const { token } = (await sources.list()).find((found) => found.token.id === CACHED_TOKEN_ID)!;
			const keys = new Map([[getVariableName(CACHED_TOKEN_ID), { source: sources.all[1]!, token, key }]]);
			const request = { url: 'http://api.test/', headers: { Authorization: `ApiKey ${key}` }, proxy };
			await keyEnvironment.provideKeys(keys, async () => checkRequest!({ args: [request, { httpFile: { fileName: '' } }] }));
		}

		it('are sent if the proxy is the user’s own', async () => {
			await settings().update('proxy', PROXY, vscode.ConfigurationTarget.Global);
			await send(PROXY);
		});

		it('aren’t sent if the proxy is another one', async () => {
			await settings().update('proxy', PROXY, vscode.ConfigurationTarget.Global);
			await assert.rejects(send('http://other.test:3128'), /isn't sent to http:\/\/other\.test:3128/);
		});

		it('aren’t sent if the user has no proxy', () => assert.rejects(send(PROXY), /isn't sent to http:\/\/proxy\.test:3128/));
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
