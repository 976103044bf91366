import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
	afterMuting,
	afterQuieting,
	afterTelling,
	dueReminders,
	noReminders,
	type Remindable,
	type Reminders,
} from '../../../src/domain/reminders';
import { DAY } from '../../../src/domain/token';

const MINUTE = 60_000;
/** Noon, so that some hours more or less are the same day in whatever time zone this runs. */
const now = new Date(2030, 5, 15, 12);
const at = (days: number, minutes = 0) => new Date(now.getTime() + days * DAY + minutes * MINUTE);
const iso = (days: number, minutes = 0) => at(days, minutes).toISOString();
const midnight = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();

const expiring: Remindable = { id: 'SU-1', status: 'expiring', expirationDate: iso(3), issuedAt: iso(-30) };
const expired: Remindable = { id: 'SU-1', status: 'expired', expirationDate: iso(-2), issuedAt: iso(-30) };

const isDue = (token: Remindable, reminders: Partial<Reminders> = {}, when = now) =>
	dueReminders([token], { ...noReminders, ...reminders }, when).due.length === 1;

describe('whether to remind of a token', () => {
	const days = { 'nothing was said': undefined, 'it was said on the day before': iso(-1), 'it was said days ago': iso(-5) };
	const thisDay = {
		'it was said today': iso(0, -60),
		'it was said a moment ago': iso(0),
		'it was said tomorrow, before the clock was set back': iso(1),
		'it was said in a week, before the clock was set back': iso(7),
	};
	const wrongClock = { 'it was said in a year, by a clock that was wrong': iso(365) };

	for (const [when, told] of Object.entries({ ...days, ...wrongClock })) {
		it(`that expires: yes when ${when}`, () => {
			assert.equal(isDue(expiring, told === undefined ? {} : { told: { 'SU-1': told } }), true);
		});
	}
	for (const [when, told] of Object.entries(thisDay)) {
		it(`that expires: no when ${when}`, () => {
			assert.equal(isDue(expiring, { told: { 'SU-1': told } }), false);
		});
		it(`that has expired: no when ${when}`, () => {
			assert.equal(isDue(expired, { told: { 'SU-1': told } }), false);
		});
	}

	const oncePerEnd: [string, string | undefined, boolean][] = [
		['nothing was said', undefined, true],
		['it was said before it ended', iso(-3), true],
		['it was said since it ended', iso(-1), false],
		['it was said in a year, by a clock that was wrong', iso(365), true],
	];
	for (const [when, told, due] of oncePerEnd) {
		it(`that has expired: ${due ? 'yes' : 'no'} when ${when}`, () => {
			assert.equal(isDue(expired, told === undefined ? {} : { told: { 'SU-1': told } }), due);
		});
	}

	it('that has expired: no when that is more than a week ago', () => {
		assert.equal(isDue({ ...expired, expirationDate: iso(-7) }), true);
		assert.equal(isDue({ ...expired, expirationDate: iso(-7, -1) }), false);
	});

	for (const status of ['active', 'revitalised', 'inactive'] as const) {
		it(`that is ${status}: no`, () => {
			assert.equal(isDue({ ...expiring, status }), false);
			assert.equal(isDue({ ...expired, status }), false);
		});
	}

	for (const token of [expiring, expired]) {
		it(`that is ${token.status}: no while its key is muted, and yes once it has another key`, () => {
			const reminders = afterMuting(noReminders, token.id, token.issuedAt!);
			assert.equal(isDue(token, reminders), false);
			assert.equal(isDue(token, reminders, at(1)), false);
			assert.equal(isDue({ ...token, issuedAt: iso(0) }, reminders), true);
			assert.equal(isDue({ ...token, id: 'SU-2' }, reminders), true);
		});

		it(`that is ${token.status}: no until tomorrow when the user wants no more today`, () => {
			const reminders = afterQuieting(noReminders, now);
			assert.equal(isDue(token, reminders, at(0, 60)), false);
			assert.equal(isDue(token, reminders, at(-1)), false);
			assert.equal(isDue(token, reminders, at(1)), true);
		});
	}
});

describe('reminders of several tokens', () => {
	const tokens = [
		expiring,
		{ ...expiring, id: 'SU-2' },
		{ ...expired, id: 'SU-3' },
		{ ...expiring, id: 'SU-4', status: 'active' as const },
	];

	it('come in one go', () => {
		assert.deepEqual(
			dueReminders(tokens, noReminders, now).due.map(({ id }) => id),
			['SU-1', 'SU-2', 'SU-3'],
		);
	});

	it('leave out those of which it was said today, unless their key is another', () => {
		const told = { ...noReminders, told: { 'SU-1': iso(0, -60) } };
		assert.deepEqual(
			dueReminders(tokens, told, now).due.map(({ id }) => id),
			['SU-2', 'SU-3'],
		);
	});

	it('wait for ten minutes after the last, to share the next', () => {
		const reminders = afterTelling(noReminders, tokens, [expiring], now);
		assert.deepEqual(dueReminders(tokens, reminders, at(0, 1)), { due: [], next: at(0, 10).getTime() });
		assert.equal(dueReminders(tokens, reminders, at(0, 10)).due.length, 2);
	});

	it('are asked for again at midnight while there is something to say, and never otherwise', () => {
		assert.equal(dueReminders([expiring], noReminders, now).next, midnight(now));
		const said = afterTelling(noReminders, tokens, tokens, now);
		assert.equal(dueReminders([expiring], said, now).next, midnight(now));
		assert.equal(dueReminders([expired], afterTelling(noReminders, [expired], [expired], now), now).next, Infinity);
		assert.equal(dueReminders([], noReminders, now).next, Infinity);
		assert.equal(dueReminders(tokens, afterQuieting(noReminders, now), now).next, midnight(now));
	});

	it('forget tokens that are gone and keys that were replaced', () => {
		const reminders = afterQuieting(
			afterMuting(afterMuting(afterMuting(noReminders, 'SU-1', iso(-30)), 'SU-2', iso(-31)), 'SU-9', iso(-30)),
			now,
		);
		const later = afterTelling({ ...reminders, told: { 'SU-2': iso(-1), 'SU-9': iso(-1) } }, tokens, [tokens[2]!], now);
		assert.deepEqual(later, {
			told: { 'SU-2': iso(-1), 'SU-3': now.toISOString() },
			muted: { 'SU-1': iso(-30) },
			quiet: now.toISOString(),
		});
	});
});

describe('reminders through any course of the clock', () => {
	const ids = ['SU-1', 'SU-2', 'SU-3'];
	/** Steps forwards of minutes to days, and backwards up to a day. */
	const step = fc.oneof(fc.integer({ min: 1, max: 3 * DAY }), fc.integer({ min: 1, max: 30 * MINUTE }), fc.integer({ min: -DAY, max: 0 }));
	const tokens = fc
		.tuple(...ids.map(() => fc.integer({ min: -5, max: 20 })))
		.map((ends) =>
			ends.map((end, index): Omit<Remindable, 'status'> & { expirationDate: string } => ({
				id: ids[index]!,
				expirationDate: iso(end),
				issuedAt: 'k',
			})),
		);
	const seenAt = (token: Omit<Remindable, 'status'> & { expirationDate: string }, when: Date): Remindable => {
		const left = Date.parse(token.expirationDate) - when.getTime();
		return { ...token, status: left <= 0 ? 'expired' : left <= 7 * DAY ? 'expiring' : 'active' };
	};

	it('come at most once per token and day', () => {
		fc.assert(
			fc.property(tokens, fc.array(step, { maxLength: 60 }), (list, steps) => {
				let reminders = noReminders;
				let clock = now.getTime();
				let latest = clock;
				const days = new Set<string>();
				for (const one of steps) {
					clock = Math.max(clock + one, latest - DAY);
					latest = Math.max(clock, latest);
					const when = new Date(clock);
					const seen = list.map((token) => seenAt(token, when));
					const { due } = dueReminders(seen, reminders, when);
					for (const { id } of due) {
						const day = `${id} ${when.toDateString()}`;
						assert.ok(!days.has(day), day);
						days.add(day);
					}
					reminders = due.length > 0 ? afterTelling(reminders, seen, due, when) : reminders;
				}
			}),
			{ numRuns: 1000 },
		);
	});

	it('come on every day that an expiring token sees, when asked whenever they ask for it', () => {
		fc.assert(
			fc.property(tokens, (list) => {
				let reminders = noReminders;
				const told: string[] = [];
				const end = at(30).getTime();
				for (let clock = now.getTime(); clock < end;) {
					const when = new Date(clock);
					const seen = list.map((token) => seenAt(token, when));
					const { due, next } = dueReminders(seen, reminders, when);
					told.push(...due.map(({ id, status }) => `${id} ${status} ${when.toDateString()}`));
					reminders = due.length > 0 ? afterTelling(reminders, seen, due, when) : reminders;
					// A change of a status makes its caller ask, too.
					const changes = list.flatMap(({ expirationDate }) => [Date.parse(expirationDate) - 7 * DAY, Date.parse(expirationDate)]);
					clock = Math.min(next, ...changes.filter((one) => one > clock), end);
				}
				for (const token of list) {
					for (let day = 0; day < 29; day++) {
						const noon = at(day);
						if (seenAt(token, noon).status === 'expiring') {
							assert.ok(told.includes(`${token.id} expiring ${noon.toDateString()}`), `${token.id} on day ${day} of ${told.join(', ')}`);
						}
					}
					assert.ok(told.filter((one) => one.startsWith(`${token.id} expired`)).length <= 1);
				}
			}),
			{ numRuns: 200 },
		);
	});
});
