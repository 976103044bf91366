import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { createSelfSignedCertificate } from '../../../support/certificate';
import type { StoredToken } from '../../../support/connect/platformAccount';
import { sendRequest, sendEveryRequest, type RequestResult } from '../../../support/connect/platformRequests';
import {
	changeBody,
	htmlResponse,
	loseResponse,
	redirectResponse,
	errorResponse,
	truncateBody,
} from '../../../support/connect/platformFaults';
import { ownContract, startPlatform, type Platform } from '../../../support/connect/simulatedPlatform';
import { assertNoViolations, usePlatform } from '../../../support/connect/usePlatform';
import { eventually } from '../../../support/eventually';

const DAY_MS = 24 * 60 * 60 * 1000;
const daysFromNow = (days: number, from = Date.now()) => new Date(from + days * DAY_MS).toISOString();

interface TokenResponse {
	id: string;
	name: string;
	status: string;
	token: string;
	renewed_token?: string;
	expiration_date: string | null;
	renewed_expiration_date: string | null;
	permissions: { id: string; object: { id: string } }[];
}

const path = ({ id }: { id: string }) => `/auth/tokens/${id}`;
const read = async (platform: Platform, token: { id: string }) => (await sendRequest<TokenResponse>(platform, `GET ${path(token)}`)).body;
const ids = ({ body }: RequestResult<TokenResponse[]>) => body.map(({ id }) => id);

describe('simulated platform', () => {
	const getPlatform = usePlatform();

	it('implements all operations of the contract, with valid responses', async () => {
		const platform = getPlatform();
		await sendEveryRequest(platform);
		assert.deepEqual(platform.exercised(), [...(await ownContract()).operations].sort());
		assert.equal((await sendRequest(platform, 'GET /auth/tokens/SU-0')).status, 404);
	});

	it('rejects and records requests that violate the contract', async () => {
		const platform = getPlatform();
		const ownPath = path(platform.account.ownToken);
		const invalidCalls: [string, unknown?][] = [
			['GET /nothing'],
			['PATCH /auth/tokens'],
			['GET /auth/tokens?limit=many'],
			['GET /auth/tokens?limit=-1'],
			['GET /auth/tokens?status=disabled'],
			['GET /auth/tokens?in(status,(active,disabled))'],
			['GET /auth/tokens?owner=me'],
			['GET /auth/tokens?gt(name,a)'],
			['GET /auth/tokens?ordering(description)'],
			['GET /auth/tokens?in(status,(active'],
			['GET /auth/tokens?name=a/b'],
			[`GET /auth/tokens?ilike(name,*${'ab'.repeat(20)}*)`],
			['GET /auth/tokens/unknown'],
			[`GET ${ownPath}?limit=1`],
			['POST /auth/tokens'],
			['POST /auth/tokens', { name: 'No extension' }],
			['POST /auth/tokens', { name: 'No extension', extension: {} }],
			['POST /auth/tokens', { name: '', extension: { id: 'EXT-310-000' } }],
			['POST /auth/tokens', { name: 'n'.repeat(129), extension: { id: 'EXT-310-000' } }],
			['POST /auth/tokens', { name: 'n', extension: { id: 'EXT-310-000' }, permissions: [] }],
			['POST /auth/tokens', { name: 'n', extension: { id: 'EXT-310-000' }, expiration_date: 'tomorrow' }],
			[`PUT ${ownPath}`, { description: 'd'.repeat(256) }],
			[`PUT ${ownPath}`, { expiration_date: null }],
			[`POST ${ownPath}/activate`, {}],
			[`POST ${ownPath}/rotate`, { expiration_date: 7 }],
			[`POST ${ownPath}/permissions`, { object: 'MD-0001' }],
			[`DELETE ${ownPath}/permissions`],
		];
		for (const [call, body] of invalidCalls) {
			assert.equal((await sendRequest(platform, call, { body })).status, 422, call);
		}
		assert.deepEqual(
			platform.violations.splice(0).map(({ request: { method, path, query } }) => `${method} ${path}${query && '?'}${query}`),
			invalidCalls.map(([call]) => call),
		);
		assert.deepEqual(platform.exercised(), []);
		assert.equal(platform.account.tokens.size, 1);
	});

	it('fails a test with the violations of the contract', async () => {
		const platform = getPlatform();
		await sendRequest(platform, 'GET /auth/tokens?limit=many');
		assert.throws(() => assertNoViolations(platform), /GET \/auth\/tokens\?limit=many: .*integer/);
		platform.violations.length = 0;
	});

	describe('keys', () => {
		it('accepts only valid keys', async () => {
			const platform = getPlatform();
			const { account } = platform;
			const { key, ownToken } = account;
			const disabled = account.add({ enabled: false });
			const expired = account.add({ expirationDate: daysFromNow(-1) });
			const invalidKeys = [
				'',
				'Bearer x',
				key.slice(0, -1),
				`ApiKey ${ownToken.id}:${'0'.repeat(40)}`,
				account.authorization(disabled),
				account.authorization(expired),
			];
			for (const invalidKey of invalidKeys) {
				const { status, body } = await sendRequest<{ error_code: string }>(platform, 'GET /accounts?limit=1', { key: invalidKey });
				assert.equal(status, 401, invalidKey);
				assert.equal(body.error_code, 'AUTH_001');
			}
			const { status, headers, body } = await sendRequest(platform, 'GET /accounts?limit=1');
			assert.equal(status, 200);
			assert.deepEqual(body, [{ ...account.reference, type: 'vendor', role: 'vendor' }]);
			assert.equal(headers.get('connect-version'), '37.0');
		});

		it('returns tokens only for keys with the Integrations module', async () => {
			const platform = getPlatform();
			const key = platform.account.authorization(platform.account.add({ permissions: ['MD-0001'] }));
			assert.equal((await sendRequest(platform, 'GET /accounts?limit=1', { key })).status, 200);
			assert.equal((await sendRequest(platform, 'GET /modules', { key })).status, 200);
			assert.equal((await sendRequest(platform, 'GET /auth/tokens', { key })).status, 403);
			assert.equal((await sendRequest(platform, 'GET /extensions', { key })).status, 403);
		});

		it('returns an account only for its own keys', async () => {
			const platform = getPlatform();
			const other = platform.addAccount({ name: 'Other' });
			const { id } = platform.account.add();
			assert.equal((await sendRequest(platform, `GET ${path({ id })}`)).status, 200);
			assert.equal((await sendRequest(platform, `GET ${path({ id })}`, { key: other.key })).status, 404);
			assert.deepEqual(((await sendRequest(platform, 'GET /accounts', { key: other.key })).body as { name: string }[])[0]?.name, 'Other');
		});

		it('masks keys in recorded requests', async () => {
			const platform = getPlatform();
			await sendRequest(platform, 'GET /accounts?limit=1');
			assert.equal(platform.requests[0]?.headers.authorization, `ApiKey ${platform.account.ownToken.id}:**********`);
			assert.ok(!JSON.stringify(platform.requests).includes(platform.account.ownToken.key.secret));
		});
	});

	describe('lists', () => {
		it('have pages with their range', async () => {
			const platform = getPlatform();
			platform.account.seed(25);
			const allIds = ids(await sendRequest<TokenResponse[]>(platform, 'GET /auth/tokens?limit=100'));
			assert.equal(allIds.length, 25);
			const last = await sendRequest<TokenResponse[]>(platform, 'GET /auth/tokens?limit=10&offset=20');
			assert.deepEqual(ids(last), allIds.slice(20));
			assert.equal(last.headers.get('content-range'), 'items 20-24/25');
			const beyond = await sendRequest<TokenResponse[]>(platform, 'GET /auth/tokens?limit=10&offset=30');
			assert.deepEqual(beyond.body, []);
			assert.equal(beyond.headers.get('content-range'), 'items 30-30/25');
		});

		it('can be filtered and sorted', async () => {
			const platform = getPlatform();
			const { account } = platform;
			const [c, a, b] = [
				account.add({ name: 'Cedar', enabled: false, permissions: ['MD-0001'] }),
				account.add({ name: 'Alder, red', expirationDate: daysFromNow(3), permissions: ['MD-0001', 'MD-0023'] }),
				account.add({ name: 'Birch', expirationDate: daysFromNow(30), permissions: [] }),
			] as const;
			const { ownToken } = account;
			const expected: [string, StoredToken[]][] = [
				['status=inactive', [c]],
				['in(status,(inactive,expiring))', [c, a]],
				['out(status,(inactive,expiring))', [ownToken, b]],
				['name=Birch', [b]],
				['eq(name,Birch)', [b]],
				['name=eq=Birch', [b]],
				['ne(name,Birch)', [ownToken, c, a]],
				['name="Alder, red"', [a]],
				['name=%22Alder%2C%20red%22', [a]],
				['ilike(name,*ED*)', [c, a]],
				['like(name,Ced*)', [c]],
				[`id=${a.id}`, [a]],
				[`in(id,(${b.id},${c.id}))`, [c, b]],
				['permissions.object.id=MD-0001', [c, a]],
				['eq(expiration_date,null())', [ownToken, c]],
				[`lt(expiration_date,${daysFromNow(7)})`, [a]],
				[`gt(expiration_date,${daysFromNow(7)})&status=active`, [b]],
				['and(permissions.object.id=MD-0001,status=inactive)', [c]],
				['(name=Cedar|name=Birch)', [c, b]],
				['or(eq(name,Cedar),eq(name,Birch))', [c, b]],
				['not(eq(status,active))', [c, a]],
				['in(status,(active,inactive,expiring))&ordering(name)', [a, b, c, ownToken]],
				['ordering(-name)&limit=2', [ownToken, c]],
				['ordering(-status,name)', [c, a, b, ownToken]],
				['limit=2&ordering(expiration_date)', [a, b]],
			];
			for (const [query, tokens] of expected) {
				assert.deepEqual(
					ids(await sendRequest<TokenResponse[]>(platform, `GET /auth/tokens?${query}`)),
					tokens.map(({ id }) => id),
					query,
				);
			}
			assert.equal((await sendRequest(platform, 'GET /auth/tokens?ordering(name)&limit=1')).headers.get('content-range'), 'items 0-0/4');
		});
	});

	describe('new token', () => {
		it('is returned with the written fields, and can be read with its key', async () => {
			const platform = getPlatform();
			const body = {
				name: 'New',
				extension: { name: 'zapier' },
				external_id: 'x-1',
				description: 'For a test',
				expiration_date: '2099-01-01T00:00:00Z',
			};
			const response = await sendRequest<Record<string, unknown>>(platform, 'POST /auth/tokens', { body });
			assert.deepEqual(response.body, {
				name: 'New',
				external_id: 'x-1',
				extension: {},
				description: 'For a test',
				expiration_date: '2099-01-01T00:00:00+00:00',
			});
			const [found] = (await sendRequest<TokenResponse[]>(platform, 'GET /auth/tokens?external_id=x-1')).body;
			assert.ok(found);
			assert.match(found.token, new RegExp(`^ApiKey ${found.id}:[0-9a-f]{40}$`));
			assert.deepEqual(
				found.permissions.map(({ object }) => object.id),
				['MD-0000'],
			);
			assert.equal((await sendRequest(platform, 'GET /accounts', { key: found.token })).status, 200);
		});

		it('cannot have an unknown extension or a past expiration date', async () => {
			const platform = getPlatform();
			const drafts = [{ extension: { id: 'flowgear' } }, { extension: { name: 'zapier' }, expiration_date: daysFromNow(-1) }];
			for (const draft of drafts) {
				assert.equal((await sendRequest(platform, 'POST /auth/tokens', { body: { name: 'New', ...draft } })).status, 400);
			}
		});
	});

	describe('token lifecycle', () => {
		let now = Date.now();
		const clocked = usePlatform({ now: () => new Date(now) });
		const isValidKey = async (platform: Platform, key: string | undefined) =>
			(await sendRequest(platform, 'GET /accounts', { key: key ?? '' })).status === 200;

		it('is expiring before it expires', async () => {
			const platform = clocked();
			const token = platform.account.add({ expirationDate: daysFromNow(10, now) });
			assert.equal((await read(platform, token)).status, 'active');
			now += 5 * DAY_MS;
			assert.equal((await read(platform, token)).status, 'expiring');
			now += 5 * DAY_MS;
			assert.equal((await read(platform, token)).status, 'expired');
		});

		it('has two keys after a renewal, until the previous key expires', async () => {
			const platform = clocked();
			const token = platform.account.add({ expirationDate: daysFromNow(10, now) });
			const before = await read(platform, token);
			const { body: renewed } = await sendRequest<TokenResponse>(platform, `POST ${path(token)}/renew`, {
				body: { expiration_date: daysFromNow(60, now) },
			});
			assert.equal(renewed.status, 'revitalised');
			assert.equal(renewed.token, before.token);
			assert.equal(renewed.expiration_date, before.expiration_date);
			assert.notEqual(renewed.renewed_token, before.token);
			assert.ok((await isValidKey(platform, renewed.token)) && (await isValidKey(platform, renewed.renewed_token)));
			assert.equal((await sendRequest(platform, `POST ${path(token)}/renew`, { body: {} })).status, 400);
			now += 10 * DAY_MS;
			const after = await read(platform, token);
			assert.equal(after.status, 'active');
			assert.equal(after.token, renewed.renewed_token);
			assert.equal(after.expiration_date, renewed.renewed_expiration_date);
			assert.equal(after.renewed_token, undefined);
			assert.ok(!(await isValidKey(platform, renewed.token)) && (await isValidKey(platform, after.token)));
		});

		it('has only a new key after a rotation, by default with the same lifetime', async () => {
			const platform = clocked();
			const token = platform.account.add({ expirationDate: daysFromNow(10, now) });
			const before = await read(platform, token);
			now += 4 * DAY_MS;
			await sendRequest(platform, `POST ${path(token)}/renew`);
			const { body: after } = await sendRequest<TokenResponse>(platform, `POST ${path(token)}/rotate`);
			assert.equal(Date.parse(after.expiration_date ?? ''), Math.trunc((now + 10 * DAY_MS) / 1000) * 1000);
			assert.ok(!(await isValidKey(platform, before.token)) && (await isValidKey(platform, after.token)));
			assert.equal(
				(await sendRequest<TokenResponse>(platform, `POST ${path(token)}/rotate`, { body: { expiration_date: null } })).body
					.expiration_date,
				null,
			);
		});

		it('can be disabled and enabled, but not twice in a row', async () => {
			const platform = clocked();
			const token = platform.account.add();
			const { token: key } = await read(platform, token);
			assert.equal((await sendRequest<TokenResponse>(platform, `POST ${path(token)}/deactivate`)).body.status, 'inactive');
			assert.ok(!(await isValidKey(platform, key)));
			assert.equal((await sendRequest(platform, `POST ${path(token)}/deactivate`)).status, 400);
			assert.equal((await sendRequest<TokenResponse>(platform, `POST ${path(token)}/activate`)).body.status, 'active');
			assert.ok(await isValidKey(platform, key));
			assert.equal((await sendRequest(platform, `POST ${path(token)}/activate`)).status, 400);
		});
	});

	it('changes permissions one by one', async () => {
		const platform = getPlatform();
		const token = platform.account.add({ permissions: ['MD-0001'] });
		const modules = async () => (await read(platform, token)).permissions.map(({ object }) => object.id);
		const permissions = `${path(token)}/permissions`;
		await sendRequest(platform, `POST ${permissions}`, { body: { object: { id: 'MD-0023' } } });
		await sendRequest(platform, `POST ${permissions}`, { body: { object: { id: 'MD-0023' } } });
		assert.deepEqual(await modules(), ['MD-0001', 'MD-0023']);
		assert.equal((await sendRequest(platform, `DELETE ${permissions}?object.id=MD-0001`)).status, 204);
		assert.equal((await sendRequest(platform, `DELETE ${permissions}?object.id=MD-0001`)).status, 404);
		assert.deepEqual(await modules(), ['MD-0023']);
		assert.equal((await sendRequest(platform, `POST ${permissions}`, { body: { object: { id: 'MD-9999' } } })).status, 400);
	});

	it('counts responses by day and in total', async () => {
		const platform = getPlatform();
		const { id } = platform.account.add({ statistics: { '2026-01-02': { 200: 2 }, '2026-01-01': { 200: 3, 404: 1 } } });
		assert.deepEqual((await sendRequest(platform, `GET /statistics/tokens/${id}/aggregates`)).body, [
			{
				date: '2026-01-01',
				statuses: [
					{ code: '200', count: 3 },
					{ code: '404', count: 1 },
				],
			},
			{ date: '2026-01-02', statuses: [{ code: '200', count: 2 }] },
		]);
		const { statuses } = (await sendRequest(platform, `GET /statistics/tokens/${id}/summary`)).body as { statuses: unknown };
		assert.deepEqual(statuses, [
			{ code: '200', total: 5, since_last_reset: 5 },
			{ code: '404', total: 1, since_last_reset: 1 },
		]);
	});

	it('supports the response variants that the documentation leaves open', async () => {
		const platform = await startPlatform({ keys: 'bare', created: 'token', aggregates: 'day', maxPageSize: 3 });
		try {
			const { body } = await sendRequest<TokenResponse>(platform, 'POST /auth/tokens', {
				body: { name: 'New', extension: { name: 'custom' } },
			});
			assert.match(body.id, /^SU-/);
			assert.match(body.token, /^[0-9a-f]{40}$/);
			platform.account.tokens.get(body.id)!.statistics = { '2026-01-01': { 200: 3 }, '2026-01-02': { 200: 2 } };
			const aggregates = await sendRequest(platform, `GET /statistics/tokens/${body.id}/aggregates`);
			assert.deepEqual(aggregates.body, { date: '2026-01-02', statuses: [{ code: '200', count: 2 }] });
			platform.account.seed(5);
			assert.equal(ids(await sendRequest<TokenResponse[]>(platform, 'GET /auth/tokens?limit=100')).length, 3);
			assertNoViolations(platform);
		} finally {
			await platform.stop();
		}
	});

	it('can be unreachable for some time', async () => {
		const platform = getPlatform();
		const { endpoint } = platform;
		await platform.stop();
		await platform.stop();
		await assert.rejects(sendRequest(platform, 'GET /accounts'));
		await platform.start();
		assert.equal(platform.endpoint, endpoint);
		assert.equal((await sendRequest(platform, 'GET /accounts')).status, 200);
	});

	it('supports TLS with an untrusted certificate', async function () {
		const tls = await createSelfSignedCertificate('127.0.0.1');
		if (!tls) {
			return this.skip();
		}
		const platform = await startPlatform({ tls });
		try {
			assert.match(platform.endpoint, /^https:/);
			await assert.rejects(
				sendRequest(platform, 'GET /accounts'),
				({ cause }: { cause: { code: string } }) => cause.code === 'DEPTH_ZERO_SELF_SIGNED_CERT',
			);
			const request = get(`${platform.endpoint}/accounts`, { headers: { authorization: platform.account.key }, ca: tls.cert });
			const [{ statusCode }] = (await once(request, 'response')) as [IncomingMessage];
			assert.equal(statusCode, 200);
		} finally {
			await platform.stop();
		}
	});

	it('uses the same IDs in accounts on different platforms', async () => {
		const other = await startPlatform();
		try {
			getPlatform().account.seed(3);
			other.account.seed(3);
			assert.deepEqual([...other.account.tokens.keys()], [...getPlatform().account.tokens.keys()]);
			assert.equal((await sendRequest(other, 'GET /accounts', { key: getPlatform().account.key })).status, 401);
		} finally {
			await other.stop();
		}
	});

	describe('faults', () => {
		it('replace the response as often as specified', async () => {
			const platform = getPlatform();
			platform.fault('POST /auth/tokens', { outcome: errorResponse(429, { 'retry-after': '2' }), times: 1 });
			const body = { name: 'New', extension: { name: 'custom' } };
			const rejected = await fetch(`${platform.endpoint}/auth/tokens`, {
				method: 'POST',
				headers: { authorization: platform.account.key, 'content-type': 'application/json' },
				body: JSON.stringify(body),
			});
			assert.equal(rejected.status, 429);
			assert.equal(rejected.headers.get('retry-after'), '2');
			assert.equal(platform.account.tokens.size, 1);
			assert.equal((await sendRequest(platform, 'POST /auth/tokens', { body })).status, 201);
			assert.equal(platform.account.tokens.size, 2);
		});

		it('change the response', async () => {
			const platform = getPlatform();
			const get = () => fetch(`${platform.endpoint}/auth/tokens`, { headers: { authorization: platform.account.key }, redirect: 'manual' });
			let removeFault = platform.fault('GET /auth/tokens', { outcome: htmlResponse(502) });
			assert.match(await (await get()).text(), /^<!doctype html>/);
			removeFault();
			removeFault = platform.fault(({ path }) => path === '/auth/tokens', { outcome: truncateBody });
			await assert.rejects((await get()).json(), SyntaxError);
			removeFault();
			removeFault = platform.fault('GET /auth/tokens', { outcome: changeBody(() => ({ tokens: 'none' })) });
			assert.deepEqual(await (await get()).json(), { tokens: 'none' });
			removeFault();
			removeFault = platform.fault('GET /auth/tokens', { outcome: redirectResponse(302, 'http://127.0.0.1:1/elsewhere') });
			assert.equal((await get()).headers.get('location'), 'http://127.0.0.1:1/elsewhere');
			removeFault();
			platform.account.ownToken.extra = { status: 'frozen', color: 'blue' };
			const [token] = (await (await get()).json()) as Record<string, unknown>[];
			assert.equal(token?.status, 'frozen');
			assert.equal(token.color, 'blue');
		});

		it('lose the response before or after processing the request', async () => {
			const platform = getPlatform();
			const token = platform.account.add();
			const rotate = () => sendRequest(platform, `POST ${path(token)}/rotate`);
			const { secret } = token.key;
			for (const outcome of ['reset', 'cut'] as const) {
				platform.fault('POST /auth/tokens/{id}/rotate', { outcome, times: 1 });
				await assert.rejects(rotate());
				assert.equal(token.key.secret, secret, `${outcome} before`);
			}
			for (const by of ['reset', 'cut'] as const) {
				const before = token.key.secret;
				platform.fault('POST /auth/tokens/{id}/rotate', { outcome: loseResponse(by), times: 1 });
				await assert.rejects(rotate());
				assert.notEqual(token.key.secret, before, `${by} after`);
			}
			assert.deepEqual(
				platform.requests.map(({ aborted, response }) => aborted && response === undefined),
				[true, true, true, true],
			);
			assert.deepEqual(platform.exercised(), ['POST /auth/tokens/{id}/rotate']);
		});

		it('stall until the client cancels the request', async () => {
			const platform = getPlatform();
			const controller = new AbortController();
			platform.fault('GET /auth/tokens', { before: () => controller.abort(), outcome: 'stall' });
			const headers = { authorization: platform.account.key };
			await assert.rejects(fetch(`${platform.endpoint}/auth/tokens`, { headers, signal: controller.signal }), { name: 'AbortError' });
			await eventually(() => assert.ok(platform.requests[0]?.aborted));
			assert.equal(platform.requests[0]?.response, undefined);
			assert.equal((await sendRequest(platform, 'GET /accounts')).status, 200);
		});

		it('can change the list between two pages', async () => {
			const platform = getPlatform();
			platform.account.seed(6);
			const [first, second] = [...platform.account.tokens.keys()].slice(1);
			platform.fault(({ query }) => query.includes('offset=3'), { before: () => platform.account.delete(first!), times: 1 });
			const pages = [
				await sendRequest<TokenResponse[]>(platform, 'GET /auth/tokens?limit=3&offset=0'),
				await sendRequest<TokenResponse[]>(platform, 'GET /auth/tokens?limit=3&offset=3'),
			];
			assert.deepEqual(
				pages.map(({ headers }) => headers.get('content-range')),
				['items 0-2/6', 'items 3-4/5'],
			);
			assert.ok(ids(pages[0]!).includes(second!));
			assert.equal(new Set(pages.flatMap(ids)).size, 5, 'one token moved to the first page and was missed');
		});
	});

	it('counts concurrent requests', async () => {
		const platform = getPlatform();
		const emitter = new EventEmitter();
		let arrived = 0;
		platform.fault('GET /modules', { before: () => (++arrived === 3 ? emitter.emit('allArrived') : once(emitter, 'allArrived')) });
		await Promise.all(['', '', ''].map(() => sendRequest(platform, 'GET /modules')));
		assert.equal(platform.maxConcurrentRequests, 3);
		await sendRequest(platform, 'GET /extensions');
		const { concurrentRequests, response } = platform.requests.at(-1)!;
		assert.equal(concurrentRequests, 1);
		assert.equal(response?.status, 200);
		assert.ok(response.bytes > 100);
	});
});
