import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ClockScheduler } from '../../../src/models/clockScheduler';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A wall clock and timers that only the test advances. */
class FakeTime {
	now = Date.UTC(2030, 5, 15);
	/** How many timers have fired. */
	timersFired = 0;
	#uptime = 0;
	#timers = new Set<{ readonly at: number; readonly callback: () => void }>();

	readonly scheduler = new ClockScheduler(
		() => new Date(this.now),
		(callback, milliseconds) => {
			assert.ok(milliseconds >= 0 && milliseconds <= 2 ** 31 - 1, `a timer of ${milliseconds} ms`);
			const timer = { at: this.#uptime + milliseconds, callback };
			this.#timers.add(timer);
			return { dispose: () => this.#timers.delete(timer) };
		},
	);

	get timers(): number {
		return this.#timers.size;
	}

	/** Advances the clock and the timers. */
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
			this.timersFired++;
			next.callback();
		}
		this.now += end - this.#uptime;
		this.#uptime = end;
	}

	/** Moves only the clock, as when the machine sleeps or the clock is set. */
	setClockBy(milliseconds: number): void {
		this.now += milliseconds;
	}
}

describe('clock scheduler', () => {
	let time: FakeTime;
	let calls: number[];
	const scheduledCallback = () => time.scheduler.schedule(() => calls.push(time.now));

	beforeEach(() => {
		time = new FakeTime();
		calls = [];
	});

	it('runs a callback once, at exactly the time set', () => {
		const at = time.now + 40 * DAY_MS + 1;
		scheduledCallback().runAt(at);
		time.advance(90 * DAY_MS);
		assert.deepEqual(calls, [at]);
	});

	it('has no timer while no callback has a time', () => {
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

	it('has one timer for all callbacks, which fires at most every five minutes', () => {
		const times = [3 * DAY_MS, DAY_MS, 2 * DAY_MS].map((span) => time.now + span);
		times.forEach((at) => scheduledCallback().runAt(at));
		assert.equal(time.timers, 1);
		time.advance(4 * DAY_MS);
		assert.deepEqual(calls, [...times].sort());
		assert.ok(time.timersFired <= (3 * DAY_MS) / (5 * MINUTE_MS) + 3, `${time.timersFired} timers fired`);
	});

	it('runs a callback that became due during sleep within five minutes, or immediately on runDue()', () => {
		scheduledCallback().runAt(time.now + DAY_MS);
		time.setClockBy(2 * DAY_MS);
		time.advance(5 * MINUTE_MS);
		assert.equal(calls.length, 1);
		scheduledCallback().runAt(time.now + DAY_MS);
		time.setClockBy(2 * DAY_MS);
		time.scheduler.runDue();
		assert.equal(calls.length, 2);
	});

	it('runs all callbacks when the clock was set back, even those without a time', () => {
		scheduledCallback();
		scheduledCallback().runAt(time.now + DAY_MS);
		time.advance(MINUTE_MS);
		time.scheduler.runDue();
		time.setClockBy(-DAY_MS);
		time.scheduler.runDue();
		assert.equal(calls.length, 2);
		time.scheduler.runDue();
		assert.equal(calls.length, 2);
	});

	it('does not run disposed callbacks', () => {
		const [firstCallback, secondCallback] = [scheduledCallback(), scheduledCallback()];
		firstCallback.runAt(time.now + 1);
		secondCallback.runAt(time.now + 2);
		firstCallback.dispose();
		time.advance(1);
		assert.equal(calls.length, 0);
		time.scheduler.dispose();
		time.advance(DAY_MS);
		assert.deepEqual([calls.length, time.timers], [0, 0]);
	});

	it('lets a callback set its next time', () => {
		const repeating = time.scheduler.schedule(() => {
			calls.push(time.now);
			repeating.runAt(time.now + MINUTE_MS);
		});
		repeating.runAt(time.now + MINUTE_MS);
		time.advance(10 * MINUTE_MS);
		assert.equal(calls.length, 10);
	});

	it('is at most five minutes late after the machine slept or the clock was set', () => {
		const event = fc.record({ jump: fc.integer({ min: -DAY_MS, max: DAY_MS }), pass: fc.integer({ min: 0, max: DAY_MS }) });
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 3 * DAY_MS }), fc.array(event, { maxLength: 8 }), (span, events) => {
				const fakeTime = new FakeTime();
				const at = fakeTime.now + span;
				let lastSeen = fakeTime.now;
				const watcher = fakeTime.scheduler.schedule(() => {
					lastSeen = fakeTime.now;
					watcher.runAt(lastSeen < at ? at : Infinity);
				});
				watcher.runAt(at);
				for (const { jump, pass } of events) {
					fakeTime.setClockBy(jump);
					fakeTime.advance(pass + 5 * MINUTE_MS);
					assert.ok(fakeTime.now < at || lastSeen >= at, 'the callback did not run');
				}
			}),
		);
	});
});
