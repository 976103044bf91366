import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
	addRequestCounts,
	computeRemainingRequests,
	settleCounts,
	dropUnlimitedCounts,
	hasUnlimitedCounts,
	RequestLimiter,
	type RequestCounts,
} from '../../../src/domain/requestLimiter';
import type { TokenLimits } from '../../../src/domain/tokenLimits';

const START = Date.parse('2030-03-01T00:00:00.000Z');
const PER_MINUTE: TokenLimits = { rate: { requests: 10, per: 'minute' } };

/** Makes requests, and returns how many of them were allowed. */
function request(limiter: RequestLimiter, count: number, now: number): number {
	let allowed = 0;
	for (let index = 0; index < count; index++) {
		if (limiter.allows(now)) {
			limiter.count(now);
			allowed++;
		}
	}
	return allowed;
}

describe('A token’s limits', () => {
	it('allow as many requests as the rate, and more as the window slides', () => {
		const limiter = new RequestLimiter(PER_MINUTE, undefined, START);
		assert.equal(request(limiter, 20, START + 5000), 10);
		assert.deepEqual([limiter.getRemainingOfRate(START + 5000), limiter.remainingOfTotal], [0, Infinity]);
		assert.equal(limiter.getMsUntilMoreThan(0, START + 5000), 55_000);
		assert.equal(request(limiter, 20, START + 59_999), 0);
		assert.equal(request(limiter, 20, START + 60_000), 1);
		assert.equal(request(limiter, 20, START + 60_001), 0);
		assert.equal(request(limiter, 20, START + 90_000), 5);
	});

	it('allow as many requests as the total, forever', () => {
		const limiter = new RequestLimiter({ total: 3 }, undefined, START);
		assert.equal(request(limiter, 5, START), 3);
		assert.equal(request(limiter, 5, START + 1e12), 0);
		assert.deepEqual([limiter.getRemainingOfRate(START), limiter.remainingOfTotal], [Infinity, 0]);
	});

	it('don’t count what either of them denies', () => {
		const limiter = new RequestLimiter({ ...PER_MINUTE, total: 14 }, undefined, START);
		assert.equal(request(limiter, 1000, START), 10);
		assert.equal(limiter.remainingOfTotal, 4);
		assert.equal(request(limiter, 1000, START + 300_000), 4);
		assert.equal(limiter.getRemainingOfRate(START + 300_000), 6);
	});

	it('continue from the counts that were stored, whenever that happens', () => {
		fc.assert(
			fc.property(
				fc.array(fc.tuple(fc.integer({ min: 0, max: 90_000 }), fc.integer({ min: 1, max: 15 }), fc.boolean()), { maxLength: 20 }),
				(steps) => {
					const limits = { ...PER_MINUTE, total: 60 };
					const continuous = new RequestLimiter(limits, undefined, START);
					let restarted = new RequestLimiter(limits, undefined, START);
					let now = START;
					for (const [pause, count, isRestarted] of steps) {
						now += pause;
						if (isRestarted) {
							restarted = new RequestLimiter(limits, restarted.toCounts(now), now);
						}
						assert.equal(request(restarted, count, now), request(continuous, count, now));
						assert.deepEqual(restarted.toCounts(now), continuous.toCounts(now));
					}
				},
			),
		);
	});

	it('apply to what was counted before they were changed', () => {
		const before = new RequestLimiter({ ...PER_MINUTE, total: 100 }, undefined, START);
		request(before, 8, START);
		const counts = before.toCounts(START);
		const remaining = (limits: TokenLimits) => computeRemainingRequests(limits, counts, START);
		assert.deepEqual(remaining({ rate: { requests: 12, per: 'minute' }, total: 10 }), { rate: 4, total: 2 });
		assert.deepEqual(remaining({ rate: { requests: 5, per: 'minute' }, total: 7 }), { rate: 0, total: 0 });
		assert.deepEqual(remaining({ rate: { requests: 12, per: 'hour' } }), { rate: 4 });
		assert.deepEqual(remaining({ total: 9 }), { total: 1 });
	});

	it('recover within two periods after they were lowered, no matter how many requests were made before', () => {
		const day = new RequestLimiter({ rate: { requests: 1_000_000, per: 'day' } }, undefined, START);
		request(day, 50_000, START);
		const limiter = new RequestLimiter({ rate: { requests: 2, per: 'second' } }, day.toCounts(START), START);
		const ms = limiter.getMsUntilMoreThan(0, START);
		assert.ok(ms > 1000 && ms <= 2000, String(ms));
		assert.ok(!limiter.allows(START + ms - 1));
		assert.ok(limiter.allows(START + ms));
	});

	it('are counted from zero for a limit that the token did not have', () => {
		const rateOnly = new RequestLimiter(PER_MINUTE, undefined, START);
		request(rateOnly, 5, START);
		assert.deepEqual(computeRemainingRequests({ ...PER_MINUTE, total: 100 }, rateOnly.toCounts(START), START), { rate: 5, total: 100 });
		assert.deepEqual(computeRemainingRequests(PER_MINUTE, undefined, START), { rate: 10 });
	});

	it('count the requests of several windows together', () => {
		const limits = { ...PER_MINUTE, total: 100 };
		const counted = (count: number, now: number): RequestCounts => {
			const limiter = new RequestLimiter(limits, undefined, now);
			request(limiter, count, now);
			return limiter.toCounts(now)!;
		};
		const add = (counts: RequestCounts, count: number, now: number) =>
			addRequestCounts(counts, { tokenId: 'SU-000-000-001', limits, counts: counted(count, now) }, now);
		const sum = add(add({}, 3, START)!, 4, START + 1000)!;
		assert.deepEqual(computeRemainingRequests(limits, sum, START + 1000), { rate: 3, total: 93 });
		const later = add(sum, 2, START + 90_000)!;
		assert.deepEqual(later, { rate: { per: 'minute', at: START + 90_000, current: 2, previous: 7 }, total: 9 });
		assert.equal(addRequestCounts({}, { tokenId: '', limits: PER_MINUTE, counts: { total: 3 } }, START), undefined);
	});

	it('are forgotten with the limit, and when their periods have passed', () => {
		const counts: RequestCounts = { rate: { per: 'minute', at: START, current: 1, previous: 0 }, total: 4 };
		for (const [limits, kept] of [
			[{ ...PER_MINUTE, total: 1 }, counts],
			[PER_MINUTE, { rate: counts.rate }],
			[{ total: 1 }, { total: 4 }],
			[undefined, undefined],
		] as const) {
			assert.deepEqual(dropUnlimitedCounts(counts, limits), kept);
			assert.equal(hasUnlimitedCounts(counts, limits), kept !== counts);
		}
		assert.deepEqual(settleCounts(counts, START + 119_999), counts);
		assert.deepEqual(settleCounts(counts, START + 120_000), { total: 4 });
		assert.equal(settleCounts({ rate: counts.rate! }, START + 120_000), undefined);
	});

	it('are those of now if the clock was set back, so that they pass', () => {
		const counts: RequestCounts = { rate: { per: 'minute', at: START + 86_400_000, current: 3, previous: 0 }, total: 4 };
		const settled = settleCounts(counts, START);
		assert.deepEqual(settled, { rate: { per: 'minute', at: START, current: 3, previous: 0 }, total: 4 });
		assert.deepEqual(settleCounts(settled, START + 120_000), { total: 4 });
	});
});
