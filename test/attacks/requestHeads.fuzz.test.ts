import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fuzzParameters, fuzzSeed } from '../support/fuzzing';
import { GatewayServers, RawConnection, type RunningGateway } from '../support/gateway/gatewayServers';
import { getValues, readMessages, type Message } from '../support/messageReader';
import { damage } from '../support/damage';

const CREDENTIAL = 'Bearer upstream-credential';
/** How the gateway must start each request: no spaces in the target, which is below the base path. */
const REQUEST_LINE = /^[A-Z-]+ \/v1(?:[/?][\x21-\x7e\x80-\xff]*)? HTTP\/1\.1$/;

/** Bodies, most of them with the header lines that belong to them. */
const framings = fc.constantFrom<[line: string, body: string]>(
	['', ''],
	['Content-Length: 3', 'abc'],
	['Content-Length: 0', ''],
	['Content-Length: 41', 'GET /v1/smuggled HTTP/1.1\r\nHost: a.bcd\r\n\r\n'],
	['Transfer-Encoding: chunked', '3\r\nabc\r\n0\r\n\r\n'],
	['Transfer-Encoding: chunked', '3;a=b\r\nabc\r\n0\r\nAuthorization: other\r\nX-T: 1\r\n\r\n'],
	['Transfer-Encoding: chunked', '1f\r\nGET /v1/smuggled HTTP/1.1\r\nA: b\r\n0\r\n\r\n'],
	['Transfer-Encoding:\tchunked\t', '0\r\n\r\n'],
	['Trailer: Authorization, X-T\r\nTransfer-Encoding: chunked', '3\r\nabc\r\n0\r\nAuthorization: other\r\nX-T: 1\r\n\r\n'],
	['Content-Length: +3', 'abc'],
	['Content-Length: 3, 3', 'abc'],
	['Content-Length: 3\r\nContent-Length: 3', 'abc'],
	['Content-Length: 6\r\nTransfer-Encoding: chunked', '0\r\n\r\nG'],
	['Transfer-Encoding: chunked, identity', '0\r\n\r\n'],
	['Transfer-Encoding : chunked', '0\r\n\r\n'],
	['Transfer-Encoding: xchunked', '0\r\n\r\n'],
	['Transfer_Encoding: chunked\r\nContent-Length: 5', '0\r\n\r\n'],
);

const headerLines = fc.constantFrom(
	'Connection: keep-alive',
	'Connection: content-length, transfer-encoding',
	'Connection: host, authorization',
	'Connection: Upgrade\r\nUpgrade: websocket',
	'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk',
	'Expect: 100-continue',
	'TE: trailers',
	'X-HTTP-Method-Override: DELETE',
	'X-Original-URL: /v1/smuggled',
	'X-Forwarded-Host: other.example',
	'Cookie: a=b',
	'Accept: text/plain, */*',
	'X-A:',
	'X-A: b\r\n c',
	'X-A: b\rX-B: c',
	'Host: other.example',
	'Expect: something',
);

/** Mostly valid values, because the gateway rejects a request for the first fault in it. */
const mostly = <T>(valid: readonly T[], invalid: readonly T[]) =>
	fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...valid) }, { weight: 1, arbitrary: fc.constantFrom(...invalid) });

const attempts = fc.record({
	method: mostly(['GET', 'POST', 'HEAD', 'OPTIONS', 'DELETE'], ['TRACE', 'CONNECT', 'get']),
	target: mostly(['/v1/a', '/v1/a?b=c', '/v1/a%20b', '/v1'], ['*', '/a', 'http://other.example/v1/a', '/v1/a b', '/v1/a#b', '//v1/a']),
	version: mostly(['HTTP/1.1'], ['HTTP/1.0', 'HTTP/1.2', 'HTTP/2.0']),
	framing: framings,
	lines: fc.array(headerLines, { maxLength: 2 }),
	/** Whether a request without a key follows on the connection. */
	isFollowed: fc.boolean(),
	/** Whether the next request is sent without waiting for the response. An invalid one then also ends those before it. */
	isPipelined: fc.boolean(),
	damage: damage(),
});

describe(`Request heads of any form (seed ${fuzzSeed})`, function () {
	this.timeout(0);
	const servers = new GatewayServers();
	let gateway: RunningGateway;
	/** What the upstream received, by connection. */
	const received: string[] = [];

	before(async () => {
		const connections = new WeakMap<object, number>();
		const upstream = await servers.rawUpstream((socket, bytes) => {
			const index = connections.get(socket) ?? received.push('') - 1;
			connections.set(socket, index);
			received[index] = (received[index] ?? '') + bytes;
			// Closing the connection after each response keeps the attempts apart.
			socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok');
		});
		gateway = await servers.gateway(
			{ upstream: `${upstream}/v1`, credential: CREDENTIAL },
			{ timeouts: { requestHeadersMs: 200, bodyIdleMs: 100, keepAliveMs: 200, upstreamHeadersMs: 500 } },
		);
	});

	after(() => servers.stopAll());

	it('reach the upstream as requests that can be read in one way only, with its credential, or not at all', async () => {
		await fc.assert(
			fc.asyncProperty(attempts, async ({ method, target, version, framing: [line, body], lines, isFollowed, isPipelined, damage }) => {
				received.length = 0;
				const identity = [`Host: 127.0.0.1:${gateway.port}`, `Authorization: ${gateway.owner.authorization}`];
				const first = [`${method} ${target} ${version}`, ...identity, ...lines, ...(line ? [line] : []), '', body].join('\r\n');
				const second = isFollowed ? `GET /v1/smuggled HTTP/1.1\r\n${identity[0]!}\r\n\r\n` : '';
				const last = ['GET /v1/last HTTP/1.1', ...identity, 'Connection: close', '', ''].join('\r\n');
				const connection = new RawConnection(gateway.port).send(damage(first));
				if (!isPipelined) {
					await connection.until(/^HTTP\/1\.1 [2-5]/m);
				}
				await connection.send(second + last).readToEnd();
				const requests = received.flatMap((bytes) => readMessages(bytes, REQUEST_LINE, () => 'counted'));
				assert.ok(requests.length <= 2, 'only requests with a key are forwarded');
				requests.filter(({ startLine }) => startLine !== '').forEach(checkRequest);
			}),
			fuzzParameters(400),
		);
		assert.equal((await gateway.fetch('/v1/a')).status, 200);
	});

	function checkRequest(request: Message): void {
		assert.deepEqual(getValues(request, 'authorization'), [CREDENTIAL]);
		assert.equal(getValues(request, 'host').length, 1);
		assert.doesNotMatch(request.startLine, /smuggled/);
		for (const name of ['cookie', 'x-original-url', 'x-http-method-override', 'transfer_encoding']) {
			assert.deepEqual(getValues(request, name), []);
		}
		// A damaged size of a chunk makes the next request a part of the body, which is the caller's.
		assert.ok(!JSON.stringify({ ...request, body: '' }).includes(gateway.owner.authorization), 'the caller’s key stays in the gateway');
	}
});
