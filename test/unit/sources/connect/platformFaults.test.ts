import assert from 'node:assert/strict';
import { ProblemError } from '../../../../src/domain/problems';
import { TestAccounts, MemoryAccountKeyStore } from '../../../support/connect/testAccounts';
import {
	changeBody,
	htmlResponse,
	redirectResponse,
	errorResponse,
	truncateBody,
	type FaultOutcome,
} from '../../../support/connect/platformFaults';
import type { HttpResponse } from '../../../support/connect/platformOperations';
import { usePlatform } from '../../../support/connect/usePlatform';
import { eventually } from '../../../support/eventually';

const LIST_OPERATION = 'GET /auth/tokens';

/** An error response with the platform's own messages. */
const errorWithMessages = (code: number, ...errors: string[]): HttpResponse => ({
	...errorResponse(code),
	body: JSON.stringify({ error_code: 'VAL_001', errors }),
});

describe('failing account', () => {
	const getPlatform = usePlatform();
	const accounts = new TestAccounts();

	const cases: [name: string, outcome: FaultOutcome | ((regular: HttpResponse) => FaultOutcome), message: RegExp, requests: number][] = [
		['401', errorResponse(401), /rejected the API key.* Replace the account key/, 1],
		['403', errorResponse(403), /doesn't have the Integrations module/, 1],
		['404', errorResponse(404), /Make sure the URL points to the Connect API/, 1],
		['409', errorWithMessages(409, 'Busy'), /doesn't allow this in the token's current state: Busy\. Reload/, 1],
		[
			'400',
			errorWithMessages(400, 'limit: too much', 'offset: too far.'),
			/rejected the request: limit: too much offset: too far\. Correct/,
			1,
		],
		['an error without a message', { ...errorResponse(418), body: '' }, /rejected the request: HTTP 418\. Correct/, 1],
		['429', errorResponse(429), /too many requests\. Try again in 60 seconds/, 3],
		['500', errorResponse(500), /failed to process the request \(500\)\. Try again later/, 3],
		['503 from a gateway', htmlResponse(503), /failed to process the request \(503\)/, 3],
		['a web page instead of JSON', htmlResponse(200), /returned a web page/, 1],
		['truncated JSON', truncateBody, /Couldn't understand the response/, 3],
		['a connection closed within the response', 'cut', /Couldn't reach/, 3],
		['a connection reset', 'reset', /Couldn't reach .* \(ECONNRESET\)/, 3],
		['JSON in another format', changeBody(() => ({ items: [] })), /Couldn't understand the response/, 1],
		[
			'a redirect to another host',
			redirectResponse(307, 'https://elsewhere.example/public/v1/auth/tokens'),
			/redirects to https:\/\/elsewhere\.example.*the API key isn't sent/,
			1,
		],
		['a timeout', 'stall', /didn't respond within the 1-second limit/, 1],
	];
	for (const [name, outcome, message, requestCount] of cases) {
		it(`reports ${name}, and what to do`, async () => {
			const platform = getPlatform();
			platform.fault(LIST_OPERATION, { outcome });
			const source = await accounts.open(platform, outcome === 'stall' ? { timeoutMs: 200 } : {});
			const error = await source.list().then(
				() => assert.fail('the list was read'),
				(reason: unknown) => reason,
			);
			assert.ok(error instanceof ProblemError);
			assert.match(error.message, message);
			assert.ok(error.message.includes(new URL(platform.endpoint).host), 'the message contains the host');
			assert.deepEqual([source.problem], error.problems);
			assert.equal(platform.requests.filter(({ operation }) => operation === LIST_OPERATION).length, requestCount);
		});
	}

	it('is retried up to twice after transient errors', async () => {
		const platform = getPlatform();
		platform.fault(LIST_OPERATION, { outcome: errorResponse(502), times: 1 });
		platform.fault(LIST_OPERATION, { outcome: 'reset', times: 1 });
		const source = await accounts.open(platform);
		assert.equal((await source.list()).length, 1);
	});

	it('is retried after the requested wait, unless it is longer than a minute', async () => {
		const platform = getPlatform();
		const source = await accounts.open(platform, { retryDelayMs: 60_000 });
		platform.fault(LIST_OPERATION, { outcome: errorResponse(429, { 'retry-after': '0' }), times: 1 });
		platform.fault(LIST_OPERATION, { outcome: errorResponse(503, { 'retry-after': new Date(Date.now() - 5000).toUTCString() }), times: 1 });
		assert.equal((await source.list()).length, 1);
		platform.fault(LIST_OPERATION, { outcome: errorResponse(429, { 'retry-after': '61' }), times: 1 });
		await assert.rejects(source.reload(), /too many requests\. Try again in 61 seconds/);
		assert.equal(platform.requests.filter(({ operation }) => operation === LIST_OPERATION).length, 4);
	});

	it('gets no repeated requests that could make a change', async () => {
		const platform = getPlatform();
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
			for (const outcome of [errorResponse(429, { 'retry-after': '7' }), errorWithMessages(400, `secret ${'ab'.repeat(20)} is bad`)]) {
				const previousCount = platform.requests.length;
				const removeFault = platform.fault(operation, { outcome });
				await assert.rejects(
					call,
					outcome.status === 429 ? /Try again in 7 seconds/ : /rejected the request: secret \*{10} is bad\. Correct/,
				);
				removeFault();
				assert.equal(platform.requests.slice(previousCount).filter((request) => request.operation === operation).length, 1, operation);
			}
		}
		assert.equal(platform.account.tokens.size, 2);
		assert.equal(platform.account.token(token.id).updated, token.created);
	});

	it('gets no requests after the source is disposed', async () => {
		const platform = getPlatform();
		platform.account.seed(2000);
		platform.fault(({ query }) => query.includes('offset') && !query.includes('offset=0'), { outcome: 'stall' });
		// The platform may receive a request later than the source has sent it.
		let sentCount = 0;
		const source = await accounts.open(platform, {
			fetch: (input, init) => {
				sentCount += init?.signal?.aborted ? 0 : 1;
				return globalThis.fetch(input, init);
			},
		});
		await source.list('available');
		const pendingList = source.list();
		await eventually(() => assert.equal(platform.requests.filter(({ response }) => response === undefined).length, 3));
		source.dispose();
		const previousCount = sentCount;
		await assert.rejects(pendingList, ProblemError);
		await eventually(() => assert.ok(platform.requests.every(({ response, aborted }) => response !== undefined || aborted)));
		await assert.rejects(source.readKey(platform.account.ownToken.id), /was canceled/);
		assert.equal(sentCount, previousCount);
	});

	it('reports a missing or unreadable account key', async () => {
		const platform = getPlatform();
		const missing = await accounts.open(platform, { accountKeyStore: new MemoryAccountKeyStore(undefined) });
		await assert.rejects(missing.list(), /The account key for 127\.0\.0\.1:\d+ isn't stored here\. Run “Replace Account Key”/);
		const locked = { read: () => Promise.reject(new Error('The keyring is locked')), replace: () => Promise.resolve() };
		await assert.rejects(
			(await accounts.open(platform, { accountKeyStore: locked })).list(),
			/from secret storage \(The keyring is locked\)/,
		);
		assert.deepEqual(platform.requests, []);
	});

	it('is retried with the new key if another window replaced the account key', async () => {
		const platform = getPlatform();
		const { account } = platform;
		const accountKeyStore = new MemoryAccountKeyStore(account.key);
		const source = await accounts.open(platform, { accountKeyStore });
		// Another window rotates the account key.
		platform.fault(LIST_OPERATION, {
			before: () => {
				account.rotate(account.ownToken.id, null);
				accountKeyStore.key = account.key;
			},
			times: 1,
		});
		assert.equal((await source.list()).length, 1);
	});

	it('reports that it does not return a key', async () => {
		const platform = getPlatform();
		const { account } = platform;
		const hidden = [undefined, null, '', `ApiKey SU-1:${'*'.repeat(10)}`, `ApiKey SU-160-999-999:${'ab'.repeat(20)}`].map((token) =>
			account.add({ extra: { token } }),
		);
		const source = await accounts.open(platform);
		for (const { id } of hidden) {
			assert.deepEqual(await source.readKey(id), { unavailable: 'notShown' });
		}
		const { id } = account.add({ expirationDate: '2098-01-01T00:00:00Z', extra: { renewed_token: null } });
		await source.renew(id, { expirationDate: '2099-01-01T00:00:00Z' });
		assert.deepEqual(await source.readKey(id), { unavailable: 'notShown' }, 'the previous key is not the new one');
		assert.ok('authorization' in (await source.readKey(id, 'previous')));
	});
});
