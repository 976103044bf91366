import assert from 'node:assert/strict';
import { ProblemError } from '../../../../src/domain/problems';
import { Accounts, MemoryCredential } from '../../../support/connect/accounts';
import { changed, html, redirect, status, truncated, type Outcome } from '../../../support/connect/faults';
import type { Answer } from '../../../support/connect/operations';
import { usePlatform } from '../../../support/connect/usePlatform';
import { eventually } from '../../../support/eventually';

const LIST = 'GET /auth/tokens';

/** The platform's way to refuse, with words of its own. */
const refusal = (code: number, ...errors: string[]): Answer => ({
	...status(code),
	body: JSON.stringify({ error_code: 'VAL_001', errors }),
});

describe('An account that fails', () => {
	const started = usePlatform();
	const accounts = new Accounts();

	const cases: [what: string, outcome: Outcome | ((regular: Answer) => Outcome), message: RegExp, requests: number][] = [
		['401', status(401), /does not accept the key.* Replace the key/, 1],
		['403', status(403), /lacks the module Integrations/, 1],
		['404', status(404), /Check that the address is that of the API of Connect/, 1],
		['409', refusal(409, 'Busy'), /refuses this in the state that the token is in: Busy\. Reload/, 1],
		['400', refusal(400, 'limit: too much', 'offset: too far.'), /refuses this: limit: too much offset: too far\. Change/, 1],
		['a refusal without words', { ...status(418), body: '' }, /refuses this: 418/, 1],
		['429', status(429), /too many requests\. Try again in 60 seconds/, 3],
		['500', status(500), /has failed \(500\)\. Try again later/, 3],
		['503 of a gateway', html(503), /has failed \(503\)/, 3],
		['a web page in place of data', html(200), /answered with a web page/, 1],
		['truncated JSON', truncated, /could not be understood/, 3],
		['an answer that is cut off', 'cut', /cannot be reached/, 3],
		['a connection that is reset', 'reset', /cannot be reached \(ECONNRESET\)/, 3],
		['another type', changed(() => ({ items: [] })), /could not be understood/, 1],
		[
			'a redirect to another host',
			redirect(307, 'https://elsewhere.example/public/v1/auth/tokens'),
			/leads to https:\/\/elsewhere\.example.*the key is not sent/,
			1,
		],
		['no answer', 'stall', /did not answer within 1 seconds/, 1],
	];
	for (const [what, outcome, message, requests] of cases) {
		it(`by ${what} says so, and what to do`, async () => {
			const platform = started();
			platform.fault(LIST, { outcome });
			const source = await accounts.open(platform, outcome === 'stall' ? { timeout: 200 } : {});
			const error = await source.list().then(
				() => assert.fail('the list can be read'),
				(one: unknown) => one,
			);
			assert.ok(error instanceof ProblemError);
			assert.match(error.message, message);
			assert.ok(error.message.includes(new URL(platform.endpoint).host), 'the host is named');
			assert.deepEqual([source.problem], error.problems);
			assert.equal(platform.requests.filter(({ operation }) => operation === LIST).length, requests);
		});
	}

	it('for a moment is asked again, as often as twice', async () => {
		const platform = started();
		platform.fault(LIST, { outcome: status(502), times: 1 });
		platform.fault(LIST, { outcome: 'reset', times: 1 });
		const source = await accounts.open(platform);
		assert.equal((await source.list()).length, 1);
	});

	it('and asks to wait is waited for, unless that is longer than a minute', async () => {
		const platform = started();
		const source = await accounts.open(platform, { retryDelay: 60_000 });
		platform.fault(LIST, { outcome: status(429, { 'retry-after': '0' }), times: 1 });
		platform.fault(LIST, { outcome: status(503, { 'retry-after': new Date(Date.now() - 5000).toUTCString() }), times: 1 });
		assert.equal((await source.list()).length, 1);
		platform.fault(LIST, { outcome: status(429, { 'retry-after': '61' }), times: 1 });
		await assert.rejects(source.reload(), /too many requests\. Try again in 61 seconds/);
		assert.equal(platform.requests.filter(({ operation }) => operation === LIST).length, 4);
	});

	it('is asked nothing twice that may have an effect', async () => {
		const platform = started();
		const token = platform.account.add({ expirationDate: '2099-01-01T00:00:00Z' });
		const source = await accounts.open(platform);
		const calls = [
			['POST /auth/tokens', () => source.create({ name: 'x' })],
			['PUT /auth/tokens/{id}', () => source.update(token.id, { name: 'x' })],
			['POST /auth/tokens/{id}/deactivate', () => source.disable(token.id)],
			['POST /auth/tokens/{id}/rotate', () => source.rotate(token.id)],
			['POST /auth/tokens/{id}/renew', () => source.renew(token.id)],
			['DELETE /auth/tokens/{id}', () => source.delete(token.id)],
		] as const;
		for (const [operation, call] of calls) {
			for (const outcome of [status(429, { 'retry-after': '7' }), refusal(400, `secret ${'ab'.repeat(20)} is bad`)]) {
				const before = platform.requests.length;
				const end = platform.fault(operation, { outcome });
				await assert.rejects(call, outcome.status === 429 ? /Try again in 7 seconds/ : /refuses this: secret \*{10} is bad\. Change/);
				end();
				assert.equal(platform.requests.slice(before).filter((one) => one.operation === operation).length, 1, operation);
			}
		}
		assert.equal(platform.account.tokens.size, 2);
		assert.equal(platform.account.token(token.id).updated, token.created);
	});

	it('is left alone once the source is closed', async () => {
		const platform = started();
		platform.account.seed(2000);
		platform.fault(({ query }) => query.includes('offset') && !query.includes('offset=0'), { outcome: 'stall' });
		const source = await accounts.open(platform);
		await source.list('now');
		const waiting = source.list();
		await eventually(() => assert.equal(platform.requests.filter(({ answer }) => answer === undefined).length, 3));
		source.dispose();
		await assert.rejects(waiting, ProblemError);
		const before = platform.requests.length;
		await eventually(() => assert.ok(platform.requests.every(({ answer, aborted }) => answer !== undefined || aborted)));
		await assert.rejects(source.readKey(platform.account.ownToken.id), /was stopped/);
		assert.equal(platform.requests.length, before);
	});

	it('because its key is not to be had says so', async () => {
		const platform = started();
		const missing = await accounts.open(platform, { credential: new MemoryCredential(undefined) });
		await assert.rejects(missing.list(), /The key for 127\.0\.0\.1:\d+ is not in the vault\. Replace the key/);
		const locked = { read: () => Promise.reject(new Error('The keyring is locked')), replace: () => Promise.resolve() };
		await assert.rejects(
			(await accounts.open(platform, { credential: locked })).list(),
			/cannot be read from the vault \(The keyring is locked\)/,
		);
		assert.deepEqual(platform.requests, []);
	});

	it('for its key goes on with one that was replaced meanwhile', async () => {
		const platform = started();
		const { account } = platform;
		const credential = new MemoryCredential(account.key);
		const source = await accounts.open(platform, { credential });
		// Another window rotates the key of the account.
		platform.fault(LIST, {
			before: () => {
				account.rotate(account.ownToken.id, null);
				credential.key = account.key;
			},
			times: 1,
		});
		assert.equal((await source.list()).length, 1);
	});

	it('to show a key says that it does not', async () => {
		const platform = started();
		const { account } = platform;
		const hidden = [undefined, null, '', `ApiKey SU-1:${'*'.repeat(10)}`, `ApiKey SU-160-999-999:${'ab'.repeat(20)}`].map((token) =>
			account.add({ extra: { token } }),
		);
		const source = await accounts.open(platform);
		// An answer without it is one that the contract of the tests does not know.
		for (const { id } of hidden) {
			assert.deepEqual(await source.readKey(id), { unavailable: 'not-shown' });
		}
		const { id } = account.add({ expirationDate: '2098-01-01T00:00:00Z', extra: { renewed_token: null } });
		await source.renew(id, { expirationDate: '2099-01-01T00:00:00Z' });
		assert.deepEqual(await source.readKey(id), { unavailable: 'not-shown' }, 'the previous key is not the new one');
		assert.ok('authorization' in (await source.readKey(id, 'previous')));
	});
});
