import assert from 'node:assert/strict';
import { mock } from 'node:test';
import type { KeyRecord } from '../../src/domain/token';
import { INVALID_API_KEY } from '../../src/gateway/tokenAuthenticator';
import type { Exchange } from '../../src/gateway/exchange';
import { RequestsInProgress, type RequestInProgress } from '../../src/gateway/requestsInProgress';
import { createKeyRecord } from '../support/gateway/memoryTokens';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe('RequestsInProgress', () => {
	let now: number;
	let checkCount: number;
	let canceled: RequestInProgress[];
	let requests: RequestsInProgress;
	let isExpired: (key: KeyRecord) => boolean;

	beforeEach(() => {
		mock.timers.enable({ apis: ['setTimeout'] });
		now = Date.UTC(2030, 5, 15);
		checkCount = 0;
		canceled = [];
		isExpired = ({ expirationDate }) => expirationDate !== null && Date.parse(expirationDate) <= now;
		requests = new RequestsInProgress(
			() => new Date(now),
			async () => {
				checkCount++;
				await Promise.resolve();
				return ({ token, key }) => (isExpired(key) ? { denial: INVALID_API_KEY } : { token, key });
			},
		);
	});
	afterEach(() => mock.timers.reset());

	/** Adds a request whose key expires after this time. */
	function add(lifetimeMs: number | null): RequestInProgress {
		const key = createKeyRecord('', lifetimeMs === null ? null : new Date(now + lifetimeMs).toISOString());
		const request: RequestInProgress = { exchange: { key } as Exchange, slot: undefined, cancel: () => canceled.push(request) };
		requests.add(request);
		return request;
	}

	/** Advances the clock and the timers, in small steps. */
	async function advance(milliseconds: number): Promise<void> {
		const stepMs = Math.min(milliseconds, MINUTE_MS);
		for (let elapsed = 0; elapsed < milliseconds; elapsed += stepMs) {
			now += stepMs;
			mock.timers.tick(stepMs);
			await new Promise(setImmediate);
		}
	}

	it('checks nothing until a key expires, and then each request once', async () => {
		const [third, first, second] = [add(3 * MINUTE_MS), add(MINUTE_MS), add(2 * MINUTE_MS)];
		add(null);
		await advance(MINUTE_MS - 1);
		assert.equal(checkCount, 0);
		await advance(1);
		assert.deepEqual([checkCount, canceled], [1, [first]]);
		await advance(10 * MINUTE_MS);
		assert.deepEqual([checkCount, canceled], [3, [first, second, third]]);
	});

	it('waits for keys that expire after the longest timeout of Node', async () => {
		const request = add(40 * DAY_MS);
		await advance(40 * DAY_MS - MINUTE_MS);
		assert.equal(checkCount, 0);
		await advance(MINUTE_MS);
		assert.deepEqual(canceled, [request]);
	});

	it('notices within minutes that a key expired while the machine was asleep', async () => {
		const request = add(DAY_MS);
		now += DAY_MS;
		await advance(5 * MINUTE_MS);
		assert.deepEqual(canceled, [request]);
	});

	it('checks nothing anymore once the requests have ended', async () => {
		requests.delete(add(MINUTE_MS));
		await advance(10 * MINUTE_MS);
		await requests.check();
		assert.equal(checkCount, 0);
	});

	it('uses the key’s expiration date as of the last check', async () => {
		const request = add(DAY_MS);
		const expirationDate = new Date(now + MINUTE_MS).toISOString();
		Object.assign(request.exchange.key, { expirationDate });
		await requests.check();
		await advance(MINUTE_MS);
		assert.deepEqual(canceled, [request]);
	});

	it('checks once for several signals at the same time', async () => {
		add(null);
		await Promise.all(Array.from({ length: 100 }, () => requests.check()));
		assert.equal(checkCount, 1);
		await requests.check();
		assert.equal(checkCount, 2);
	});

	it('checks again if a key expires right after it was checked', async () => {
		const request = add(MINUTE_MS);
		const isExpiredNow = isExpired;
		isExpired = () => {
			now += MINUTE_MS;
			isExpired = isExpiredNow;
			return false;
		};
		await requests.check();
		mock.timers.tick(1);
		await new Promise(setImmediate);
		assert.deepEqual(canceled, [request]);
	});
});
