import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { DEFAULT_ENDPOINT, getTokensPageUrl, parseEndpoint } from '../../../../src/sources/connect/endpoint';
import { probeAccount, type ProbeOptions } from '../../../../src/sources/connect/accountProbe';
import { silentLog } from '../../../../src/domain/log';
import { ProblemError } from '../../../../src/domain/problems';
import { createSelfSignedCertificate } from '../../../support/certificate';
import { changeBody, htmlResponse, redirectResponse, errorResponse, truncateBody } from '../../../support/connect/platformFaults';
import { startPlatform, type Platform } from '../../../support/connect/simulatedPlatform';
import { usePlatform } from '../../../support/connect/usePlatform';
import { eventually } from '../../../support/eventually';

const wrongKey = (id = 'SU-160-000-001') => `ApiKey ${id}:${'0'.repeat(40)}`;

/** Returns the message of the error that the probe rejects with, which must not contain a key. */
async function getProbeError(options: Omit<ProbeOptions, 'log'>): Promise<string> {
	const error = await probeAccount({ retryDelayMs: 1, log: silentLog, ...options }).then(
		() => assert.fail('the probe succeeded'),
		(reason: unknown) => reason,
	);
	assert.ok(error instanceof ProblemError, String(error));
	assert.doesNotMatch(error.message, /[0-9a-f]{40}/i);
	return error.message;
}

describe('account probe', () => {
	const getPlatform = usePlatform();
	const probe = (platform: Platform, options: Partial<Omit<ProbeOptions, 'log'>> = {}) =>
		getProbeError({ endpoint: platform.endpoint, authorization: platform.account.key, ...options });

	it('finds the account of a key', async () => {
		const platform = getPlatform();
		const { key, reference } = platform.account;
		for (const authorization of [key, key.replace('ApiKey ', ''), ` ${key.toUpperCase().replace('APIKEY', 'ApiKey')}\n`]) {
			assert.deepEqual(await probeAccount({ endpoint: ` ${platform.endpoint}/ `, authorization, log: silentLog }), {
				...reference,
				endpoint: platform.endpoint,
			});
		}
	});

	it('sends no request if the URL or the key is invalid', async () => {
		const platform = getPlatform();
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
			const error = await getProbeError({ endpoint, authorization: key });
			assert.match(error, /^Invalid endpoint: /);
			assert.match(error, message);
		}
		for (const authorization of ['', 'ApiKey', key.slice(0, -1), `${key}0`, key.replace('SU-', '')]) {
			assert.match(await probe(platform, { authorization }), /^Invalid apiKey: Invalid API key/);
		}
		assert.deepEqual(platform.requests, []);
	});

	it('accepts HTTPS for any host, and HTTP only for this machine', () => {
		assert.equal(parseEndpoint(DEFAULT_ENDPOINT), DEFAULT_ENDPOINT);
		assert.equal(parseEndpoint('https://API.Partner.example//'), 'https://api.partner.example');
		assert.equal(parseEndpoint('http://localhost:80/public/v1/'), 'http://localhost/public/v1');
		assert.equal(parseEndpoint('http://[::1]:8080/v1'), 'http://[::1]:8080/v1');
		assert.equal(parseEndpoint('http://127.9.9.9/v1'), 'http://127.9.9.9/v1');
	});

	it("finds the browser's page with the tokens of an account, unless the endpoint is at any other host", () => {
		assert.equal(getTokensPageUrl(DEFAULT_ENDPOINT), 'https://portal.connect.cloudblue.com/integrations/tokens/');
		assert.equal(getTokensPageUrl('https://api.partner.example'), 'https://portal.partner.example/integrations/tokens/');
		for (const endpoint of [
			'http://127.0.0.1:8080/v1',
			'https://partner.example/api.x.y',
			'https://api.example',
			'https://my-api.partner.example',
			'',
		]) {
			assert.equal(getTokensPageUrl(endpoint), undefined, endpoint);
		}
	});

	it('distinguishes a rejected key from one without the Integrations module', async () => {
		const platform = getPlatform();
		const { account } = platform;
		const host = new RegExp(new URL(platform.endpoint).host);
		const disabled = account.authorization(account.add({ enabled: false }));
		const expired = account.authorization(account.add({ expirationDate: '2001-01-01T00:00:00Z' }));
		for (const authorization of [wrongKey(), disabled, expired]) {
			const error = await probe(platform, { authorization });
			assert.match(error, /rejected the API key/);
			assert.match(error, host);
		}
		const error = await probe(platform, { authorization: account.authorization(account.add({ permissions: ['MD-0001'] })) });
		assert.match(error, /doesn't have the Integrations module/);
		assert.match(error, host);
	});

	it('reports an unreachable host', async () => {
		const platform = getPlatform();
		await platform.stop();
		assert.match(await probe(platform), /Couldn't reach 127\.0\.0\.1:\d+ \(ECONNREFUSED\)/);
		assert.match(
			await probe(platform, { endpoint: 'https://connect.invalid/public/v1' }),
			/Couldn't reach connect\.invalid \((ENOTFOUND|EAI_AGAIN)\)/,
		);
	});

	it('ends after a timeout and when it is canceled', async () => {
		const platform = getPlatform();
		platform.fault('GET /accounts', { outcome: 'stall', times: 1 });
		assert.match(await probe(platform, { timeoutMs: 50 }), /didn't respond within the 1-second limit/);
		const controller = new AbortController();
		platform.fault('GET /accounts', { before: () => controller.abort(), outcome: 'stall' });
		assert.match(await probe(platform, { signal: controller.signal }), /was canceled/);
		await eventually(() => assert.ok(platform.requests.every(({ aborted }) => aborted)));
	});

	it('reports an untrusted certificate', async function () {
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

	it('reports a host that does not support TLS', async () => {
		const platform = getPlatform();
		assert.match(
			await probe(platform, { endpoint: platform.endpoint.replace('http:', 'https:') }),
			/Couldn't connect securely to .*doesn't support TLS/,
		);
	});

	it('reports a host that is not a Connect API', async () => {
		const platform = getPlatform();
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
			const removeFault = platform.fault('GET /accounts', { outcome });
			assert.match(await probe(platform), message);
			removeFault();
		}
		platform.fault('GET /auth/tokens', { outcome: changeBody(() => ({ tokens: [] })) });
		assert.match(await probe(platform), /Couldn't understand the response/);
	});

	it('does not send the key to the target of a redirect', async () => {
		const platform = getPlatform();
		const received: unknown[] = [];
		const listener: RequestListener = (request, response) => {
			received.push(request.headers);
			response.end('[]');
		};
		const other = createServer(listener).listen(0, '127.0.0.1');
		await once(other, 'listening');
		const location = `http://127.0.0.1:${(other.address() as AddressInfo).port}/there?query=1`;
		try {
			for (const code of [301, 302, 303, 307, 308] as const) {
				const removeFault = platform.fault('GET /accounts', { outcome: redirectResponse(code, location) });
				assert.match(await probe(platform), /redirects to http:\/\/127\.0\.0\.1:\d+\/there\..*the API key isn't sent/);
				removeFault();
			}
			assert.deepEqual(received, []);
		} finally {
			other.close();
		}
	});
});
