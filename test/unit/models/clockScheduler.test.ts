import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ClockScheduler } from '../../../src/models/clockScheduler';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A wall clock and timers that only the test moves. */
class FakeTime {
	now = Date.UTC(2030, 5, 15);
	/** How often a timer has gone off. */
	timersStarted = 0;
	#uptime = 0;
	#timers = new Set<{ readonly at: number; readonly ring: () => void }>();

	readonly createScheduler = new ClockScheduler(
		() => new Date(this.now),
		(ring, milliseconds) => {
			assert.ok(milliseconds >= 0 && milliseconds <= 2 ** 31 - 1, `a timer of ${milliseconds} ms`);
			const timer = { at: this.#uptime + milliseconds, ring };
			this.#timers.add(timer);
			return { dispose: () => this.#timers.delete(timer) };
		},
	);

	get timers(): number {
		return this.#timers.size;
	}

	/** Time goes on for everything. */
	advance(milliseconds: number): void {
		const end = this.#uptime + milliseconds;
		for (;;) {
			const [next] = [...this.#timers].sort((a, b) => a.at - b.at);
			if (!next || next.at > end) {
				break;
			}
			this.now += next.at - this.#uptime;
			this.#uptime = next.at;
			this.#timers.delete(next);
			this.timersStarted++;
			next.ring();
		}
		this.now += end - this.#uptime;
		this.#uptime = end;
	}

	/** The machine sleeps, or the clock is set: no timer notices. */
	setClockBy(milliseconds: number): void {
		this.now += milliseconds;
	}
}

describe('alarm', () => {
	let time: FakeTime;
	let calls: number[];
	const scheduledCallback = () => time.createScheduler.schedule(() => calls.push(time.now));

	beforeEach(() => {
		time = new FakeTime();
		calls = [];
	});

	it('rings at the very instant, once', () => {
		const at = time.now + 40 * DAY_MS + 1;
		scheduledCallback().runAt(at);
		time.advance(90 * DAY_MS);
		assert.deepEqual(calls, [at]);
	});

	it('has no timer while there is nothing to wait for', () => {
		const firstCallback = scheduledCallback();
		assert.equal(time.timers, 0);
		firstCallback.runAt(time.now + DAY_MS);
		assert.equal(time.timers, 1);
		firstCallback.runAt(Infinity);
		assert.equal(time.timers, 0);
		firstCallback.runAt(time.now + 1);
		time.advance(1);
		assert.deepEqual([calls.length, time.timers], [1, 0]);
	});

	it('has one timer for all, which looks at the clock every five minutes at most', () => {
		const readInstants = [3 * DAY_MS, DAY_MS, 2 * DAY_MS].map((span) => time.now + span);
		readInstants.forEach((at) => scheduledCallback().runAt(at));
		assert.equal(time.timers, 1);
		time.advance(4 * DAY_MS);
		assert.deepEqual(calls, [...readInstants].sort());
		assert.ok(time.timersStarted <= (3 * DAY_MS) / (5 * MINUTE_MS) + 3, `${time.timersStarted} wakes`);
	});

	it('rings within five minutes after a sleep over the instant, or at once when asked to look', () => {
		scheduledCallback().runAt(time.now + DAY_MS);
		time.setClockBy(2 * DAY_MS);
		time.advance(5 * MINUTE_MS);
		assert.equal(calls.length, 1);
		scheduledCallback().runAt(time.now + DAY_MS);
		time.setClockBy(2 * DAY_MS);
		time.createScheduler.runDue();
		assert.equal(calls.length, 2);
	});

	it('rings for everybody when the clock was set back, even for who waits for nothing', () => {
		scheduledCallback();
		scheduledCallback().runAt(time.now + DAY_MS);
		time.advance(MINUTE_MS);
		time.createScheduler.runDue();
		time.setClockBy(-DAY_MS);
		time.createScheduler.runDue();
		assert.equal(calls.length, 2);
		time.createScheduler.runDue();
		assert.equal(calls.length, 2);
	});

	it('rings no more for what was disposed of', () => {
		const [firstCallback, secondCallback] = [scheduledCallback(), scheduledCallback()];
		firstCallback.runAt(time.now + 1);
		secondCallback.runAt(time.now + 2);
		firstCallback.dispose();
		time.advance(1);
		assert.equal(calls.length, 0);
		time.createScheduler.dispose();
		time.advance(DAY_MS);
		assert.deepEqual([calls.length, time.timers], [0, 0]);
	});

	it('lets whom it calls make the next appointment', () => {
		const each = time.createScheduler.schedule(() => {
			calls.push(time.now);
			each.runAt(time.now + MINUTE_MS);
		});
		each.runAt(time.now + MINUTE_MS);
		time.advance(10 * MINUTE_MS);
		assert.equal(calls.length, 10);
	});

	it('is never late by more than five minutes of waking, through any sleeps and settings of the clock', () => {
		const event = fc.record({ jump: fc.integer({ min: -DAY_MS, max: DAY_MS }), pass: fc.integer({ min: 0, max: DAY_MS }) });
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 3 * DAY_MS }), fc.array(event, { maxLength: 8 }), (span, events) => {
				const watchedTimes = new FakeTime();
				const at = watchedTimes.now + span;
				let known = watchedTimes.now;
				const looking = watchedTimes.createScheduler.schedule(() => {
					known = watchedTimes.now;
					looking.runAt(known < at ? at : Infinity);
				});
				looking.runAt(at);
				for (const { jump, pass } of events) {
					watchedTimes.setClockBy(jump);
					watchedTimes.advance(pass + 5 * MINUTE_MS);
					assert.ok(watchedTimes.now < at || known >= at, 'the instant has passed unnoticed');
				}
			}),
		);
	});
});
