import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import fc from 'fast-check';
import { damage } from '../support/damage';
import { fuzzParameters, fuzzSeed } from '../support/fuzzing';
import { GatewayServers, RawConnection, type RunningGateway } from '../support/gateway/gatewayServers';
import { getValues, readMessages, type Message } from '../support/messageReader';

const CREDENTIAL = 'Bearer upstream-credential';
/** Statuses above 599 are invalid, but clients read them in the same way (RFC 9110, section 15). */
const STATUS_LINE = /^HTTP\/1\.1 [1-9]\d\d [\t\x20-\x7e\x80-\xff]*$/;

const responses = fc.constantFrom(
	'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
	'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nSet-Cookie: session=1; Secure\r\n\r\nhello',
	'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T, Set-Cookie\r\n\r\n5\r\nhello\r\n0\r\nX-T: 1\r\nSet-Cookie: session=1\r\n\r\n',
	'HTTP/1.1 200 OK\r\n\r\nup to the end',
	'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\nframes',
	'HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\nHTTP/1.1 302 Found\r\nLocation: /v1/x\r\nContent-Length: 0\r\n\r\n',
	'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
	'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\nContent-Length: 2\r\n\r\nno',
	'HTTP/1.0 204 No Content\r\n\r\n',
	'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\nETag: "x"\r\n\r\n',
	'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nsplit',
);

const insertions = [
	...['\r\n', '\n', '\r', '\0', '\xff', ' ', '\t', ':', '\r\n\r\n', '101', '199', '999', '000', 'HTTP/2', 'ffffffffff\r\n', '0\r\n\r\n'],
	...['Content-Length: 3\r\n', 'Transfer-Encoding: chunked\r\n', 'Connection: close\r\n', 'Connection: content-length, location\r\n'],
	...[
		'HTTP/1.1 100 Continue\r\n\r\n',
		'HTTP/1.1 102 P\r\n\r\n',
		'Trailer: Set-Cookie\r\n',
		'Location: //x\r\n',
		'X-\xe9: y\r\n',
		'X-A: b\r\n c\r\n',
	],
	`X-Long: ${'a'.repeat(70_000)}\r\n`,
];

const attempts = fc.record({
	method: fc.constantFrom('GET', 'GET', 'HEAD', 'POST'),
	isWebSocket: fc.nat(5).map((number) => number === 0),
	response: responses,
	damage: damage(insertions),
	/** Where the response is divided into two packets. */
	cut: fc.nat(),
	isReset: fc.boolean(),
});

describe(`Response heads of any form (seed ${fuzzSeed})`, function () {
	this.timeout(0);
	const servers = new GatewayServers();
	let gateway: RunningGateway;
	let respond: (socket: Socket) => void;

	before(async () => {
		const upstream = await servers.rawUpstream((socket) => respond(socket));
		gateway = await servers.gateway({ upstream: `${upstream}/v1`, credential: CREDENTIAL }, { timeouts: { upstreamHeadersMs: 500 } });
	});

	after(() => servers.stopAll());

	it('reach the client as one response that can be read in one way only, without cookies and credentials', async () => {
		await fc.assert(
			fc.asyncProperty(attempts, async ({ method, isWebSocket, response, damage, cut, isReset }) => {
				const bytes = Buffer.from(damage(response), 'latin1');
				respond = (socket) => {
					const end = cut % (bytes.length + 1);
					socket.write(bytes.subarray(0, end));
					// The second packet is sent once the first one was, so undici reads them one after another.
					socket.write(bytes.subarray(end), () => (isReset ? socket.resetAndDestroy() : socket.end()));
				};
				const lines = [
					...[`${method} /v1/a HTTP/1.1`, `Host: 127.0.0.1:${gateway.port}`, `Authorization: ${gateway.owner.authorization}`],
					...(isWebSocket
						? ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==']
						: ['Connection: close']),
				];
				checkResponses(await new RawConnection(gateway.port).send(...lines, '', '').readToEnd(), method);
			}),
			fuzzParameters(600),
		);
		respond = (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
		assert.equal((await gateway.fetch('/v1/a')).status, 200);
	});

	/** Asserts that the client receives any number of informational responses and then a single other one. */
	function checkResponses(received: string, method: string): void {
		assert.ok(!received.includes(CREDENTIAL));
		const upgrade = received.startsWith('HTTP/1.1 101 ') ? received.indexOf('\r\n\r\n') + 4 : received.length;
		const messages = readMessages(received.slice(0, upgrade), STATUS_LINE, (message) => getBodyKind(message, method));
		const heads = messages.filter(({ startLine }) => startLine !== '');
		const finals = heads.filter((message) => !/^1(?!01)/.test(getStatus(message)));
		assert.ok(finals.length <= 1, JSON.stringify(heads));
		assert.equal(finals[0], heads.at(finals.length === 0 ? heads.length : -1));
		for (const message of heads) {
			for (const name of ['set-cookie', 'www-authenticate', 'keep-alive']) {
				assert.deepEqual(getValues(message, name), []);
			}
		}
	}
});

function getBodyKind(message: Message, method: string): 'none' | 'untilEnd' {
	return method === 'HEAD' || /^(?:1|204|304)/.test(getStatus(message)) ? 'none' : 'untilEnd';
}

function getStatus({ startLine }: Message): string {
	return startLine.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length);
}
