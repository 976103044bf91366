import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RATE_PERIOD_MS, SlidingWindow } from '../../../src/domain/slidingWindow';
import { RATE_PERIODS, type RatePeriod } from '../../../src/domain/tokenLimits';

/** The start of a day, and so of every period. */
const START = Date.parse('2030-03-01T00:00:00.000Z');

const periods = fc.constantFrom(...RATE_PERIODS);

/** Numbers of periods, in steps of a thousandth. */
const shares = (max: number) => fc.integer({ min: 0, max: max * 1000 }).map((thousandths) => thousandths / 1000);

/** Every allowed request, summed up from scratch each time, with exact arithmetic. */
class NaiveWindow {
	readonly #times: number[] = [];

	constructor(private readonly per: RatePeriod) {}

	allows(limit: number, now: number): boolean {
		const [numerator, denominator] = this.#sum(now);
		return numerator < BigInt(limit) * denominator;
	}

	getUsed(now: number): number {
		const [numerator, denominator] = this.#sum(now);
		return Number(numerator / denominator);
	}

	count(now: number): void {
		this.#times.push(now);
	}

	#sum(now: number): [bigint, bigint] {
		const length = RATE_PERIOD_MS[this.per];
		const period = Math.floor(now / length);
		const countIn = (wanted: number) => BigInt(this.#times.filter((time) => Math.floor(time / length) === wanted).length);
		const remaining = BigInt((period + 1) * length - 1 - now);
		return [countIn(period) * BigInt(length) + countIn(period - 1) * remaining, BigInt(length)];
	}
}

describe('A sliding window', () => {
	it('counts like a naive model that keeps every request', () => {
		fc.assert(
			fc.property(
				periods,
				fc.integer({ min: 1, max: 20 }),
				fc.array(fc.tuple(shares(2.2), fc.integer({ min: 1, max: 30 })), { maxLength: 12 }),
				(per, limit, bursts) => {
					const window = new SlidingWindow(per, START);
					const model = new NaiveWindow(per);
					let now = START;
					for (const [pause, requests] of bursts) {
						now += Math.floor(pause * RATE_PERIOD_MS[per]);
						for (let request = 0; request < requests; request++) {
							assert.equal(window.getUsed(now), model.getUsed(now));
							assert.equal(window.getUsed(now) < limit, model.allows(limit, now));
							if (model.allows(limit, now)) {
								model.count(now);
								window.count(now);
							}
						}
					}
				},
			),
			{ numRuns: 500 },
		);
	});

	it('weights the previous period by the share that still counts', () => {
		const window = new SlidingWindow('minute', START);
		for (let second = 0; second < 60; second++) {
			window.count(START + second * 1000);
		}
		const usedAt = (ms: number) => SlidingWindow.restore(window.toCounts(START + 59_999)!, 'minute', START + ms).getUsed(START + ms);
		assert.deepEqual(
			[60_000, 60_001, 61_000, 61_001, 90_000, 119_000, 119_001, 120_000, 200_000].map((ms) => usedAt(ms)),
			[59, 59, 58, 58, 29, 0, 0, 0, 0],
		);
	});

	it('allows a program that keeps exactly to the rate, however its requests lie in the periods', () => {
		for (const per of RATE_PERIODS) {
			for (const requests of [1, 2, 3, 10]) {
				for (const offset of [0, 1, RATE_PERIOD_MS[per] / 2, RATE_PERIOD_MS[per] - 1]) {
					const window = new SlidingWindow(per, START);
					for (let index = 0; index < 3 * requests; index++) {
						const now = START + offset + Math.ceil((index * RATE_PERIOD_MS[per]) / requests);
						assert.ok(window.getUsed(now) < requests, `request ${index} of ${requests} per ${per} after ${offset} ms`);
						window.count(now);
					}
					const last = START + offset + Math.ceil(((3 * requests - 1) * RATE_PERIOD_MS[per]) / requests);
					assert.ok(window.getMsUntilFewerThan(requests, last) <= RATE_PERIOD_MS[per], 'a request counts for one period');
				}
			}
		}
	});

	it('tells exactly when fewer requests will count', () => {
		fc.assert(
			fc.property(
				fc.array(fc.tuple(fc.integer({ min: 0, max: 1500 }), fc.integer({ min: 1, max: 6 })), { minLength: 1, maxLength: 5 }),
				fc.integer({ min: 1, max: 12 }),
				(bursts, requests) => {
					const window = new SlidingWindow('second', START);
					let now = START;
					for (const [pause, count] of bursts) {
						now += pause;
						Array.from({ length: count }, () => window.count(now));
					}
					const ms = window.getMsUntilFewerThan(requests, now);
					const usedAfter = (delay: number) => SlidingWindow.restore(window.toCounts(now)!, 'second', now + delay).getUsed(now + delay);
					assert.ok(usedAfter(ms) < requests, `${usedAfter(ms)} after ${ms} ms`);
					assert.ok(ms === 0 || usedAfter(ms - 1) >= requests, `${usedAfter(ms - 1)} before ${ms} ms`);
				},
			),
			{ numRuns: 1000 },
		);
	});

	it('counts the same if the requests are spread over windows that are added up', () => {
		fc.assert(
			fc.property(
				periods,
				fc.array(fc.tuple(shares(1.5), fc.integer({ min: 0, max: 2 })), { maxLength: 30 }),
				shares(2),
				(per, requests, pause) => {
					const windows = [0, 1, 2].map(() => new SlidingWindow(per, START));
					const single = new SlidingWindow(per, START);
					let now = START;
					for (const [step, index] of requests) {
						now += Math.floor(step * RATE_PERIOD_MS[per]);
						windows[index]!.count(now);
						single.count(now);
					}
					const counts = windows.map((window) => window.toCounts(now));
					now += Math.floor(pause * RATE_PERIOD_MS[per]);
					const sum = new SlidingWindow(per, now);
					counts.forEach((part) => part && sum.add(part, now));
					assert.deepEqual(sum.toCounts(now), single.toCounts(now));
				},
			),
		);
	});

	it('allows no more than the rate however often the clock is set back, and recovers within two periods', () => {
		fc.assert(
			fc.property(
				periods,
				fc.integer({ min: 1, max: 10 }),
				fc.array(
					fc.record({
						pause: shares(0.7),
						setBack: fc.oneof(fc.constant(0), shares(50)),
					}),
					{ minLength: 1, maxLength: 60 },
				),
				(per, limit, steps) => {
					const length = RATE_PERIOD_MS[per];
					const window = new SlidingWindow(per, START);
					let clock = START;
					let elapsed = 0;
					const allowedAt: number[] = [];
					for (const { pause, setBack } of steps) {
						elapsed += Math.floor(pause * length);
						clock += Math.floor(pause * length) - Math.floor(setBack * length);
						for (let attempt = 0; attempt < 2 * limit; attempt++) {
							if (window.getUsed(clock) < limit) {
								window.count(clock);
								allowedAt.push(elapsed);
							}
						}
						assert.ok(window.getMsUntilFewerThan(limit, clock) <= 2 * length, 'the token is never locked out for longer');
					}
					// What a window that slides evenly allows at most: a burst, and then the rate.
					allowedAt.forEach((from, first) =>
						allowedAt.slice(first).forEach((to, index) => {
							const maximum = (limit + 1) * (1 + (to - from) / length);
							assert.ok(index + 1 <= maximum, `${index + 1} in ${to - from} ms, with ${limit} per ${length} ms`);
						}),
					);
				},
			),
			{ numRuns: 300 },
		);
	});

	it('keeps counting requests when the clock is set back by a day', () => {
		const window = new SlidingWindow('minute', START);
		Array.from({ length: 10 }, () => window.count(START + 1000));
		const back = START - RATE_PERIOD_MS.day + 30_000;
		assert.equal(window.getUsed(back), 10);
		assert.equal(window.getMsUntilFewerThan(10, back), 30_000);
		assert.equal(window.getUsed(back + 60_000), 4);
	});

	it('takes time that the clock was set forward as passed', () => {
		const window = new SlidingWindow('hour', START);
		window.count(START);
		assert.equal(window.getUsed(START + 2 * RATE_PERIOD_MS.hour), 0);
	});

	it('carries what counts over to another period', () => {
		const window = new SlidingWindow('minute', START);
		Array.from({ length: 8 }, () => window.count(START));
		const now = START + 75_000;
		const counts = window.toCounts(now)!;
		assert.deepEqual(counts, { per: 'minute', at: now, current: 0, previous: 8 });
		assert.deepEqual(SlidingWindow.restore(counts, 'day', now).toCounts(now), { per: 'day', at: now, current: 6, previous: 0 });
		const perSecond = SlidingWindow.restore(counts, 'second', now);
		assert.equal(perSecond.getUsed(now), 6);
		assert.ok(perSecond.getMsUntilFewerThan(1, now) <= 2000);
	});

	it('counts the highest limits to within one request', () => {
		const counts = { per: 'day', at: START, current: 0, previous: 1_000_000_000 } as const;
		for (const ms of [1, 12_345_678, 43_200_000, 86_399_999]) {
			const exact = Number((1_000_000_000n * BigInt(86_399_999 - ms)) / 86_400_000n);
			assert.ok(Math.abs(SlidingWindow.restore(counts, 'day', START + ms).getUsed(START + ms) - exact) <= 1);
		}
	});

	it('has no counts until there are requests, and when they have passed', () => {
		const window = new SlidingWindow('second', START);
		assert.equal(window.toCounts(START), undefined);
		window.count(START);
		assert.deepEqual(window.toCounts(START + 999), { per: 'second', at: START + 999, current: 1, previous: 0 });
		assert.equal(window.toCounts(START + 2000), undefined);
	});
});
