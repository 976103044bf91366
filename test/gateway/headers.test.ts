import assert from 'node:assert/strict';
import { getHeader, toClientHeaders, toHeaderPairs, toUpstreamHeaders, toUpstreamTrailers } from '../../src/gateway/headers';

const HOP_BY_HOP_HEADERS = [
	'Connection',
	'Keep-Alive',
	'Proxy-Authenticate',
	'Proxy-Authentication-Info',
	'Proxy-Authorization',
	'Proxy-Connection',
	'TE',
	'Transfer-Encoding',
	'Upgrade',
];

const withValue = (names: readonly string[]) => names.flatMap((name) => [name, 'x']);

describe('Headers for the upstream', () => {
	it('are the client’s with the upstream’s host, in their order and spelling', () => {
		assert.deepEqual(toUpstreamHeaders(['Host', '127.0.0.1', 'X-One', '1', 'x-two', '2', 'X-One', '3'], 'api.example', null), [
			...['host', 'api.example'],
			...['X-One', '1', 'x-two', '2', 'X-One', '3'],
		]);
	});

	it('do not include those of the connection or those that the gateway handles', () => {
		const raw = withValue([...HOP_BY_HOP_HEADERS, 'Host', 'Expect', 'Accept']);
		assert.deepEqual(toUpstreamHeaders(raw, 'api.example', null), ['host', 'api.example', 'Accept', 'x']);
		assert.deepEqual(
			toUpstreamHeaders(
				raw.map((text) => text.toLowerCase()),
				'api.example',
				null,
			),
			['host', 'api.example', 'accept', 'x'],
		);
	});

	it('do not include headers that Connection lists, except Content-Length', () => {
		const raw = ['CONNECTION', 'X-One, x-two,Content-Length', 'X-One', '1', 'X-Two', '2', 'X-Three', '3', 'Content-Length', '4'];
		assert.deepEqual(toUpstreamHeaders(raw, 'api.example', null), ['host', 'api.example', 'X-Three', '3', 'Content-Length', '4']);
		const repeated = ['Connection', 'x-one', 'Connection', 'x-two', 'X-One', '1', 'X-Two', '2'];
		assert.deepEqual(toUpstreamHeaders(repeated, 'api.example', null), ['host', 'api.example']);
	});

	it('include headers whose name is the value of another header', () => {
		const raw = ['Vary', 'Accept', 'Access-Key', 'x-two', 'Accept', '*/*', 'X-Two', '2'];
		assert.deepEqual(toUpstreamHeaders(raw, 'api.example', null), ['host', 'api.example', ...raw]);
		assert.deepEqual(
			toClientHeaders(raw, true, (value) => value, false),
			raw,
		);
	});

	it('include headers with the name of a connection option', () => {
		for (const option of ['close', 'keep-alive']) {
			const raw = ['Connection', option, 'Close', '1', 'Content-Length', '4'];
			assert.deepEqual(toUpstreamHeaders(raw, 'api.example', null), ['host', 'api.example', 'Close', '1', 'Content-Length', '4']);
		}
	});

	it('have the gateway’s credential, if there is one, instead of the client’s', () => {
		const raw = ['Authorization', 'ApiKey client', 'Accept', '*/*'];
		assert.deepEqual(toUpstreamHeaders(raw, 'api.example', null), ['host', 'api.example', ...raw]);
		assert.deepEqual(toUpstreamHeaders(raw, 'api.example', 'Bearer x'), [
			...['host', 'api.example', 'Accept', '*/*'],
			...['authorization', 'Bearer x'],
		]);
	});

	it('have no cookies of the client’s if there is a credential', () => {
		const raw = ['Cookie', 'a=b', 'COOKIE2', '$Version=1', 'Accept', '*/*'];
		assert.deepEqual(toUpstreamHeaders(raw, 'api.example', null), ['host', 'api.example', ...raw]);
		assert.deepEqual(toUpstreamHeaders(raw, 'api.example', 'Bearer x'), [
			...['host', 'api.example', 'Accept', '*/*'],
			...['authorization', 'Bearer x'],
		]);
	});

	it('do not include headers that could override the method or path', () => {
		const raw = withValue(['X-HTTP-Method-Override', 'X-Original-URL', 'X_Any', 'Accept']);
		assert.deepEqual(toUpstreamHeaders(raw, 'api.example', null), ['host', 'api.example', 'Accept', 'x']);
		assert.deepEqual(toUpstreamTrailers(raw), [['Accept', 'x']]);
	});
});

describe('Trailers for the upstream', () => {
	it('do not include headers that frame, route, or authenticate the request', () => {
		const raw = withValue([...HOP_BY_HOP_HEADERS, 'Host', 'Expect', 'Authorization', 'Cookie', 'Content-Length', 'Trailer', 'X-Checksum']);
		assert.deepEqual(toUpstreamTrailers(raw), [['X-Checksum', 'x']]);
	});
});

describe('Headers for the client', () => {
	const unchanged = (value: string) => value;

	it('are the upstream’s without those of the connection', () => {
		const raw = withValue([...HOP_BY_HOP_HEADERS, 'Set-Cookie', 'Authorization', 'Set-Cookie']);
		assert.deepEqual(toClientHeaders(raw, true, unchanged, false), ['Set-Cookie', 'x', 'Authorization', 'x', 'Set-Cookie', 'x']);
	});

	it('do not include headers that Connection lists', () => {
		assert.deepEqual(toClientHeaders(['Connection', 'x-one', 'X-One', '1', 'X-Two', '2'], true, unchanged, false), ['X-Two', '2']);
	});

	it('announce trailers only if the client can receive them', () => {
		assert.deepEqual(toClientHeaders(['Trailer', 'X-Checksum'], true, unchanged, false), ['Trailer', 'X-Checksum']);
		assert.deepEqual(toClientHeaders(['Trailer', 'X-Checksum'], false, unchanged, false), []);
	});

	it('do not include what belongs to the gateway’s credential', () => {
		const raw = withValue(['Set-Cookie', 'SET-COOKIE2', 'Authentication-Info', 'Authorization', 'WWW-Authenticate', 'X-One']);
		assert.deepEqual(toClientHeaders(raw, true, unchanged, true), ['X-One', 'x']);
		assert.deepEqual(toClientHeaders(raw, true, unchanged, false), raw);
	});

	it('have cookies for the gateway’s host and plain HTTP', () => {
		for (const [cookie, expected] of [
			['sid=1; Domain=api.example.com; Secure', 'sid=1'],
			['sid=1; Path=/public/v1; HttpOnly; Secure; SameSite=None', 'sid=1; Path=/public/v1; HttpOnly'],
			['sid=1;domain=.example.com;SECURE;samesite = none ;Partitioned; Max-Age=60', 'sid=1; Max-Age=60'],
			['sid=1; SameSite=Lax; Expires=Wed, 21 Oct 2030 07:28:00 GMT; domain', 'sid=1; SameSite=Lax; Expires=Wed, 21 Oct 2030 07:28:00 GMT'],
			['Secure=1; Path=/secure; Priority=High', 'Secure=1; Path=/secure; Priority=High'],
			['__Host-sid=1; Path=/; Secure; SameSite=None', '__Host-sid=1; Path=/; Secure; SameSite=None'],
			['__Secure-sid=1; Domain=example.com; Secure', '__Secure-sid=1; Secure'],
			['sid', 'sid'],
			['', ''],
		] as const) {
			assert.deepEqual(toClientHeaders(['Set-Cookie', cookie], false, unchanged, false), ['Set-Cookie', expected]);
		}
	});

	it('have a rewritten location', () => {
		const raw = ['LOCATION', '/x', 'X-Location', '/x'];
		assert.deepEqual(
			toClientHeaders(raw, false, (value) => `rewritten ${value}`, false),
			['LOCATION', 'rewritten /x', 'X-Location', '/x'],
		);
	});
});

describe('Raw headers', () => {
	it('are searched by name in any case', () => {
		const raw = ['X-Content-Length', '1', 'CONTENT-LENGTH', '2', 'Content-Length', '3'];
		assert.equal(getHeader(raw, 'content-length'), '2');
		assert.equal(getHeader(raw, 'location'), undefined);
		assert.equal(getHeader(['x', 'accept'], 'accept'), undefined);
		assert.equal(getHeader(['accepx', '1'], 'accept'), undefined);
	});

	it('are grouped into pairs', () => {
		assert.deepEqual(toHeaderPairs(['a', '1', 'b', '2']), [
			['a', '1'],
			['b', '2'],
		]);
	});
});
