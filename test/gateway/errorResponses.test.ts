import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Duplex } from 'node:stream';
import { sendErrorOnSocket } from '../../src/gateway/clientErrors';
import { createErrorResponse, formatErrorBody, sendErrorResponse } from '../../src/gateway/errorResponse';
import { ProxyError } from '../../src/gateway/upstreamConnector';
import { ConnectionClosedError, toUpstreamErrorResponse, UpstreamTimeoutError } from '../../src/gateway/upstreamErrors';
import { allowedHostsFor, validateRequest } from '../../src/gateway/validateRequest';

const withCode = (code: unknown) => Object.assign(new Error('ApiKey never shown'), { code });

describe('Responses to errors of the upstream', () => {
	const ORIGIN = 'https://api.example:8443';
	const RUNNING = "Make sure it's running and reachable.";
	const cases: [title: string, error: Error, status: number, message: string][] = [
		[
			'a proxy that refuses the connection',
			new ProxyError('407'),
			502,
			`The proxy couldn't connect to upstream ${ORIGIN} (407). Check the VS Code proxy settings.`,
		],
		...['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED'].map((code): [string, Error, number, string] => [
			code,
			withCode(code),
			400,
			"The request headers or path contain characters that can't be forwarded. Remove them.",
		]),
		...['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT'].map((code): [string, Error, number, string] => [
			code,
			withCode(code),
			504,
			`Connection to upstream ${ORIGIN} timed out. ${RUNNING}`,
		]),
		['a response that does not start', new UpstreamTimeoutError(), 504, `Upstream ${ORIGIN} timed out. Try again later.`],
		[
			'ECONNREFUSED',
			withCode('ECONNREFUSED'),
			502,
			`Upstream ${ORIGIN} refused the connection. Start it, or correct the connectTokens.gateway.upstream setting.`,
		],
		...['ENOTFOUND', 'EAI_AGAIN'].map((code): [string, Error, number, string] => [
			code,
			withCode(code),
			502,
			`Couldn't resolve the host name of upstream ${ORIGIN}. Correct the connectTokens.gateway.upstream setting, or check your network.`,
		]),
		...[new ConnectionClosedError(), withCode('ECONNRESET'), withCode('EPIPE')].map((error, index): [string, Error, number, string] => [
			`a closed connection, case ${index}`,
			error,
			502,
			`Upstream ${ORIGIN} closed the connection without a response. Try again later.`,
		]),
		...[
			'CERT_HAS_EXPIRED',
			'ERR_TLS_CERT_ALTNAME_INVALID',
			'DEPTH_ZERO_SELF_SIGNED_CERT',
			'SELF_SIGNED',
			'UNABLE_TO_GET_ISSUER',
			'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
		].map((code): [string, Error, number, string] => [
			code,
			withCode(code),
			502,
			`The certificate of upstream ${ORIGIN} isn't trusted (${code}). Add it to your system's trusted certificates, or check the VS Code certificate settings.`,
		]),
		...['ERR_SSL_WRONG_VERSION_NUMBER', 'EPROTO'].map((code): [string, Error, number, string] => [
			code,
			withCode(code),
			502,
			`TLS connection to upstream ${ORIGIN} failed (${code}). Check whether its URL should start with http or https.`,
		]),
		...[
			'HPE_INVALID_CONSTANT',
			'UND_ERR_HEADERS_OVERFLOW',
			'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
			'ERR_INVALID_CHAR',
			'ERR_HTTP_INVALID_STATUS_CODE',
		].map((code): [string, Error, number, string] => [
			code,
			withCode(code),
			502,
			`Upstream ${ORIGIN} returned an invalid HTTP response (${code}).`,
		]),
		[
			'a response that cannot be parsed, without a code',
			Object.assign(new Error('x'), { name: 'HTTPParserError' }),
			502,
			`Upstream ${ORIGIN} returned an invalid HTTP response (HTTPParserError).`,
		],
		['EHOSTUNREACH', withCode('EHOSTUNREACH'), 502, `Upstream ${ORIGIN} is unreachable (EHOSTUNREACH). ${RUNNING}`],
		['an error whose code is not a text', withCode(7), 502, `Upstream ${ORIGIN} is unreachable (Error). ${RUNNING}`],
		['an error without a code', new TypeError('x'), 502, `Upstream ${ORIGIN} is unreachable (TypeError). ${RUNNING}`],
		['a code like another one', withCode('XEPROTO'), 502, `Upstream ${ORIGIN} is unreachable (XEPROTO). ${RUNNING}`],
		['a code that ends like another one', withCode('X_HPE_'), 502, `Upstream ${ORIGIN} is unreachable (X_HPE_). ${RUNNING}`],
	];
	for (const [title, error, status, message] of cases) {
		it(`say what to do about ${title}`, () => {
			const { reason, ...response } = toUpstreamErrorResponse(error, ORIGIN);
			assert.deepEqual(response, { status, code: `GW_${status}`, message });
			assert.equal(reason?.kind, status === 400 ? 'invalidRequest' : 'upstream');
		});
	}
});

describe('Responses to something that is not a valid request', () => {
	/** Returns what is sent, and whether the connection was closed. */
	async function send(reason: Parameters<typeof sendErrorOnSocket>[1], { isWritable = true } = {}) {
		const received: string[] = [];
		const socket = new Duplex({
			read: () => undefined,
			write: (chunk: Buffer, _encoding, done) => {
				received.push(chunk.toString());
				done();
			},
		});
		if (!isWritable) {
			socket.end();
		}
		const closed = new Promise((resolve) => socket.once('close', resolve));
		sendErrorOnSocket(socket, reason);
		socket.emit('error', new Error('the client is gone'));
		await closed;
		return received.join('');
	}

	const cases: [reason: Parameters<typeof sendErrorOnSocket>[1], statusLine: string, code: string, message: string][] = [
		[
			withCode('HPE_HEADER_OVERFLOW'),
			'431 Request Header Fields Too Large',
			'GW_431',
			'Request headers are too large. Reduce them to 64 KB or less.',
		],
		[
			withCode('ERR_HTTP_REQUEST_TIMEOUT'),
			'408 Request Timeout',
			'GW_408',
			'Request timed out. Send the complete request without long pauses.',
		],
		[withCode('HPE_INVALID_METHOD'), '400 Bad Request', 'GW_400', 'Invalid HTTP/1.1 request (HPE_INVALID_METHOD).'],
		[withCode(7), '400 Bad Request', 'GW_400', 'Invalid HTTP/1.1 request ().'],
		[new Error('x'), '400 Bad Request', 'GW_400', 'Invalid HTTP/1.1 request ().'],
		[createErrorResponse(503, 'Café'), '503 Service Unavailable', 'GW_503', 'Café'],
		[createErrorResponse(599, 'Other'), '599 ', 'GW_599', 'Other'],
	];
	for (const [reason, statusLine, code, message] of cases) {
		it(`are sent in the platform’s format: ${statusLine}, ${message}`, async () => {
			const body = JSON.stringify({ error_code: code, errors: [message] });
			assert.equal(
				await send(reason),
				[
					`HTTP/1.1 ${statusLine}`,
					'connection: close',
					'content-type: application/json',
					`content-length: ${Buffer.byteLength(body)}`,
					'',
					body,
				].join('\r\n'),
			);
		});
	}

	it('are not sent to a client that is gone', async () => {
		for (const code of ['ECONNRESET', 'EPIPE']) {
			assert.equal(await send(withCode(code)), '');
		}
		assert.equal(await send(new Error('x'), { isWritable: false }), '');
	});

	it('are sent to a client that is still sending, with their headers', async () => {
		const server = createServer((request, response) =>
			sendErrorResponse(request, response, {
				...createErrorResponse(401, 'Café'),
				...(request.method === 'POST' && { headers: ['www-authenticate', 'ApiKey'] }),
			}),
		).listen(0, '127.0.0.1');
		await once(server, 'listening');
		try {
			const { port } = server.address() as AddressInfo;
			const response = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: 'x'.repeat(1_000_000) });
			assert.deepEqual([response.status, response.statusText], [401, 'Unauthorized']);
			assert.equal(response.headers.get('content-type'), 'application/json');
			assert.equal(response.headers.get('www-authenticate'), 'ApiKey');
			const body = '{"error_code":"GW_401","errors":["Café"]}';
			assert.equal(response.headers.get('content-length'), String(Buffer.byteLength(body)));
			assert.equal(await response.text(), body);
			const { headers } = await fetch(`http://127.0.0.1:${port}/plain`);
			assert.deepEqual([headers.get('www-authenticate'), headers.get('content-type')], [null, 'application/json']);
		} finally {
			server.close();
		}
	});

	it('have the platform’s format', () => {
		assert.equal(formatErrorBody(createErrorResponse(418, 'a "b"')), '{"error_code":"GW_418","errors":["a \\"b\\""]}');
	});
});

describe('Responses to requests that the gateway does not accept', () => {
	const allowedHosts = allowedHostsFor(7357);
	interface RequestLine {
		readonly httpVersionMajor: number;
		readonly method?: string;
		readonly url?: string;
		readonly headers: IncomingHttpHeaders;
	}
	const validateOnly = (request: RequestLine) => validateRequest(request as Partial<IncomingMessage> as IncomingMessage, allowedHosts);
	const validate = (changes: Partial<RequestLine>) =>
		validateOnly({ httpVersionMajor: 1, method: 'GET', url: '/', headers: { host: 'localhost:7357' }, ...changes });
	const withHeaders = (headers: Record<string, string>) => validate({ headers: { host: '127.0.0.1:7357', ...headers } });

	it('are none for valid requests', () => {
		assert.equal(validate({}), undefined);
		assert.equal(validate({ method: 'POST', url: '/a?b=/c' }), undefined);
		assert.equal(withHeaders({ origin: 'http://localhost:7357', 'transfer-encoding': 'Chunked' }), undefined);
	});

	it('are none for hosts without a port if the gateway listens on the default port', () => {
		assert.deepEqual([...allowedHostsFor(80).hosts], ['127.0.0.1:80', 'localhost:80', '127.0.0.1', 'localhost']);
		assert.ok(allowedHostsFor(80).origins.has('http://localhost'));
		assert.ok(!allowedHostsFor(8080).hosts.has('localhost'));
	});

	it('name the supported methods', () => {
		for (const method of ['TRACE', 'TRACK', 'CONNECT']) {
			assert.deepEqual(validate({ method }), {
				status: 405,
				code: 'GW_405',
				message: `${method} requests aren't allowed.`,
				headers: ['allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'],
			});
		}
	});

	const invalid: [title: string, response: ReturnType<typeof validateRequest>, status: number, message: string][] = [
		['HTTP/2', validate({ httpVersionMajor: 2 }), 400, 'Unsupported HTTP version. Use HTTP/1.1.'],
		...['http://localhost:7357/', '*', '', '/a#b'].map((url): [string, ReturnType<typeof validateRequest>, number, string] => [
			`the target "${url}"`,
			validate({ url }),
			400,
			'Invalid request target. Use a path that starts with a slash and has no fragment.',
		]),
		...[{}, { host: 'evil.example:7357' }].map((headers): [string, ReturnType<typeof validateRequest>, number, string] => [
			`the headers ${JSON.stringify(headers)}`,
			validate({ headers }),
			403,
			'Invalid Host header. Use one of: 127.0.0.1:7357, localhost:7357, or add the host to connectTokens.gateway.allowedHosts.',
		]),
		[
			'another origin',
			withHeaders({ origin: 'http://evil.example' }),
			403,
			"Cross-origin requests aren't allowed. Send the request without an Origin header, or add the origin to connectTokens.gateway.allowedOrigins.",
		],
		[
			'another transfer encoding',
			withHeaders({ 'transfer-encoding': 'gzip, chunked' }),
			400,
			'Unsupported transfer encoding. Only "chunked" is supported.',
		],
	];
	for (const [title, response, status, message] of invalid) {
		it(`say what is wrong with ${title}`, () => {
			const { reason, ...rest } = response ?? {};
			assert.deepEqual(rest, { status, code: `GW_${status}`, message });
			assert.equal(reason?.kind, status === 403 ? (title.includes('origin') ? 'originNotAllowed' : 'hostNotAllowed') : undefined);
		});
	}

	it('deny a request without a method and target', () => {
		assert.equal(validateOnly({ httpVersionMajor: 1, headers: { host: 'localhost:7357' } })?.status, 400);
	});
});
