import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { selfSigned } from '../../../support/certificate';
import type { StoredToken } from '../../../support/connect/account';
import { ask, makeEveryCall, type Answered } from '../../../support/connect/ask';
import { changed, html, lost, redirect, status, truncated } from '../../../support/connect/faults';
import { ownContract, startPlatform, type Platform } from '../../../support/connect/platform';
import { assertContractKept, usePlatform } from '../../../support/connect/usePlatform';
import { eventually } from '../../../support/eventually';

const DAY = 24 * 60 * 60 * 1000;
const inDays = (days: number, from = Date.now()) => new Date(from + days * DAY).toISOString();

interface TokenOnWire {
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
const read = async (platform: Platform, token: { id: string }) => (await ask<TokenOnWire>(platform, `GET ${path(token)}`)).body;
const ids = ({ body }: Answered<TokenOnWire[]>) => body.map(({ id }) => id);

describe('Platform to test against', () => {
	const started = usePlatform();

	it('answers every operation of the contract, and each as the contract says', async () => {
		const platform = started();
		await makeEveryCall(platform);
		assert.deepEqual(platform.exercised(), [...(await ownContract()).operations].sort());
		assert.equal((await ask(platform, 'GET /auth/tokens/SU-0')).status, 404);
	});

	it('refuses and remembers requests that break the contract', async () => {
		const platform = started();
		const own = path(platform.account.ownToken);
		const broken: [string, unknown?][] = [
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
			[`GET ${own}?limit=1`],
			['POST /auth/tokens'],
			['POST /auth/tokens', { name: 'No extension' }],
			['POST /auth/tokens', { name: 'No extension', extension: {} }],
			['POST /auth/tokens', { name: '', extension: { id: 'EXT-310-000' } }],
			['POST /auth/tokens', { name: 'n'.repeat(129), extension: { id: 'EXT-310-000' } }],
			['POST /auth/tokens', { name: 'n', extension: { id: 'EXT-310-000' }, permissions: [] }],
			['POST /auth/tokens', { name: 'n', extension: { id: 'EXT-310-000' }, expiration_date: 'tomorrow' }],
			[`PUT ${own}`, { description: 'd'.repeat(256) }],
			[`PUT ${own}`, { expiration_date: null }],
			[`POST ${own}/activate`, {}],
			[`POST ${own}/rotate`, { expiration_date: 7 }],
			[`POST ${own}/permissions`, { object: 'MD-0001' }],
			[`DELETE ${own}/permissions`],
		];
		for (const [call, body] of broken) {
			assert.equal((await ask(platform, call, { body })).status, 422, call);
		}
		assert.deepEqual(
			platform.violations.splice(0).map(({ request: { method, path, query } }) => `${method} ${path}${query && '?'}${query}`),
			broken.map(([call]) => call),
		);
		assert.deepEqual(platform.exercised(), []);
		assert.equal(platform.account.tokens.size, 1);
	});

	it('tells a test what broke the contract', async () => {
		const platform = started();
		await ask(platform, 'GET /auth/tokens?limit=many');
		assert.throws(() => assertContractKept(platform), /GET \/auth\/tokens\?limit=many: .*integer/);
		platform.violations.length = 0;
	});

	describe('keys', () => {
		it('lets only good keys in', async () => {
			const platform = started();
			const { account } = platform;
			const { key, ownToken } = account;
			const disabled = account.add({ enabled: false });
			const expired = account.add({ expirationDate: inDays(-1) });
			const wrong = [
				'',
				'Bearer x',
				key.slice(0, -1),
				`ApiKey ${ownToken.id}:${'0'.repeat(40)}`,
				account.authorization(disabled),
				account.authorization(expired),
			];
			for (const one of wrong) {
				const { status, body } = await ask<{ error_code: string }>(platform, 'GET /accounts?limit=1', { key: one });
				assert.equal(status, 401, one);
				assert.equal(body.error_code, 'AUTH_001');
			}
			const { status, headers, body } = await ask(platform, 'GET /accounts?limit=1');
			assert.equal(status, 200);
			assert.deepEqual(body, [{ ...account.reference, type: 'vendor', role: 'vendor' }]);
			assert.equal(headers.get('connect-version'), '37.0');
		});

		it('shows tokens only to keys that have the module', async () => {
			const platform = started();
			const key = platform.account.authorization(platform.account.add({ permissions: ['MD-0001'] }));
			assert.equal((await ask(platform, 'GET /accounts?limit=1', { key })).status, 200);
			assert.equal((await ask(platform, 'GET /modules', { key })).status, 200);
			assert.equal((await ask(platform, 'GET /auth/tokens', { key })).status, 403);
			assert.equal((await ask(platform, 'GET /extensions', { key })).status, 403);
		});

		it('opens each account with its own key alone', async () => {
			const platform = started();
			const other = platform.addAccount({ name: 'Other' });
			const { id } = platform.account.add();
			assert.equal((await ask(platform, `GET ${path({ id })}`)).status, 200);
			assert.equal((await ask(platform, `GET ${path({ id })}`, { key: other.key })).status, 404);
			assert.deepEqual(((await ask(platform, 'GET /accounts', { key: other.key })).body as { name: string }[])[0]?.name, 'Other');
		});

		it('keeps them out of what it records', async () => {
			const platform = started();
			await ask(platform, 'GET /accounts?limit=1');
			assert.equal(platform.requests[0]?.headers.authorization, `ApiKey ${platform.account.ownToken.id}:**********`);
			assert.ok(!JSON.stringify(platform.requests).includes(platform.account.ownToken.key.secret));
		});
	});

	describe('lists', () => {
		it('come in pages that say where they are', async () => {
			const platform = started();
			platform.account.seed(25);
			const whole = ids(await ask<TokenOnWire[]>(platform, 'GET /auth/tokens?limit=100'));
			assert.equal(whole.length, 25);
			const last = await ask<TokenOnWire[]>(platform, 'GET /auth/tokens?limit=10&offset=20');
			assert.deepEqual(ids(last), whole.slice(20));
			assert.equal(last.headers.get('content-range'), 'items 20-24/25');
			const beyond = await ask<TokenOnWire[]>(platform, 'GET /auth/tokens?limit=10&offset=30');
			assert.deepEqual(beyond.body, []);
			assert.equal(beyond.headers.get('content-range'), 'items 30-30/25');
		});

		it('can be filtered and ordered', async () => {
			const platform = started();
			const { account } = platform;
			const [c, a, b] = [
				account.add({ name: 'Cedar', enabled: false, permissions: ['MD-0001'] }),
				account.add({ name: 'Alder, red', expirationDate: inDays(3), permissions: ['MD-0001', 'MD-0023'] }),
				account.add({ name: 'Birch', expirationDate: inDays(30), permissions: [] }),
			] as const;
			const own = account.ownToken;
			const expected: [string, StoredToken[]][] = [
				['status=inactive', [c]],
				['in(status,(inactive,expiring))', [c, a]],
				['out(status,(inactive,expiring))', [own, b]],
				['name=Birch', [b]],
				['eq(name,Birch)', [b]],
				['name=eq=Birch', [b]],
				['ne(name,Birch)', [own, c, a]],
				['name="Alder, red"', [a]],
				['name=%22Alder%2C%20red%22', [a]],
				['ilike(name,*ED*)', [c, a]],
				['like(name,Ced*)', [c]],
				[`id=${a.id}`, [a]],
				[`in(id,(${b.id},${c.id}))`, [c, b]],
				['permissions.object.id=MD-0001', [c, a]],
				['eq(expiration_date,null())', [own, c]],
				[`lt(expiration_date,${inDays(7)})`, [a]],
				[`gt(expiration_date,${inDays(7)})&status=active`, [b]],
				['and(permissions.object.id=MD-0001,status=inactive)', [c]],
				['(name=Cedar|name=Birch)', [c, b]],
				['or(eq(name,Cedar),eq(name,Birch))', [c, b]],
				['not(eq(status,active))', [c, a]],
				['in(status,(active,inactive,expiring))&ordering(name)', [a, b, c, own]],
				['ordering(-name)&limit=2', [own, c]],
				['ordering(-status,name)', [c, a, b, own]],
				['limit=2&ordering(expiration_date)', [a, b]],
			];
			for (const [query, tokens] of expected) {
				assert.deepEqual(
					ids(await ask<TokenOnWire[]>(platform, `GET /auth/tokens?${query}`)),
					tokens.map(({ id }) => id),
					query,
				);
			}
			assert.equal((await ask(platform, 'GET /auth/tokens?ordering(name)&limit=1')).headers.get('content-range'), 'items 0-0/4');
		});
	});

	describe('a created token', () => {
		it('is answered as written, and read with its key', async () => {
			const platform = started();
			const body = {
				name: 'New',
				extension: { name: 'zapier' },
				external_id: 'x-1',
				description: 'For a test',
				expiration_date: '2099-01-01T00:00:00Z',
			};
			const answer = await ask<Record<string, unknown>>(platform, 'POST /auth/tokens', { body });
			assert.deepEqual(answer.body, {
				name: 'New',
				external_id: 'x-1',
				extension: {},
				description: 'For a test',
				expiration_date: '2099-01-01T00:00:00+00:00',
			});
			const [found] = (await ask<TokenOnWire[]>(platform, 'GET /auth/tokens?external_id=x-1')).body;
			assert.ok(found);
			assert.match(found.token, new RegExp(`^ApiKey ${found.id}:[0-9a-f]{40}$`));
			assert.deepEqual(
				found.permissions.map(({ object }) => object.id),
				['MD-0000'],
			);
			assert.equal((await ask(platform, 'GET /accounts', { key: found.token })).status, 200);
		});

		it('cannot be of an extension that the account does not have, or over already', async () => {
			const platform = started();
			const drafts = [{ extension: { id: 'flowgear' } }, { extension: { name: 'zapier' }, expiration_date: inDays(-1) }];
			for (const draft of drafts) {
				assert.equal((await ask(platform, 'POST /auth/tokens', { body: { name: 'New', ...draft } })).status, 400);
			}
		});
	});

	describe('a token in the course of time', () => {
		let now = Date.now();
		const clocked = usePlatform({ now: () => new Date(now) });
		const good = async (platform: Platform, key: string | undefined) =>
			(await ask(platform, 'GET /accounts', { key: key ?? '' })).status === 200;

		it('expires by way of expiring', async () => {
			const platform = clocked();
			const token = platform.account.add({ expirationDate: inDays(10, now) });
			assert.equal((await read(platform, token)).status, 'active');
			now += 5 * DAY;
			assert.equal((await read(platform, token)).status, 'expiring');
			now += 5 * DAY;
			assert.equal((await read(platform, token)).status, 'expired');
		});

		it('has both keys after a renewal, until the date of the first', async () => {
			const platform = clocked();
			const token = platform.account.add({ expirationDate: inDays(10, now) });
			const before = await read(platform, token);
			const { body: renewed } = await ask<TokenOnWire>(platform, `POST ${path(token)}/renew`, {
				body: { expiration_date: inDays(60, now) },
			});
			assert.equal(renewed.status, 'revitalised');
			assert.equal(renewed.token, before.token);
			assert.equal(renewed.expiration_date, before.expiration_date);
			assert.notEqual(renewed.renewed_token, before.token);
			assert.ok((await good(platform, renewed.token)) && (await good(platform, renewed.renewed_token)));
			assert.equal((await ask(platform, `POST ${path(token)}/renew`, { body: {} })).status, 400);
			now += 10 * DAY;
			const after = await read(platform, token);
			assert.equal(after.status, 'active');
			assert.equal(after.token, renewed.renewed_token);
			assert.equal(after.expiration_date, renewed.renewed_expiration_date);
			assert.equal(after.renewed_token, undefined);
			assert.ok(!(await good(platform, renewed.token)) && (await good(platform, after.token)));
		});

		it('has another key at once after a rotation, and its old lifetime when none is named', async () => {
			const platform = clocked();
			const token = platform.account.add({ expirationDate: inDays(10, now) });
			const before = await read(platform, token);
			now += 4 * DAY;
			await ask(platform, `POST ${path(token)}/renew`);
			const { body: after } = await ask<TokenOnWire>(platform, `POST ${path(token)}/rotate`);
			assert.equal(Date.parse(after.expiration_date ?? ''), Math.trunc((now + 10 * DAY) / 1000) * 1000);
			assert.ok(!(await good(platform, before.token)) && (await good(platform, after.token)));
			assert.equal(
				(await ask<TokenOnWire>(platform, `POST ${path(token)}/rotate`, { body: { expiration_date: null } })).body.expiration_date,
				null,
			);
		});

		it('is disabled and enabled once each', async () => {
			const platform = clocked();
			const token = platform.account.add();
			const { token: key } = await read(platform, token);
			assert.equal((await ask<TokenOnWire>(platform, `POST ${path(token)}/deactivate`)).body.status, 'inactive');
			assert.ok(!(await good(platform, key)));
			assert.equal((await ask(platform, `POST ${path(token)}/deactivate`)).status, 400);
			assert.equal((await ask<TokenOnWire>(platform, `POST ${path(token)}/activate`)).body.status, 'active');
			assert.ok(await good(platform, key));
			assert.equal((await ask(platform, `POST ${path(token)}/activate`)).status, 400);
		});
	});

	it('changes permissions one by one', async () => {
		const platform = started();
		const token = platform.account.add({ permissions: ['MD-0001'] });
		const modules = async () => (await read(platform, token)).permissions.map(({ object }) => object.id);
		const permissions = `${path(token)}/permissions`;
		await ask(platform, `POST ${permissions}`, { body: { object: { id: 'MD-0023' } } });
		await ask(platform, `POST ${permissions}`, { body: { object: { id: 'MD-0023' } } });
		assert.deepEqual(await modules(), ['MD-0001', 'MD-0023']);
		assert.equal((await ask(platform, `DELETE ${permissions}?object.id=MD-0001`)).status, 204);
		assert.equal((await ask(platform, `DELETE ${permissions}?object.id=MD-0001`)).status, 404);
		assert.deepEqual(await modules(), ['MD-0023']);
		assert.equal((await ask(platform, `POST ${permissions}`, { body: { object: { id: 'MD-9999' } } })).status, 400);
	});

	it('counts answers by day and in all', async () => {
		const platform = started();
		const { id } = platform.account.add({ statistics: { '2026-01-02': { 200: 2 }, '2026-01-01': { 200: 3, 404: 1 } } });
		assert.deepEqual((await ask(platform, `GET /statistics/tokens/${id}/aggregates`)).body, [
			{
				date: '2026-01-01',
				statuses: [
					{ code: '200', count: 3 },
					{ code: '404', count: 1 },
				],
			},
			{ date: '2026-01-02', statuses: [{ code: '200', count: 2 }] },
		]);
		const { statuses } = (await ask(platform, `GET /statistics/tokens/${id}/summary`)).body as { statuses: unknown };
		assert.deepEqual(statuses, [
			{ code: '200', total: 5, since_last_reset: 5 },
			{ code: '404', total: 1, since_last_reset: 1 },
		]);
	});

	it('answers in the other ways that its sources allow', async () => {
		const platform = await startPlatform({ keys: 'bare', created: 'token', aggregates: 'day', longestPage: 3 });
		try {
			const { body } = await ask<TokenOnWire>(platform, 'POST /auth/tokens', { body: { name: 'New', extension: { name: 'custom' } } });
			assert.match(body.id, /^SU-/);
			assert.match(body.token, /^[0-9a-f]{40}$/);
			platform.account.tokens.get(body.id)!.statistics = { '2026-01-01': { 200: 3 }, '2026-01-02': { 200: 2 } };
			const aggregates = await ask(platform, `GET /statistics/tokens/${body.id}/aggregates`);
			assert.deepEqual(aggregates.body, { date: '2026-01-02', statuses: [{ code: '200', count: 2 }] });
			platform.account.seed(5);
			assert.equal(ids(await ask<TokenOnWire[]>(platform, 'GET /auth/tokens?limit=100')).length, 3);
			assertContractKept(platform);
		} finally {
			await platform.stop();
		}
	});

	it('can be out of reach for a while', async () => {
		const platform = started();
		const { endpoint } = platform;
		await platform.stop();
		await platform.stop();
		await assert.rejects(ask(platform, 'GET /accounts'));
		await platform.start();
		assert.equal(platform.endpoint, endpoint);
		assert.equal((await ask(platform, 'GET /accounts')).status, 200);
	});

	it('speaks TLS with a certificate that nobody trusts', async function () {
		const tls = await selfSigned('127.0.0.1');
		if (!tls) {
			return this.skip();
		}
		const platform = await startPlatform({ tls });
		try {
			assert.match(platform.endpoint, /^https:/);
			await assert.rejects(
				ask(platform, 'GET /accounts'),
				({ cause }: { cause: { code: string } }) => cause.code === 'DEPTH_ZERO_SELF_SIGNED_CERT',
			);
			const trusting = get(`${platform.endpoint}/accounts`, { headers: { authorization: platform.account.key }, ca: tls.cert });
			const [{ statusCode }] = (await once(trusting, 'response')) as [IncomingMessage];
			assert.equal(statusCode, 200);
		} finally {
			await platform.stop();
		}
	});

	it('has the same ids in the accounts of two platforms', async () => {
		const other = await startPlatform();
		try {
			started().account.seed(3);
			other.account.seed(3);
			assert.deepEqual([...other.account.tokens.keys()], [...started().account.tokens.keys()]);
			assert.equal((await ask(other, 'GET /accounts', { key: started().account.key })).status, 401);
		} finally {
			await other.stop();
		}
	});

	describe('faults', () => {
		it('take the place of an answer, so often as is said', async () => {
			const platform = started();
			platform.fault('POST /auth/tokens', { outcome: status(429, { 'retry-after': '2' }), times: 1 });
			const body = { name: 'New', extension: { name: 'custom' } };
			const refused = await fetch(`${platform.endpoint}/auth/tokens`, {
				method: 'POST',
				headers: { authorization: platform.account.key, 'content-type': 'application/json' },
				body: JSON.stringify(body),
			});
			assert.equal(refused.status, 429);
			assert.equal(refused.headers.get('retry-after'), '2');
			assert.equal(platform.account.tokens.size, 1);
			assert.equal((await ask(platform, 'POST /auth/tokens', { body })).status, 201);
			assert.equal(platform.account.tokens.size, 2);
		});

		it('change an answer', async () => {
			const platform = started();
			const get = () => fetch(`${platform.endpoint}/auth/tokens`, { headers: { authorization: platform.account.key }, redirect: 'manual' });
			let end = platform.fault('GET /auth/tokens', { outcome: html(502) });
			assert.match(await (await get()).text(), /^<!doctype html>/);
			end();
			end = platform.fault(({ path }) => path === '/auth/tokens', { outcome: truncated });
			await assert.rejects((await get()).json(), SyntaxError);
			end();
			end = platform.fault('GET /auth/tokens', { outcome: changed(() => ({ tokens: 'none' })) });
			assert.deepEqual(await (await get()).json(), { tokens: 'none' });
			end();
			end = platform.fault('GET /auth/tokens', { outcome: redirect(302, 'http://127.0.0.1:1/elsewhere') });
			assert.equal((await get()).headers.get('location'), 'http://127.0.0.1:1/elsewhere');
			end();
			platform.account.ownToken.extra = { status: 'frozen', colour: 'blue' };
			const [token] = (await (await get()).json()) as Record<string, unknown>[];
			assert.equal(token?.status, 'frozen');
			assert.equal(token.colour, 'blue');
		});

		it('lose the answer before or after the action', async () => {
			const platform = started();
			const token = platform.account.add();
			const rotate = () => ask(platform, `POST ${path(token)}/rotate`);
			const { secret } = token.key;
			for (const outcome of ['reset', 'cut'] as const) {
				platform.fault('POST /auth/tokens/{id}/rotate', { outcome, times: 1 });
				await assert.rejects(rotate());
				assert.equal(token.key.secret, secret, `${outcome} before`);
			}
			for (const by of ['reset', 'cut'] as const) {
				const before = token.key.secret;
				platform.fault('POST /auth/tokens/{id}/rotate', { outcome: lost(by), times: 1 });
				await assert.rejects(rotate());
				assert.notEqual(token.key.secret, before, `${by} after`);
			}
			assert.deepEqual(
				platform.requests.map(({ aborted, answer }) => aborted && answer === undefined),
				[true, true, true, true],
			);
			assert.deepEqual(platform.exercised(), ['POST /auth/tokens/{id}/rotate']);
		});

		it('never answer, until the client gives up', async () => {
			const platform = started();
			const client = new AbortController();
			platform.fault('GET /auth/tokens', { before: () => client.abort(), outcome: 'stall' });
			const headers = { authorization: platform.account.key };
			await assert.rejects(fetch(`${platform.endpoint}/auth/tokens`, { headers, signal: client.signal }), { name: 'AbortError' });
			await eventually(() => assert.ok(platform.requests[0]?.aborted));
			assert.equal(platform.requests[0]?.answer, undefined);
			assert.equal((await ask(platform, 'GET /accounts')).status, 200);
		});

		it('let things happen between pages', async () => {
			const platform = started();
			platform.account.seed(6);
			const [first, second] = [...platform.account.tokens.keys()].slice(1);
			platform.fault(({ query }) => query.includes('offset=3'), { before: () => platform.account.delete(first!), times: 1 });
			const pages = [
				await ask<TokenOnWire[]>(platform, 'GET /auth/tokens?limit=3&offset=0'),
				await ask<TokenOnWire[]>(platform, 'GET /auth/tokens?limit=3&offset=3'),
			];
			assert.deepEqual(
				pages.map(({ headers }) => headers.get('content-range')),
				['items 0-2/6', 'items 3-4/5'],
			);
			assert.ok(ids(pages[0]!).includes(second!));
			assert.equal(new Set(pages.flatMap(ids)).size, 5, 'one has moved to the first page unseen');
		});
	});

	it('tells how many requests were under way at once', async () => {
		const platform = started();
		const three = new EventEmitter();
		let arrived = 0;
		platform.fault('GET /modules', { before: () => (++arrived === 3 ? three.emit('here') : once(three, 'here')) });
		await Promise.all(['', '', ''].map(() => ask(platform, 'GET /modules')));
		assert.equal(platform.mostAtOnce, 3);
		await ask(platform, 'GET /extensions');
		const { atOnce, answer } = platform.requests.at(-1)!;
		assert.equal(atOnce, 1);
		assert.equal(answer?.status, 200);
		assert.ok(answer.bytes > 100);
	});
});
