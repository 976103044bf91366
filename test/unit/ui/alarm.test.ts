import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Alarm } from '../../../src/ui/alarm';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A wall clock and timers that only the test moves. */
class Time {
	now = Date.UTC(2030, 5, 15);
	/** How often a timer has gone off. */
	wakes = 0;
	#uptime = 0;
	#timers = new Set<{ readonly at: number; readonly ring: () => void }>();

	readonly alarm = new Alarm(
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
	pass(milliseconds: number): void {
		const end = this.#uptime + milliseconds;
		for (;;) {
			const [next] = [...this.#timers].sort((a, b) => a.at - b.at);
			if (!next || next.at > end) {
				break;
			}
			this.now += next.at - this.#uptime;
			this.#uptime = next.at;
			this.#timers.delete(next);
			this.wakes++;
			next.ring();
		}
		this.now += end - this.#uptime;
		this.#uptime = end;
	}

	/** The machine sleeps, or the clock is set: no timer notices. */
	jump(milliseconds: number): void {
		this.now += milliseconds;
	}
}

describe('alarm', () => {
	let time: Time;
	let rung: number[];
	const appointment = () => time.alarm.add(() => rung.push(time.now));

	beforeEach(() => {
		time = new Time();
		rung = [];
	});

	it('rings at the very instant, once', () => {
		const at = time.now + 40 * DAY + 1;
		appointment().set(at);
		time.pass(90 * DAY);
		assert.deepEqual(rung, [at]);
	});

	it('has no timer while there is nothing to wait for', () => {
		const one = appointment();
		assert.equal(time.timers, 0);
		one.set(time.now + DAY);
		assert.equal(time.timers, 1);
		one.set(Infinity);
		assert.equal(time.timers, 0);
		one.set(time.now + 1);
		time.pass(1);
		assert.deepEqual([rung.length, time.timers], [1, 0]);
	});

	it('has one timer for all, which looks at the clock every five minutes at most', () => {
		const instants = [3 * DAY, DAY, 2 * DAY].map((span) => time.now + span);
		instants.forEach((at) => appointment().set(at));
		assert.equal(time.timers, 1);
		time.pass(4 * DAY);
		assert.deepEqual(rung, [...instants].sort());
		assert.ok(time.wakes <= (3 * DAY) / (5 * MINUTE) + 3, `${time.wakes} wakes`);
	});

	it('rings within five minutes after a sleep over the instant, or at once when asked to look', () => {
		appointment().set(time.now + DAY);
		time.jump(2 * DAY);
		time.pass(5 * MINUTE);
		assert.equal(rung.length, 1);
		appointment().set(time.now + DAY);
		time.jump(2 * DAY);
		time.alarm.check();
		assert.equal(rung.length, 2);
	});

	it('rings for everybody when the clock was set back, even for who waits for nothing', () => {
		appointment();
		appointment().set(time.now + DAY);
		time.pass(MINUTE);
		time.alarm.check();
		time.jump(-DAY);
		time.alarm.check();
		assert.equal(rung.length, 2);
		time.alarm.check();
		assert.equal(rung.length, 2);
	});

	it('rings no more for what was disposed of', () => {
		const [one, other] = [appointment(), appointment()];
		one.set(time.now + 1);
		other.set(time.now + 2);
		one.dispose();
		time.pass(1);
		assert.equal(rung.length, 0);
		time.alarm.dispose();
		time.pass(DAY);
		assert.deepEqual([rung.length, time.timers], [0, 0]);
	});

	it('lets whom it calls make the next appointment', () => {
		const each = time.alarm.add(() => {
			rung.push(time.now);
			each.set(time.now + MINUTE);
		});
		each.set(time.now + MINUTE);
		time.pass(10 * MINUTE);
		assert.equal(rung.length, 10);
	});

	it('is never late by more than five minutes of waking, through any sleeps and settings of the clock', () => {
		const event = fc.record({ jump: fc.integer({ min: -DAY, max: DAY }), pass: fc.integer({ min: 0, max: DAY }) });
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 3 * DAY }), fc.array(event, { maxLength: 8 }), (span, events) => {
				const watched = new Time();
				const at = watched.now + span;
				let known = watched.now;
				const looking = watched.alarm.add(() => {
					known = watched.now;
					looking.set(known < at ? at : Infinity);
				});
				looking.set(at);
				for (const { jump, pass } of events) {
					watched.jump(jump);
					watched.pass(pass + 5 * MINUTE);
					assert.ok(watched.now < at || known >= at, 'the instant has passed unnoticed');
				}
			}),
		);
	});
});
