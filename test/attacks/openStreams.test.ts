import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket, WebSocketServer } from 'ws';
import type { TokenRecord } from '../../src/domain/token';
import { GatewayController } from '../../src/gateway/gatewayController';
import { silentLog } from '../../src/domain/log';
import { WorkspaceSource } from '../../src/sources/workspace/workspaceSource';
import { repositoryRoot } from '../host/paths';
import { createConfiguration, GatewayServers, RawConnection, type RunningGateway } from '../support/gateway/gatewayServers';
import { createKeyRecord, issueToken, type IssuedToken } from '../support/gateway/memoryTokens';
import { MemoryVault } from '../support/store/memoryVault';
import { DEFAULT_OPTIONS } from '../support/store/sourceOptions';

const HOUR_MS = 3_600_000;
/** Time until a key expires in a test that waits for it. Enough to open a stream before. */
const EXPIRES_SOON_MS = 1_000;

/** A change after which a token can't make the request anymore that it has made before. */
type Revocation = (issued: IssuedToken, setTime: (time: Date) => void) => readonly TokenRecord[];

const revocations: Record<string, Revocation> = {
	'is disabled': ({ token }) => [{ ...token, enabled: false }],
	'is deleted': () => [],
	'is rotated': ({ token }) => [issueToken({ id: token.id, permissions: token.permissions }).token],
	'loses the module': ({ token }) => [{ ...token, permissions: ['usage'] }],
	'has expired in the meantime': ({ token }, setTime) => {
		setTime(new Date(Date.parse(token.key.expirationDate ?? '') + 1));
		return [token];
	},
	'will expire earlier': ({ token }) => [
		{ ...token, key: { ...token.key, expirationDate: new Date(Date.now() + EXPIRES_SOON_MS).toISOString() } },
	],
};

describe('A request in progress whose token can’t make it anymore', () => {
	const servers = new GatewayServers();
	let gateway: RunningGateway;
	let limited: IssuedToken;
	/** How far the gateway's clock is ahead. */
	let clockOffsetMs: number;
	/** The upstream's requests, each resolved once its connection is closed. */
	let closedRequests: Promise<unknown>[];

	beforeEach(async () => {
		clockOffsetMs = 0;
		const created = issueToken({ permissions: ['MD-0024'] });
		const key = { ...created.token.key, expirationDate: new Date(Date.now() + HOUR_MS).toISOString() };
		limited = { ...created, token: { ...created.token, key } };
		closedRequests = [];
		const server = createServer((request, response) => {
			closedRequests.push(once(response, 'close'));
			if (request.url === '/devops/stream') {
				response.writeHead(200, { 'content-type': 'text/event-stream' });
				response.write('data: first\n\n');
			}
		});
		new WebSocketServer({ server }).on('connection', (socket) => {
			closedRequests.push(once(socket, 'close'));
			socket.send('welcome');
		});
		const upstream = await servers.listen(server, 'http');
		gateway = await servers.gateway({ upstream }, { clock: () => new Date(Date.now() + clockOffsetMs) });
		gateway.tokens.replace(gateway.owner.token, limited.token);
	});
	afterEach(() => servers.stopAll());

	const headersOf = ({ authorization }: IssuedToken) => [`Host: 127.0.0.1:${gateway.port}`, `Authorization: ${authorization}`];

	async function openWebSocket({ authorization }: IssuedToken): Promise<WebSocket> {
		const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/devops/stream`, { headers: { authorization } });
		socket.on('error', () => undefined);
		await once(socket, 'message');
		return socket;
	}

	async function openStream(issued: IssuedToken, version = '1.1'): Promise<RawConnection> {
		const connection = new RawConnection(gateway.port).send(`GET /devops/stream HTTP/${version}`, ...headersOf(issued), '', '');
		assert.match(await connection.until(/first/), /^HTTP\/1\.1 200 /);
		return connection;
	}

	for (const [change, revoke] of Object.entries(revocations)) {
		it(`is closed at the client and at the upstream if the token ${change}`, async () => {
			const socket = await openWebSocket(limited);
			const streams = [await openStream(limited), await openStream(limited, '1.0')];
			const others = [await openWebSocket(gateway.owner), await openStream(gateway.owner)] as const;
			const closed = [once(socket, 'close'), ...streams.map((stream) => stream.closed)];
			gateway.tokens.replace(gateway.owner.token, ...revoke(limited, (time) => (clockOffsetMs = time.getTime() - Date.now())));
			await Promise.all([...closed, ...closedRequests.slice(0, 3)]);
			assert.doesNotMatch(streams[0]!.received, /0\r\n\r\n$/, 'the client notices that the body is incomplete');
			assert.equal(others[0].readyState, WebSocket.OPEN);
			assert.equal(others[1].socket.closed, false);
			others[0].terminate();
		});
	}

	it('is closed with another request if the change is not signaled', async () => {
		const stream = await openStream(limited);
		gateway.tokens.replaceSilently(gateway.owner.token, { ...limited.token, enabled: false });
		// The gateway checks for such changes with a request, but not twice within a few milliseconds.
		while (!stream.socket.closed) {
			await openStream(gateway.owner);
		}
	});

	it('is closed if the tokens cannot be read, like all requests are denied then', async () => {
		const stream = await openStream(limited);
		gateway.tokens.failure = new Error('damaged');
		gateway.tokens.replace(limited.token);
		await stream.closed;
	});

	it('is closed if the previous key that it was made with expires', async () => {
		const renewed = issueToken({ id: limited.token.id, permissions: ['MD-0024'] });
		const previousKey = createKeyRecord(limited.secret, new Date(Date.now() + EXPIRES_SOON_MS).toISOString());
		gateway.tokens.replace({ ...renewed.token, previousKey });
		const [current, previous] = [await openStream(renewed), await openStream(limited)];
		await previous.closed;
		assert.ok(Date.now() >= Date.parse(previousKey.expirationDate ?? ''), 'not before that');
		assert.equal(current.socket.closed, false);
	});

	it('is answered with the denial if there was no response yet, and recorded', async () => {
		const request = httpRequest(`${gateway.origin}/devops/waiting`, {
			method: 'POST',
			headers: { authorization: limited.authorization, 'transfer-encoding': 'chunked' },
		});
		request.write('first part');
		const responded = once(request, 'response');
		await new RawConnection(gateway.port).send('GET /devops/stream HTTP/1.1', ...headersOf(gateway.owner), '', '').until(/first/);
		gateway.tokens.replace(gateway.owner.token, { ...limited.token, enabled: false });
		const [response] = (await responded) as [IncomingMessage];
		assert.equal(response.statusCode, 401);
		request.destroy();
		assert.deepEqual(await gateway.counts(limited.token.id), { 401: 1 });
	});

	it('continues if the token changes otherwise', async () => {
		const stream = await openStream(limited);
		const revoked = await openStream(gateway.owner);
		gateway.tokens.replace({ ...limited.token, name: 'Another name', permissions: ['MD-0024', 'usage'] });
		await revoked.closed;
		assert.equal(stream.socket.closed, false);
	});
});

describe('A request in progress through the gateway of a window', () => {
	const servers = new GatewayServers();
	let parentFolder: string;
	let controller: GatewayController;
	/** The sources of the window and of another one with the same workspace. */
	let source: WorkspaceSource;
	let otherSource: WorkspaceSource;

	beforeEach(async () => {
		parentFolder = await mkdtemp(join(tmpdir(), 'connect-tokens-streams-'));
		const folder = join(parentFolder, 'store');
		const vault = new MemoryVault();
		[source, otherSource] = [0, 1].map(() => new WorkspaceSource({ ...DEFAULT_OPTIONS, folder, vault })) as [
			WorkspaceSource,
			WorkspaceSource,
		];
		const upstream = await servers.upstream((_, response) => response.write('data: first\n\n'));
		controller = new GatewayController({
			workerPath: join(repositoryRoot, 'out/gateway.js'),
			loadConfiguration: () => Promise.resolve(createConfiguration({ folder, upstream })),
			clock: DEFAULT_OPTIONS.clock,
			log: silentLog,
		});
		source.onDidChange(() => controller.notifyTokensChanged());
	});
	afterEach(async () => {
		await controller.stop();
		source.dispose();
		otherSource.dispose();
		await servers.stopAll();
		await rm(parentFolder, { recursive: true, force: true });
	});

	async function openStream(id: string): Promise<RawConnection> {
		const { port, host } = new URL(await controller.start());
		const key = await source.readKey(id);
		assert.ok('authorization' in key);
		const connection = new RawConnection(Number(port));
		connection.send('GET /products HTTP/1.1', `Host: ${host}`, `Authorization: ${key.authorization}`, '', '');
		assert.match(await connection.until(/first/), /^HTTP\/1\.1 200 /);
		return connection;
	}

	const changes: Record<string, (changing: WorkspaceSource, id: string) => Promise<unknown>> = {
		disables: (changing, id) => changing.disable(id),
		deletes: (changing, id) => changing.delete(id),
		rotates: (changing, id) => changing.rotate(id),
		'removes the module from': (changing, id) => changing.update(id, { permissions: ['usage'] }),
	};
	for (const [change, apply] of Object.entries(changes)) {
		for (const window of ['this window', 'another window']) {
			it(`is closed if ${window} ${change} its token`, async () => {
				const { id } = await source.create({ name: 'Token', permissions: ['products'] });
				const other = await source.create({ name: 'Other', permissions: ['products'] });
				const [stream, otherStream] = [await openStream(id), await openStream(other.id)];
				await apply(window === 'this window' ? source : otherSource, id);
				await stream.closed;
				assert.equal(otherStream.socket.closed, false);
			});
		}
	}

	it('is closed when its token expires', async () => {
		// Starting the gateway can take longer than the token is valid.
		await openStream((await source.create({ name: 'Other', permissions: ['products'] })).id);
		const expirationDate = new Date(Date.now() + 2 * EXPIRES_SOON_MS).toISOString();
		const { id } = await source.create({ name: 'Token', permissions: ['products'], expirationDate });
		const stream = await openStream(id);
		await stream.closed;
		assert.ok(Date.now() >= Date.parse(expirationDate), 'not before that');
	});
});
