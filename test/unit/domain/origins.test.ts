import assert from 'node:assert/strict';
import { formatOrigin, isConfidential, isLoopbackHost, parseOrigin } from '../../../src/domain/origins';

describe('parseOrigin', () => {
	const cases: [url: string, origin: string | undefined][] = [
		['https://api.test/path?a#b', 'https://api.test'],
		[' HTTPS://API.TEST:443 ', 'https://api.test'],
		['http://user:password@api.test:8080/', 'http://api.test:8080'],
		['wss://api.test/', 'https://api.test'],
		['WS://api.test/', 'http://api.test'],
		['http://0x7f.1/', 'http://127.0.0.1'],
		['http://2130706433/', 'http://127.0.0.1'],
		['https://bücher.test/', 'https://xn--bcher-kva.test'],
		['ftp://api.test/', undefined],
		['mqtt://api.test/', undefined],
		['api.test/', undefined],
		['', undefined],
	];
	for (const [url, origin] of cases) {
		it(`of “${url}” is ${origin ?? 'undefined'}`, () => {
			assert.equal(parseOrigin(url), origin);
		});
	}
});

describe('A loopback host', () => {
	for (const host of ['localhost', '127.0.0.1', '127.255.255.255', '[::1]']) {
		it(`is ${host}`, () => {
			assert.ok(isLoopbackHost(host));
		});
	}
	for (const host of [
		'localhost.',
		'a.localhost',
		'localhost.test',
		'127.0.0.1.test',
		'128.0.0.1',
		'0.0.0.0',
		'[::]',
		'[::ffff:7f00:1]',
		'',
	]) {
		it(`isn’t ${host || 'empty'}`, () => {
			assert.ok(!isLoopbackHost(host));
		});
	}
});

describe('formatOrigin', () => {
	const cases: [origin: string, text: string][] = [
		['https://api.test', 'api.test'],
		['https://api.test:8443', 'api.test:8443'],
		['http://api.test', 'http://api.test'],
		['http://localhost:3000', 'localhost:3000'],
		['http://[::1]:3000', '[::1]:3000'],
		['https://xn--bcher-kva.test', 'bücher.test (xn--bcher-kva.test)'],
		['https://xn--bcher-kva.test:8443', 'bücher.test:8443 (xn--bcher-kva.test)'],
		['http://xn--bcher-kva.test', 'http://bücher.test (xn--bcher-kva.test)'],
	];
	for (const [origin, text] of cases) {
		it(`of ${origin} is “${text}”`, () => {
			assert.equal(formatOrigin(origin), text);
		});
	}

	it('shows the scheme only of origins whose traffic others could read', () => {
		for (const [origin] of cases) {
			assert.equal(formatOrigin(origin).startsWith('http://'), !isConfidential(origin), origin);
		}
	});
});
