import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request, type ClientRequest, type RequestOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import got from 'got';
import { Emitter } from '../../src/domain/emitter';
import { silentLog } from '../../src/domain/log';
import type { TokenSource, WorkspaceTokenSource } from '../../src/domain/ports';
import { TokenSources } from '../../src/domain/tokenSources';
import { ClockScheduler } from '../../src/models/clockScheduler';
import { getVariableName } from '../../src/requestFiles/keyReferences';
import { DocumentRequests } from '../../src/ui/requestFiles/documentRequests';
import { KeyEnvironment } from '../../src/ui/requestFiles/keyEnvironment';
import { allowOrigins, fixedHostChecks } from '../support/hostChecks';
import { startRecordingServer, type RecordingServer } from '../support/recordingServer';
import { createAccountSource, createSourceToken } from '../support/sourceTokens';
import { unaskedKeys } from '../support/testBroker';

/** REST Client's and httpYac's HTTP client. */
describe('a request of an extension’s HTTP client with a key that was exposed', function () {
	this.timeout(60_000);
	const { token } = createSourceToken();
	const variable = getVariableName(token.id);
	const clock = () => new Date();
	let allowed: RecordingServer;
	let other: RecordingServer;
	let redirecting: { readonly origin: string; stop(): void };
	let sources: TokenSources;
	let documentRequests: DocumentRequests;
	let keyEnvironment: KeyEnvironment;

	before(async () => {
		[allowed, other] = await Promise.all([startRecordingServer(), startRecordingServer()]);
		redirecting = await startRedirectingServer(`${other.origin}/`);
	});

	beforeEach(() => {
		const account = createAccountSource('VA-1');
		sources = new TokenSources(createSource({ id: 'workspace', list: () => Promise.resolve([]) }) as WorkspaceTokenSource, silentLog);
		sources.setAccounts([createSource(account)]);
		documentRequests = new DocumentRequests();
		const hosts = fixedHostChecks(allowOrigins([allowed.origin, redirecting.origin], token.id, account.id));
		keyEnvironment = new KeyEnvironment({
			sources,
			clock,
			scheduler: new ClockScheduler(clock),
			hosts,
			documentRequests,
			keys: unaskedKeys,
		});
	});

	afterEach(() => {
		keyEnvironment.dispose();
		documentRequests.dispose();
		sources.dispose();
		allowed.received.length = 0;
		other.received.length = 0;
	});

	after(async () => {
		redirecting.stop();
		await Promise.all([allowed.stop(), other.stop()]);
	});

	function createSource(changes: Partial<TokenSource>): TokenSource {
		const emitter = new Emitter();
		const on = () => emitter.on(() => undefined);
		return {
			list: () => Promise.resolve([token]),
			readKey: () => Promise.resolve({ authorization: `ApiKey ${token.id}:${'0f1e'.repeat(10)}` }),
			onDidChange: on,
			onDidRotate: on,
			...changes,
		} as Partial<TokenSource> as TokenSource;
	}

	/** Sends requests as a client that reads the key from the environment. */
	const withKey = <T>(send: (key: string) => Promise<T>, endsWithRequest = true) =>
		keyEnvironment.withKeys([variable], endsWithRequest, () => send(process.env[variable]!));

	it('is sent to an allowed host', async () => {
		await withKey((key) => got(`${allowed.origin}/`, { headers: { Authorization: `ApiKey ${key}` } }));
		assert.equal(allowed.received.length, 1);
	});

	const attacks: Record<string, (url: string, key: string) => Promise<unknown>> = {
		'in a header': (url, key) => got(url, { headers: { Authorization: `ApiKey ${key}` }, retry: 0 }),
		'in the URL': (url, key) => got(`${url}?key=${key}`, { retry: 0 }),
		'as a password': (url, key) => got(url, { username: 'user', password: key, retry: 0 }),
		'with a body': (url, key) => got.post(url, { headers: { 'X-Key': key }, body: 'x', retry: 0 }),
		'after a redirect': (_url, key) => got(redirecting.origin, { headers: { 'X-Key': key }, retry: 0 }),
	};
	for (const [title, attack] of Object.entries(attacks)) {
		it(`isn’t sent to another host ${title}`, async () => {
			await assert.rejects(
				withKey((key) => attack(`${other.origin}/`, key)),
				/The API key isn't sent to .*127\.0\.0\.1:\d+/,
			);
			assert.deepEqual(other.received, []);
		});
	}

	it('isn’t sent to another host over a connection that’s already open', async () => {
		await got(`${other.origin}/first`);
		await assert.rejects(withKey((key) => got(`${other.origin}/second`, { headers: { 'X-Key': key }, retry: 0 })));
		assert.deepEqual(
			other.received.map(({ url }) => url),
			['/first'],
		);
	});

	it('ends the exposure for Send Request as Token before there’s a response', async () => {
		await withKey(async (key) => {
			const options: RequestOptions = { headers: { 'X-Key': key } };
			const sent: ClientRequest = request(`${allowed.origin}/`, options);
			assert.equal(process.env[variable], undefined);
			sent.end();
			await once(sent, 'response');
		});
		assert.equal(allowed.received.length, 1);
	});

	it('doesn’t end the exposure if its client replaces variables again for a later request', async () => {
		await withKey(async (key) => {
			await got(`${allowed.origin}/`, { headers: { 'X-Key': key } });
			assert.equal(process.env[variable], key);
		}, false);
	});

	it('doesn’t affect other requests', async () => {
		await withKey(async () => {
			await got(`${other.origin}/`, { headers: { 'X-Key': 'none' } });
			assert.notEqual(process.env[variable], undefined);
		});
		assert.equal(other.received.length, 1);
	});
});

async function startRedirectingServer(target: string): Promise<{ readonly origin: string; stop(): void }> {
	const server = createServer((_, response) => response.writeHead(302, { Location: target }).end()).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const stop = () => {
		server.closeAllConnections();
		server.close();
	};
	return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}
