import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { DEFAULT_ENDPOINT, parseEndpoint } from '../../../../src/sources/connect/endpoint';
import { probeAccount, type ProbeOptions } from '../../../../src/sources/connect/accountProbe';
import { ProblemError } from '../../../../src/domain/problems';
import { createSelfSignedCertificate } from '../../../support/certificate';
import { changeBody, htmlResponse, redirectResponse, errorResponse, truncateBody } from '../../../support/connect/platformFaults';
import { startPlatform, type Platform } from '../../../support/connect/simulatedPlatform';
import { usePlatform } from '../../../support/connect/usePlatform';
import { eventually } from '../../../support/eventually';

const wrongKey = (id = 'SU-160-000-001') => `ApiKey ${id}:${'0'.repeat(40)}`;

/** What the probe says, which must never be the key. */
async function refusal(options: ProbeOptions): Promise<string> {
	const error = await probeAccount({ retryDelayMs: 1, ...options }).then(
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
			['', /isn't a valid API URL/],
			['connect', /isn't a valid API URL/],
			['ftp://127.0.0.1/', /isn't a valid API URL/],
			['http://example.org/public/v1', /starts with https/],
			['http://127.0.0.1.example.org/', /starts with https/],
			[platform.endpoint.replace('//', '//me:secret@'), /user name or password/],
			[`${platform.endpoint}?a=1`, /query \(\?\) or fragment/],
			[`${platform.endpoint}#a`, /query \(\?\) or fragment/],
		] as const;
		for (const [endpoint, message] of endpoints) {
			const told = await refusal({ endpoint, authorization: key });
			assert.match(told, /^Invalid endpoint: /);
			assert.match(told, message);
		}
		for (const authorization of ['', 'ApiKey', key.slice(0, -1), `${key}0`, key.replace('SU-', '')]) {
			assert.match(await probe(platform, { authorization }), /^Invalid apiKey: Invalid API key/);
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
			assert.match(told, /rejected the API key/);
			assert.match(told, host);
		}
		const told = await probe(platform, { authorization: account.authorization(account.add({ permissions: ['MD-0001'] })) });
		assert.match(told, /doesn't have the Integrations module/);
		assert.match(told, host);
	});

	it('tells a host that cannot be reached', async () => {
		const platform = started();
		await platform.stop();
		assert.match(await probe(platform), /Couldn't reach 127\.0\.0\.1:\d+ \(ECONNREFUSED\)/);
		assert.match(
			await probe(platform, { endpoint: 'https://connect.invalid/public/v1' }),
			/Couldn't reach connect\.invalid \((ENOTFOUND|EAI_AGAIN)\)/,
		);
	});

	it('gives up on a host that does not answer, and when nobody waits any more', async () => {
		const platform = started();
		platform.fault('GET /accounts', { outcome: 'stall', times: 1 });
		assert.match(await probe(platform, { timeoutMs: 50 }), /didn't respond within the 1-second limit/);
		const user = new AbortController();
		platform.fault('GET /accounts', { before: () => user.abort(), outcome: 'stall' });
		assert.match(await probe(platform, { signal: user.signal }), /was canceled/);
		await eventually(() => assert.ok(platform.requests.every(({ aborted }) => aborted)));
	});

	it('tells a certificate that is not trusted', async function () {
		const tls = await createSelfSignedCertificate('127.0.0.1');
		if (!tls) {
			return this.skip();
		}
		const platform = await startPlatform({ tls });
		try {
			assert.match(
				await probe(platform),
				/Couldn't connect securely to 127\.0\.0\.1:\d+ because its certificate isn't trusted.*DEPTH_ZERO_SELF_SIGNED_CERT/,
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
			/Couldn't connect securely to .*doesn't support TLS/,
		);
	});

	it('tells what is not the API of Connect', async () => {
		const platform = started();
		const cases = [
			[htmlResponse(200), /returned a web page/],
			[htmlResponse(404), /returned a web page/],
			[htmlResponse(401), /returned a web page/],
			[errorResponse(404), /couldn't find the requested item/],
			[{ ...errorResponse(200), body: '{"hello": "world"}' }, /Couldn't understand the response/],
			[{ ...errorResponse(200), body: '[]' }, /Couldn't understand the response/],
			[{ ...errorResponse(200), body: '[{"title": "post"}]' }, /Couldn't understand the response/],
			[{ ...errorResponse(200), body: 'hello' }, /Couldn't understand the response/],
			[truncateBody, /Couldn't understand the response/],
			[errorResponse(500), /failed to process the request \(500\)/],
			[htmlResponse(503), /failed to process the request \(503\)/],
		] as const;
		for (const [outcome, message] of cases) {
			const end = platform.fault('GET /accounts', { outcome });
			assert.match(await probe(platform), message);
			end();
		}
		platform.fault('GET /auth/tokens', { outcome: changeBody(() => ({ tokens: [] })) });
		assert.match(await probe(platform), /Couldn't understand the response/);
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
				const end = platform.fault('GET /accounts', { outcome: redirectResponse(code, elsewhere) });
				const told = await probe(platform);
				assert.match(told, /redirects to http:\/\/127\.0\.0\.1:\d+\/there\..*the API key isn't sent/);
				end();
			}
			assert.deepEqual(seen, []);
		} finally {
			other.close();
		}
	});
});
