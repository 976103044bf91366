import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import { eventually } from '../support/eventually';
import { GatewayServers, RawConnection, type RunningGateway } from '../support/gateway/gatewayServers';

const REQUEST_COUNT = 1000;
/** How many requests of one connection may be forwarded at the same time. */
const MAX_FORWARDED = 32;

describe('A thousand pipelined requests', () => {
	const servers = new GatewayServers();
	let gateway: RunningGateway;
	/** Responses that the upstream hasn't sent yet. */
	let waiting: ServerResponse[];
	let connectionCount: number;
	let received: string[];
	afterEach(() => servers.stopAll());

	beforeEach(async () => {
		[waiting, connectionCount, received] = [[], 0, []];
		const server = createServer((request, response) => {
			received.push(request.url ?? '');
			request.resume().on('end', () => waiting.push(response));
		});
		server.on('connection', () => connectionCount++);
		gateway = await servers.gateway({ upstream: await servers.listen(server, 'http') });
	});

	const formatRequest = (path: string, method = 'GET', ...lines: readonly string[]) =>
		[`${method} ${path} HTTP/1.1`, `Host: 127.0.0.1:${gateway.port}`, `Authorization: ${gateway.owner.authorization}`, ...lines].join(
			'\r\n',
		);
	const endpoint = (index: number) => `/products/${index}`;

	it('are forwarded at most 32 at a time, and all get their response in order', async () => {
		const connection = new RawConnection(gateway.port);
		connection.send(Array.from({ length: REQUEST_COUNT }, (_, index) => `${formatRequest(endpoint(index))}\r\n\r\n`).join(''));
		let maxWaiting = 0;
		let answeredCount = 0;
		while (answeredCount < REQUEST_COUNT) {
			const expected = Math.min(MAX_FORWARDED, REQUEST_COUNT - answeredCount);
			await eventually(() => assert.ok(waiting.length >= expected), 10_000, 1);
			const answered = waiting.splice(0);
			answeredCount += answered.length;
			maxWaiting = Math.max(maxWaiting, answered.length);
			// In reverse order, because the first response lets all the others pass.
			answered.reverse().forEach((response) => response.end(response.req.url));
		}
		const responses = await connection.until(new RegExp(`${endpoint(REQUEST_COUNT - 1)}$`, 'm'));
		const bodies = responses.match(/^\/products\/\d+/gm);
		assert.deepEqual(
			bodies,
			Array.from({ length: REQUEST_COUNT }, (_, index) => endpoint(index)),
		);
		assert.equal(maxWaiting, MAX_FORWARDED);
		assert.ok(connectionCount <= 2 * MAX_FORWARDED, `${connectionCount} connections to the upstream`);
	});

	it('wait unread, so that a client that sends them for any time doesn’t fill the memory', async () => {
		const connection = new RawConnection(gateway.port);
		// More than the system accepts for a connection that isn't read.
		connection.socket.write(`${formatRequest('/products')}\r\n\r\n`.repeat(300_000));
		await eventually(() => assert.equal(waiting.length, MAX_FORWARDED));
		for (let count = 0; count < 100; count++) {
			const denied = await gateway.fetch('/products', { headers: { authorization: 'unknown' } });
			assert.equal(denied.status, 401, await denied.text());
		}
		assert.ok(connection.socket.writableLength > 0, 'the rest is still at the client');
		assert.equal(waiting.length, MAX_FORWARDED);
		connection.socket.destroy();
	});

	it('don’t delay other connections', async () => {
		const connection = new RawConnection(gateway.port);
		connection.send(Array.from({ length: 100 }, (_, index) => `${formatRequest(endpoint(index))}\r\n\r\n`).join(''));
		await eventually(() => assert.equal(waiting.length, MAX_FORWARDED));
		const other = gateway.fetch('/products/other');
		await eventually(() => assert.ok(received.includes('/products/other')));
		waiting.at(-1)!.end('other');
		assert.equal(await (await other).text(), 'other');
		connection.socket.destroy();
	});

	it('can have bodies, also after those that wait', async () => {
		const connection = new RawConnection(gateway.port);
		const body = 'x'.repeat(300_000);
		const get = `${formatRequest('/products')}\r\n\r\n`.repeat(40);
		connection.send(
			`${get}${formatRequest('/products/upload', 'POST', `Content-Length: ${body.length}`)}\r\n\r\n${body}${formatRequest('/products/last')}\r\n\r\n`,
		);
		let answeredCount = 0;
		while (answeredCount < 42) {
			await eventually(() => assert.ok(waiting.length > 0), 10_000, 1);
			const answered = waiting.splice(0);
			answeredCount += answered.length;
			answered.forEach((response) => response.end(`[${response.req.url}]`));
		}
		const responses = await connection.until(/\[\/products\/last\]/);
		assert.equal(responses.match(/HTTP\/1\.1 200 /g)?.length, 42);
	});

	it('are dropped if the client disconnects', async () => {
		const connection = new RawConnection(gateway.port);
		connection.send(`${formatRequest('/products')}\r\n\r\n`.repeat(50));
		await eventually(() => assert.equal(waiting.length, MAX_FORWARDED));
		connection.socket.resetAndDestroy();
		waiting.forEach((response) => response.end('late'));
		await eventually(() => assert.ok(waiting.every(({ closed }) => closed)));
		assert.equal(await fetchOnce(), 'other');
	});

	/** Sends a request on another connection and answers it. */
	async function fetchOnce(): Promise<string> {
		const other = gateway.fetch('/products/other');
		await eventually(() => assert.ok(received.includes('/products/other')));
		waiting.at(-1)!.end('other');
		return (await other).text();
	}
});
