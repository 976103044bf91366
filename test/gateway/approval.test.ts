import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket, WebSocketServer } from 'ws';
import { ALLOWED_PERIOD_MS } from '../../src/domain/approvalRequest';
import type { Approval } from '../../src/domain/tokenLimits';
import type { TokenRecord } from '../../src/domain/token';
import { VERSION_CHECK_TTL_MS } from '../../src/gateway/currentTokens';
import { DEFAULT_TIMEOUTS, MAX_HELD_REQUESTS, type GatewayTimeouts } from '../../src/gateway/gatewayLimits';
import { ApprovalWindow } from '../support/gateway/approvalWindow';
import { GatewayServers, RawConnection, type RunningGateway } from '../support/gateway/gatewayServers';
import { createKeyRecord, issueToken } from '../support/gateway/memoryTokens';

const MEGABYTE = 2 ** 20;

describe('A request that requires approval', () => {
	const servers = new GatewayServers();
	let window: ApprovalWindow;
	let gateway: RunningGateway;
	let now: number;
	/** Requests that the upstream received. */
	let forwarded: string[];

	afterEach(() => servers.stopAll());

	async function start(
		approval: Approval = 'always',
		{
			timeouts = {},
			respond = (_, response) => response.end('done'),
		}: { timeouts?: Partial<GatewayTimeouts>; respond?: RequestListener } = {},
	): Promise<void> {
		[window, now, forwarded] = [new ApprovalWindow(), Date.now(), []];
		const upstream = await servers.upstream((request, response) => {
			forwarded.push(`${request.method ?? ''} ${request.url ?? ''}`);
			respond(request, response);
		});
		const owner = issueToken(approval === 'never' ? {} : { approval });
		gateway = await servers.gateway({ upstream }, { owner, clock: () => new Date(now), timeouts, approvals: window });
	}

	/** Formats a request for a connection of its own, or for several on one. */
	const format = (line: string, ...headers: readonly string[]) =>
		[`${line} HTTP/1.1`, `Host: 127.0.0.1:${gateway.port}`, `Authorization: ${gateway.owner.authorization}`, ...headers, '', ''].join(
			'\r\n',
		);

	const errorOf = async (response: Response) => [response.status, ((await response.json()) as { errors: string[] }).errors[0]!] as const;

	/** Changes the tokens like another window on a system that can't watch files, and waits until their version is checked again. */
	const changeSilently = async (...tokens: readonly TokenRecord[]) => {
		gateway.tokens.replaceSilently(...tokens);
		// A timer can be a millisecond early.
		await wait(2 * VERSION_CHECK_TTL_MS);
	};

	const changeToken = (changes: Partial<TokenRecord>) => gateway.tokens.replace({ ...gateway.owner.token, ...changes });

	it('is forwarded once it is allowed, and not before', async () => {
		await start();
		const response = gateway.fetch('/products?key=value');
		const id = await window.untilAsked();
		assert.deepEqual(forwarded, []);
		gateway.gateway.decideApproval(id, 'allow');
		assert.equal(await (await response).text(), 'done');
		assert.deepEqual(forwarded, ['GET /products?key=value']);
		assert.deepEqual(await gateway.counts(), { 200: 1 });
		assert.deepEqual(window.ended, []);
		void gateway.fetch('/products').catch(() => undefined);
		await window.untilAsked(2);
	});

	it('gets 403 with the reason if it is denied', async () => {
		await start();
		for (const [index, [decision, reason]] of (
			[
				['deny', /denied in VS Code/],
				['denyWithoutQuestion', /without a question for a minute/],
			] as const
		).entries()) {
			const response = gateway.fetch('/products', { method: 'POST', body: 'body' });
			gateway.gateway.decideApproval(await window.untilAsked(index + 1), decision);
			const [status, message] = await errorOf(await response);
			assert.equal(status, 403);
			assert.match(message, reason);
			assert.ok(message.includes(gateway.owner.token.id));
		}
		assert.deepEqual(forwarded, []);
		assert.deepEqual(await gateway.counts(), { 403: 2 });
	});

	it('counts toward the limits only once it is allowed, and is denied if they are used up by then', async () => {
		await start();
		changeToken({ limits: { total: 2 } });
		const ask = async (count: number) => {
			const response = gateway.fetch('/products');
			const id = await window.untilAsked(count);
			return { response, decide: (decision: 'allow' | 'deny') => gateway.gateway.decideApproval(id, decision) };
		};
		for (const count of [1, 2, 3]) {
			const { response, decide } = await ask(count);
			decide('deny');
			assert.equal((await response).status, 403);
		}
		const held = [await ask(4), await ask(5), await ask(6)];
		for (const [index, { response, decide }] of held.entries()) {
			decide('allow');
			const { status, headers } = await response;
			assert.equal(status, [200, 200, 429][index]);
			assert.equal(headers.get('ratelimit'), `"total";r=${[1, 0, 0][index]}`);
		}
		// There's no question about a request that can't be made anyway.
		assert.equal((await gateway.fetch('/products')).status, 429);
		assert.equal(forwarded.length, 2);
	});

	it('is described without its query and without keys, in bounded length', async () => {
		await start();
		const key = gateway.owner.secret;
		const paths = [`/products/${key}?key=${key}`, `/${'x'.repeat(20_000)}/end`];
		paths.forEach((path) => void gateway.fetch(path).catch(() => undefined));
		await window.untilAsked(2);
		const [first, second] = window.asked.toSorted((left, right) => left.path.length - right.path.length);
		assert.deepEqual(
			{ ...first, id: 0, clientPort: 0 },
			{
				id: 0,
				tokenId: gateway.owner.token.id,
				tokenName: gateway.owner.token.name,
				method: 'GET',
				path: '/products/**********',
				effect: 'none',
				clientPort: 0,
				gatewayPort: gateway.port,
			},
		);
		assert.ok(first!.clientPort > 0);
		assert.match(second!.path, /^\/x+…x+\/end$/);
		assert.ok(second!.path.length <= 300);
	});

	it('is one that can write, if only those require approval: other methods, overridden methods, and WebSockets', async () => {
		await start('writes');
		for (const method of ['GET', 'HEAD', 'OPTIONS']) {
			assert.equal((await gateway.fetch('/products', { method })).status, 200);
		}
		const webSocket = new WebSocket(`ws://127.0.0.1:${gateway.port}/devops`, { headers: { authorization: gateway.owner.authorization } });
		webSocket.on('error', () => undefined);
		await window.untilAsked(1);
		for (const [index, [method, path]] of (
			[
				['POST', '/products'],
				['DELETE', '/products/1'],
				['GET', '/products?_method=DELETE'],
			] as const
		).entries()) {
			void gateway.fetch(path, { method }).catch(() => undefined);
			await window.untilAsked(index + 2);
		}
		assert.deepEqual(
			window.asked.map(({ method, effect }) => [method, effect]),
			[
				['GET', 'webSocket'],
				['POST', 'none'],
				['DELETE', 'none'],
				['GET', 'otherMethod'],
			],
		);
		assert.equal(forwarded.length, 3);
	});

	it('is denied before the question if the token does not permit it anyway', async () => {
		await start();
		changeToken({ permissions: ['products'] });
		assert.equal((await gateway.fetch('/usage')).status, 403);
		changeToken({ enabled: false });
		assert.equal((await gateway.fetch('/products')).status, 401);
		assert.deepEqual(window.asked, []);
	});

	it('keeps its body at the client until it is allowed, and then streams all of it', async () => {
		const received = createHash('sha256');
		await start('always', {
			respond: (request, response) => {
				request.on('data', (chunk: Buffer) => received.update(chunk)).on('end', () => response.end('done'));
			},
		});
		const sent = createHash('sha256');
		const request = httpRequest(`${gateway.origin}/products`, {
			method: 'POST',
			headers: { authorization: gateway.owner.authorization, 'content-length': String(100 * MEGABYTE) },
		});
		const chunk = randomBytes(MEGABYTE);
		for (let index = 0; index < 100; index++) {
			sent.update(chunk);
			request.write(chunk);
		}
		request.end();
		const id = await window.untilAsked();
		const { socket } = request;
		// What the systems of both ends buffer is sent, and then nothing more.
		let lastWritten = -1;
		while (lastWritten !== socket!.bytesWritten - socket!.writableLength) {
			lastWritten = socket!.bytesWritten - socket!.writableLength;
			await wait(100);
		}
		assert.ok(lastWritten < 20 * MEGABYTE, `${lastWritten} bytes were sent`);
		assert.deepEqual(forwarded, []);
		gateway.gateway.decideApproval(id, 'allow');
		const [response] = (await once(request, 'response')) as [IncomingMessage];
		assert.equal(await text(response), 'done');
		assert.equal(received.digest('hex'), sent.digest('hex'));
	});

	it('gets 100 Continue only once it is allowed', async () => {
		await start('writes', { respond: (request, response) => void request.pipe(response) });
		const post = format('POST /products', 'Content-Length: 4', 'Expect: 100-continue');
		const allowed = new RawConnection(gateway.port).send(post);
		const id = await window.untilAsked();
		assert.equal(allowed.received, '');
		gateway.gateway.decideApproval(id, 'allow');
		assert.equal(await allowed.until(/\r\n\r\n/), 'HTTP/1.1 100 Continue\r\n\r\n');
		assert.match(await allowed.send('body').until(/body/), /HTTP\/1\.1 200 OK[^]*body/);
		const denied = new RawConnection(gateway.port).send(post);
		gateway.gateway.decideApproval(await window.untilAsked(2), 'deny');
		assert.match(await denied.until(/errors/), /^HTTP\/1\.1 403 /);
	});

	for (const [name, lines] of Object.entries({
		'a request without a body': (): string => format('GET /products'),
		'a request with a body': (): string => `${format('POST /products', 'Content-Length: 4')}body`,
		'a request whose body is incomplete': (): string => `${format('POST /products', 'Content-Length: 400')}body`,
		'pipelined requests': (): string => format('GET /products').repeat(2),
		'a WebSocket': (): string => format('GET /devops', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'),
	})) {
		it(`is canceled if the client disconnects: ${name}`, async () => {
			await start();
			const connection = new RawConnection(gateway.port).send(lines());
			const count = name === 'pipelined requests' ? 2 : 1;
			await window.untilAsked(count);
			connection.socket.destroy();
			assert.deepEqual(
				await window.untilEnded(count),
				Array.from({ length: count }, () => 'disconnected'),
			);
			window.asked.forEach(({ id }) => gateway.gateway.decideApproval(id, 'allow'));
			assert.deepEqual(await gateway.counts(), {});
			assert.deepEqual(forwarded, []);
		});
	}

	it('is not forwarded completely if the client disconnects while most of its body is unread', async () => {
		let bodySize = 0;
		let isComplete = false;
		await start('always', {
			respond: (request) => request.on('data', (chunk: Buffer) => (bodySize += chunk.length)).on('end', () => (isComplete = true)),
		});
		const connection = new RawConnection(gateway.port).send(format('POST /products', `Content-Length: ${20 * MEGABYTE}`));
		const id = await window.untilAsked();
		connection.socket.write(Buffer.alloc(MEGABYTE));
		connection.socket.end();
		gateway.gateway.decideApproval(id, 'allow');
		await connection.closed;
		assert.ok(bodySize < 20 * MEGABYTE && !isComplete);
	});

	it('gets 403 if nobody answers in time, and a later answer has no effect', async () => {
		await start('always', { timeouts: { approvalMs: 50 } });
		const response = await gateway.fetch('/products', { method: 'POST', body: 'body' });
		const [status, message] = await errorOf(response);
		assert.equal(status, 403);
		assert.match(message, /wasn't answered within 1 seconds?/);
		assert.deepEqual(window.ended, ['timedOut']);
		gateway.gateway.decideApproval(window.asked[0]!.id, 'allowForAWhile');
		assert.equal((await gateway.fetch('/products')).status, 403, 'it also allows no other request');
		assert.deepEqual(forwarded, []);
	});

	it('gets 403 if the answer comes after the machine was asleep for longer than it could wait', async () => {
		await start();
		const response = gateway.fetch('/products');
		const id = await window.untilAsked();
		now += DEFAULT_TIMEOUTS.approvalMs;
		gateway.gateway.decideApproval(id, 'allow');
		assert.match((await errorOf(await response))[1], /within 60 seconds/);
		assert.deepEqual(window.ended, ['timedOut']);
		assert.deepEqual(forwarded, []);
	});

	for (const [name, change, status] of [
		['disabled', () => changeToken({ enabled: false }), 401],
		['rotated', () => changeToken({ key: createKeyRecord('00'.repeat(20)) }), 401],
		['deleted', () => gateway.tokens.replace(), 401],
		['changed and loses the module', () => changeToken({ permissions: ['usage'] }), 403],
	] as const) {
		it(`is denied when its token is ${name}`, async () => {
			await start();
			const response = gateway.fetch('/products', { method: 'POST', body: 'body' });
			await window.untilAsked();
			change();
			assert.equal((await response).status, status);
			assert.deepEqual(window.ended, ['notPermitted']);
			assert.deepEqual(forwarded, []);
		});
	}

	it('is checked again after it was allowed', async () => {
		await start();
		const response = gateway.fetch('/products');
		const id = await window.untilAsked();
		await changeSilently({ ...gateway.owner.token, permissions: ['usage'] });
		gateway.gateway.decideApproval(id, 'allow');
		assert.match((await errorOf(await response))[1], /doesn't have access to module/);
		assert.deepEqual(forwarded, []);
	});

	it('is denied if the tokens cannot be read when it is allowed', async () => {
		await start();
		const response = gateway.fetch('/products');
		const id = await window.untilAsked();
		gateway.tokens.failure = new Error('unreadable');
		await changeSilently(gateway.owner.token);
		gateway.gateway.decideApproval(id, 'allow');
		assert.equal((await response).status, 503);
		assert.deepEqual(forwarded, []);
	});

	it('is allowed with all others of its token for 10 minutes', async () => {
		const other = issueToken({ approval: 'always' });
		await start();
		gateway.tokens.replace(gateway.owner.token, other.token);
		const responses = ['/a', '/b', '/c'].map((path) => gateway.fetch(path, { method: 'POST' }));
		await window.untilAsked(3);
		gateway.gateway.decideApproval(window.asked[1]!.id, 'allowForAWhile');
		for (const response of responses) {
			assert.equal((await response).status, 200);
		}
		assert.deepEqual(window.ended, ['allowed', 'allowed']);
		now += ALLOWED_PERIOD_MS - 1;
		assert.equal((await gateway.fetch('/d')).status, 200);
		assert.equal(window.asked.length, 3);
		void gateway.fetch('/d', { headers: { authorization: other.authorization } }).catch(() => undefined);
		await window.untilAsked(4);
		now += 1;
		void gateway.fetch('/d').catch(() => undefined);
		await window.untilAsked(5);
	});

	for (const [name, change] of Object.entries<() => unknown>({
		'the token’s permissions change': () => changeToken({ permissions: ['products'] }),
		'the token’s approval changes': () => changeToken({ approval: 'writes' }),
		'the token’s key changes': () => changeToken({ key: { ...gateway.owner.token.key, id: 'key-other' } }),
		'the token’s key gets a previous one': () => changeToken({ previousKey: createKeyRecord('00'.repeat(20)) }),
		'the clock is set back': () => void (now -= 2),
		'the gateway has stopped': async () => {
			const { owner, tokens } = gateway;
			await gateway.gateway.stop();
			gateway = await servers.gateway({}, { owner, clock: () => new Date(now), approvals: window });
			gateway.tokens.replace(...(await tokens.read()).tokens);
		},
	})) {
		it(`is asked about again within the 10 minutes once ${name}`, async () => {
			await start();
			const response = gateway.fetch('/products', { method: 'POST' });
			gateway.gateway.decideApproval(await window.untilAsked(), 'allowForAWhile');
			assert.equal((await response).status, 200);
			changeToken({ name: 'Renamed' });
			now += 1;
			assert.equal((await gateway.fetch('/products', { method: 'POST' })).status, 200, 'the name does not matter');
			await change();
			const next = gateway.fetch('/products', { method: 'POST' });
			gateway.gateway.decideApproval(await window.untilAsked(2), 'deny');
			assert.equal((await next).status, 403);
		});
	}

	it('gets 429 if too many others are waiting', async () => {
		await start();
		const responses = Array.from({ length: MAX_HELD_REQUESTS }, () => gateway.fetch('/products'));
		await window.untilAsked(MAX_HELD_REQUESTS);
		const [status, message] = await errorOf(await gateway.fetch('/products'));
		assert.equal(status, 429);
		assert.match(message, /100 requests are waiting for approval/);
		window.asked.forEach(({ id }) => gateway.gateway.decideApproval(id, 'allow'));
		const statuses = (await Promise.all(responses)).map((response) => response.status);
		assert.deepEqual(new Set(statuses), new Set([200]));
		assert.equal(forwarded.length, MAX_HELD_REQUESTS);
		void gateway.fetch('/products').catch(() => undefined);
		await window.untilAsked(MAX_HELD_REQUESTS + 1);
	});

	it('is answered in order if it was pipelined', async () => {
		await start('writes', { respond: (request, response) => response.end(`<${request.url ?? ''}>`) });
		const post = (path: string) => `${format(`POST ${path}`, 'Content-Length: 4')}body`;
		const connection = new RawConnection(gateway.port).send(post('/a') + post('/b') + format('GET /c') + post('/d'));
		await window.untilAsked(3);
		const [first, second, third] = window.asked.map(({ id }) => id);
		gateway.gateway.decideApproval(third!, 'allow');
		gateway.gateway.decideApproval(second!, 'deny');
		gateway.gateway.decideApproval(first!, 'allow');
		const received = await connection.until(/<\/d>/);
		assert.deepEqual(received.match(/HTTP\/1\.1 \d+|<\/\w>/g), [
			...['HTTP/1.1 200', '</a>', 'HTTP/1.1 403'],
			...['HTTP/1.1 200', '</c>', 'HTTP/1.1 200', '</d>'],
		]);
	});

	it('opens a WebSocket once it is allowed, and closes the connection if it is denied', async () => {
		await start();
		const server = createServer();
		new WebSocketServer({ server }).on('connection', (socket) => socket.on('message', (data) => socket.send(data)));
		const owner = issueToken({ approval: 'writes' });
		gateway = await servers.gateway({ upstream: await servers.listen(server, 'http') }, { owner, approvals: window });
		const open = () => new WebSocket(`ws://127.0.0.1:${gateway.port}/devops`, { headers: { authorization: owner.authorization } });
		const socket = open();
		gateway.gateway.decideApproval(await window.untilAsked(), 'allow');
		await once(socket, 'open');
		socket.send('hello');
		const [data] = (await once(socket, 'message')) as [Buffer];
		assert.equal(data.toString(), 'hello');
		socket.terminate();
		const denied = open();
		gateway.gateway.decideApproval(await window.untilAsked(2), 'deny');
		const [, response] = (await once(denied, 'unexpected-response')) as [unknown, IncomingMessage];
		assert.equal(response.statusCode, 403);
		denied.on('error', () => undefined).terminate();
	});

	it('gets 503 when the gateway stops', async () => {
		await start();
		const connection = new RawConnection(gateway.port).send(format('GET /products'));
		const response = gateway.fetch('/products', { method: 'POST', body: 'body' });
		await window.untilAsked(2);
		const stopped = gateway.gateway.stop();
		const [status, message] = await errorOf(await response);
		assert.equal(status, 503);
		assert.match(message, /stopped before the request was approved/);
		assert.match(await connection.readToEnd(), /^HTTP\/1\.1 503 /);
		await stopped;
		assert.deepEqual(window.ended, ['stopped', 'stopped']);
		assert.deepEqual(forwarded, []);
	});

	it('gets 403 if the gateway has no window', async () => {
		const owner = issueToken({ approval: 'writes' });
		gateway = await servers.gateway({}, { owner });
		assert.equal((await gateway.fetch('/products')).status, 200);
		const [status, message] = await errorOf(await gateway.fetch('/products', { method: 'POST' }));
		assert.equal(status, 403);
		assert.match(message, /has no window/);
	});
});
