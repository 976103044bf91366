import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { DEFAULT_ENDPOINT, parseEndpoint } from '../../../../src/sources/connect/endpoint';
import { probeAccount, type ProbeOptions } from '../../../../src/sources/connect/probe';
import { ProblemError } from '../../../../src/domain/problems';
import { selfSigned } from '../../../support/certificate';
import { changed, html, redirect, status, truncated } from '../../../support/connect/faults';
import { startPlatform, type Platform } from '../../../support/connect/platform';
import { usePlatform } from '../../../support/connect/usePlatform';
import { eventually } from '../../../support/eventually';

const wrongKey = (id = 'SU-160-000-001') => `ApiKey ${id}:${'0'.repeat(40)}`;

/** What the probe says, which must never be the key. */
async function refusal(options: ProbeOptions): Promise<string> {
	const error = await probeAccount({ retryDelay: 1, ...options }).then(
		() => assert.fail('the probe succeeds'),
		(one: unknown) => one,
	);
	assert.ok(error instanceof ProblemError, String(error));
	assert.doesNotMatch(error.message, /[0-9a-f]{40}/i);
	return error.message;
}

describe('Probing an account', () => {
	const started = usePlatform();
	const probe = (platform: Platform, options: Partial<ProbeOptions> = {}) =>
		refusal({ endpoint: platform.endpoint, authorization: platform.account.key, ...options });

	it('tells the account that a key opens', async () => {
		const platform = started();
		const { key, reference } = platform.account;
		for (const authorization of [key, key.replace('ApiKey ', ''), ` ${key.toUpperCase().replace('APIKEY', 'ApiKey')}\n`]) {
			assert.deepEqual(await probeAccount({ endpoint: ` ${platform.endpoint}/ `, authorization }), {
				...reference,
				endpoint: platform.endpoint,
			});
		}
	});

	it('asks nothing for what is no address or key', async () => {
		const platform = started();
		const { key } = platform.account;
		const endpoints = [
			['', /no address/],
			['connect', /no address/],
			['ftp://127.0.0.1/', /no address/],
			['http://example.org/public/v1', /begins with https/],
			['http://127.0.0.1.example.org/', /begins with https/],
			[platform.endpoint.replace('//', '//me:secret@'), /user name and password/],
			[`${platform.endpoint}?a=1`, /behind the path/],
			[`${platform.endpoint}#a`, /behind the path/],
		] as const;
		for (const [endpoint, message] of endpoints) {
			const told = await refusal({ endpoint, authorization: key });
			assert.match(told, /^Invalid endpoint: /);
			assert.match(told, message);
		}
		for (const authorization of ['', 'ApiKey', key.slice(0, -1), `${key}0`, key.replace('SU-', '')]) {
			assert.match(await probe(platform, { authorization }), /^Invalid apiKey: This is no API key/);
		}
		assert.deepEqual(platform.requests, []);
	});

	it('takes https anywhere, and http on this machine alone', () => {
		assert.equal(parseEndpoint(DEFAULT_ENDPOINT), DEFAULT_ENDPOINT);
		assert.equal(parseEndpoint('https://API.Partner.example//'), 'https://api.partner.example');
		assert.equal(parseEndpoint('http://localhost:80/public/v1/'), 'http://localhost/public/v1');
		assert.equal(parseEndpoint('http://[::1]:8080/v1'), 'http://[::1]:8080/v1');
		assert.equal(parseEndpoint('http://127.9.9.9/v1'), 'http://127.9.9.9/v1');
	});

	it('tells a wrong key from one that lacks the module', async () => {
		const platform = started();
		const { account } = platform;
		const host = new RegExp(new URL(platform.endpoint).host);
		const disabled = account.authorization(account.add({ enabled: false }));
		const over = account.authorization(account.add({ expirationDate: '2001-01-01T00:00:00Z' }));
		for (const authorization of [wrongKey(), disabled, over]) {
			const told = await probe(platform, { authorization });
			assert.match(told, /does not accept the key/);
			assert.match(told, host);
		}
		const told = await probe(platform, { authorization: account.authorization(account.add({ permissions: ['MD-0001'] })) });
		assert.match(told, /lacks the module Integrations/);
		assert.match(told, host);
	});

	it('tells a host that cannot be reached', async () => {
		const platform = started();
		await platform.stop();
		assert.match(await probe(platform), /127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)/);
		assert.match(
			await probe(platform, { endpoint: 'https://connect.invalid/public/v1' }),
			/connect\.invalid cannot be reached \((ENOTFOUND|EAI_AGAIN)\)/,
		);
	});

	it('gives up on a host that does not answer, and when nobody waits any more', async () => {
		const platform = started();
		platform.fault('GET /accounts', { outcome: 'stall', times: 1 });
		assert.match(await probe(platform, { timeout: 50 }), /did not answer within 1 seconds/);
		const user = new AbortController();
		platform.fault('GET /accounts', { before: () => user.abort(), outcome: 'stall' });
		assert.match(await probe(platform, { signal: user.signal }), /was stopped/);
		await eventually(() => assert.ok(platform.requests.every(({ aborted }) => aborted)));
	});

	it('tells a certificate that is not trusted', async function () {
		const tls = await selfSigned('127.0.0.1');
		if (!tls) {
			return this.skip();
		}
		const platform = await startPlatform({ tls });
		try {
			assert.match(
				await probe(platform),
				/No safe connection to 127\.0\.0\.1:\d+: its certificate is not trusted.*DEPTH_ZERO_SELF_SIGNED_CERT/,
			);
			assert.deepEqual(platform.requests, []);
		} finally {
			await platform.stop();
		}
	});

	it('tells a host that speaks no TLS', async () => {
		const platform = started();
		assert.match(
			await probe(platform, { endpoint: platform.endpoint.replace('http:', 'https:') }),
			/No safe connection to .*speaks no TLS/,
		);
	});

	it('tells what is not the API of Connect', async () => {
		const platform = started();
		const cases = [
			[html(200), /answered with a web page/],
			[html(404), /answered with a web page/],
			[html(401), /answered with a web page/],
			[status(404), /does not know what it was asked for/],
			[{ ...status(200), body: '{"hello": "world"}' }, /could not be understood/],
			[{ ...status(200), body: '[]' }, /could not be understood/],
			[{ ...status(200), body: '[{"title": "post"}]' }, /could not be understood/],
			[{ ...status(200), body: 'hello' }, /could not be understood/],
			[truncated, /could not be understood/],
			[status(500), /has failed \(500\)/],
			[html(503), /has failed \(503\)/],
		] as const;
		for (const [outcome, message] of cases) {
			const end = platform.fault('GET /accounts', { outcome });
			assert.match(await probe(platform), message);
			end();
		}
		platform.fault('GET /auth/tokens', { outcome: changed(() => ({ tokens: [] })) });
		assert.match(await probe(platform), /could not be understood/);
	});

	it('sends the key to no other host that an answer leads to', async () => {
		const platform = started();
		const seen: unknown[] = [];
		const listener: RequestListener = (request, response) => {
			seen.push(request.headers);
			response.end('[]');
		};
		const other = createServer(listener).listen(0, '127.0.0.1');
		await once(other, 'listening');
		const elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}/there?query=1`;
		try {
			for (const code of [301, 302, 303, 307, 308] as const) {
				const end = platform.fault('GET /accounts', { outcome: redirect(code, elsewhere) });
				const told = await probe(platform);
				assert.match(told, /leads to http:\/\/127\.0\.0\.1:\d+\/there, where the key is not sent/);
				end();
			}
			assert.deepEqual(seen, []);
		} finally {
			other.close();
		}
	});
});
