import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
	muteReminders,
	snoozeRemindersToday,
	recordReminders,
	getDueReminders,
	NO_REMINDERS,
	type ReminderToken,
	type ReminderState,
} from '../../../src/domain/expiryReminders';
import { DAY_MS } from '../../../src/domain/token';

const MINUTE_MS = 60_000;
/** Noon, so that it's the same day a few hours earlier or later in any time zone. */
const now = new Date(2030, 5, 15, 12);
const at = (days: number, minutes = 0) => new Date(now.getTime() + days * DAY_MS + minutes * MINUTE_MS);
const iso = (days: number, minutes = 0) => at(days, minutes).toISOString();
const midnight = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();

const expiring: ReminderToken = { id: 'SU-1', status: 'expiring', expirationDate: iso(3), issuedAt: iso(-30) };
const expired: ReminderToken = { id: 'SU-1', status: 'expired', expirationDate: iso(-2), issuedAt: iso(-30) };

const isReminderDue = (token: ReminderToken, reminders: Partial<ReminderState> = {}, when = now) =>
	getDueReminders([token], { ...NO_REMINDERS, ...reminders }, when).due.length === 1;

describe('Reminder of a token', () => {
	const days = { 'there was none': undefined, 'the last one was the day before': iso(-1), 'the last one was days ago': iso(-5) };
	const thisDay = {
		'the last one was today': iso(0, -60),
		'the last one was a moment ago': iso(0),
		'the last one was tomorrow, before the clock was set back': iso(1),
		'the last one was in a week, before the clock was set back': iso(7),
	};
	const wrongClock = { 'the last one was in a year because the clock was wrong': iso(365) };

	for (const [when, lastReminded] of Object.entries({ ...days, ...wrongClock })) {
		it(`is due for an expiring token if ${when}`, () => {
			assert.equal(isReminderDue(expiring, lastReminded === undefined ? {} : { lastShown: { 'SU-1': lastReminded } }), true);
		});
	}
	for (const [when, lastReminded] of Object.entries(thisDay)) {
		it(`is not due for an expiring token if ${when}`, () => {
			assert.equal(isReminderDue(expiring, { lastShown: { 'SU-1': lastReminded } }), false);
		});
		it(`is not due for an expired token if ${when}`, () => {
			assert.equal(isReminderDue(expired, { lastShown: { 'SU-1': lastReminded } }), false);
		});
	}

	const oncePerExpiration: [string, string | undefined, boolean][] = [
		['there was none', undefined, true],
		['the last one was before it expired', iso(-3), true],
		['the last one was after it expired', iso(-1), false],
		['the last one was in a year because the clock was wrong', iso(365), true],
	];
	for (const [when, lastReminded, due] of oncePerExpiration) {
		it(`is ${due ? 'due' : 'not due'} for an expired token if ${when}`, () => {
			assert.equal(isReminderDue(expired, lastReminded === undefined ? {} : { lastShown: { 'SU-1': lastReminded } }), due);
		});
	}

	it('is due for an expiring token if the last one was in more than a week because the clock was wrong', () => {
		assert.equal(isReminderDue(expiring, { lastShown: { 'SU-1': iso(7, 1) } }), true);
	});

	it('is due for a token even if it is unknown when its key was issued', () => {
		assert.equal(isReminderDue({ id: 'SU-1', status: 'expiring', expirationDate: iso(3) }), true);
	});

	it('is not due again for a token that expired at the time of the last one', () => {
		assert.equal(isReminderDue(expired, { lastShown: { 'SU-1': expired.expirationDate! } }), false);
	});

	it('is not due for a token that expired more than a week ago', () => {
		assert.equal(isReminderDue({ ...expired, expirationDate: iso(-7) }), true);
		assert.equal(isReminderDue({ ...expired, expirationDate: iso(-7, -1) }), false);
	});

	for (const status of ['active', 'revitalised', 'inactive'] as const) {
		it(`is not due for a token that is ${status}`, () => {
			assert.equal(isReminderDue({ ...expiring, status }), false);
			assert.equal(isReminderDue({ ...expired, status }), false);
		});
	}

	for (const token of [expiring, expired]) {
		it(`is not due for a token that is ${token.status} while its key is muted, but is due for its next key`, () => {
			const reminders = muteReminders(NO_REMINDERS, token.id, token.issuedAt!);
			assert.equal(isReminderDue(token, reminders), false);
			assert.equal(isReminderDue(token, reminders, at(1)), false);
			assert.equal(isReminderDue({ ...token, issuedAt: iso(0) }, reminders), true);
			assert.equal(isReminderDue({ ...token, id: 'SU-2' }, reminders), true);
		});

		it(`is not due for a token that is ${token.status} until tomorrow if reminders are snoozed for today`, () => {
			const reminders = snoozeRemindersToday(NO_REMINDERS, now);
			assert.equal(isReminderDue(token, reminders, at(0, 60)), false);
			assert.equal(isReminderDue(token, reminders, at(-1)), false);
			assert.equal(isReminderDue(token, reminders, at(1)), true);
		});
	}
});

describe('Reminders of several tokens', () => {
	const tokens = [
		expiring,
		{ ...expiring, id: 'SU-2' },
		{ ...expired, id: 'SU-3' },
		{ ...expiring, id: 'SU-4', status: 'active' as const },
	];

	it('are shown together', () => {
		assert.deepEqual(
			getDueReminders(tokens, NO_REMINDERS, now).due.map(({ id }) => id),
			['SU-1', 'SU-2', 'SU-3'],
		);
	});

	it('exclude tokens with a reminder today', () => {
		const reminders = { ...NO_REMINDERS, lastShown: { 'SU-1': iso(0, -60) } };
		assert.deepEqual(
			getDueReminders(tokens, reminders, now).due.map(({ id }) => id),
			['SU-2', 'SU-3'],
		);
	});

	it('are at least ten minutes apart', () => {
		const reminders = recordReminders(NO_REMINDERS, tokens, [expiring], now);
		for (const minutes of [0, 1]) {
			assert.deepEqual(getDueReminders(tokens, reminders, at(0, minutes)), { due: [], next: at(0, 10).getTime() });
		}
		assert.equal(getDueReminders(tokens, reminders, at(0, 10)).due.length, 2);
		const many = recordReminders(recordReminders(NO_REMINDERS, tokens, [tokens[2]!], at(0, -30)), tokens, [expiring], now);
		assert.equal(getDueReminders(tokens, many, at(0, 1)).next, at(0, 10).getTime());
	});

	it('are not delayed by one that was shown while the clock was ahead', () => {
		const reminders = { ...NO_REMINDERS, lastShown: { 'SU-1': iso(0, 5) } };
		assert.deepEqual(
			getDueReminders(tokens, reminders, now).due.map(({ id }) => id),
			['SU-2', 'SU-3'],
		);
	});

	it('are checked again at midnight if any token needs one, and never otherwise', () => {
		assert.equal(getDueReminders([expiring], NO_REMINDERS, now).next, midnight(now));
		const recorded = recordReminders(NO_REMINDERS, tokens, tokens, now);
		assert.equal(getDueReminders([expiring], recorded, now).next, midnight(now));
		assert.equal(getDueReminders([expired], recordReminders(NO_REMINDERS, [expired], [expired], now), now).next, Infinity);
		assert.equal(getDueReminders([], NO_REMINDERS, now).next, Infinity);
		assert.equal(getDueReminders(tokens, snoozeRemindersToday(NO_REMINDERS, now), now).next, midnight(now));
	});

	it('remove entries of deleted tokens and replaced keys', () => {
		const reminders = snoozeRemindersToday(
			muteReminders(muteReminders(muteReminders(NO_REMINDERS, 'SU-1', iso(-30)), 'SU-2', iso(-31)), 'SU-9', iso(-30)),
			now,
		);
		const later = recordReminders({ ...reminders, lastShown: { 'SU-2': iso(-1), 'SU-9': iso(-1) } }, tokens, [tokens[2]!], now);
		assert.deepEqual(later, {
			lastShown: { 'SU-2': iso(-1), 'SU-3': now.toISOString() },
			muted: { 'SU-1': iso(-30) },
			snoozedAt: now.toISOString(),
		});
	});
});

describe('Reminders with any clock changes', () => {
	const ids = ['SU-1', 'SU-2', 'SU-3'];
	/** Steps of minutes to days forward, and up to a day backward. */
	const step = fc.oneof(
		fc.integer({ min: 1, max: 3 * DAY_MS }),
		fc.integer({ min: 1, max: 30 * MINUTE_MS }),
		fc.integer({ min: -DAY_MS, max: 0 }),
	);
	const tokens = fc.tuple(...ids.map(() => fc.integer({ min: -5, max: 20 }))).map((ends) =>
		ends.map((end, index): Omit<ReminderToken, 'status'> & { expirationDate: string } => ({
			id: ids[index]!,
			expirationDate: iso(end),
			issuedAt: 'k',
		})),
	);
	const seenAt = (token: Omit<ReminderToken, 'status'> & { expirationDate: string }, when: Date): ReminderToken => {
		const left = Date.parse(token.expirationDate) - when.getTime();
		return { ...token, status: left <= 0 ? 'expired' : left <= 7 * DAY_MS ? 'expiring' : 'active' };
	};

	it('are due at most once per token and day', () => {
		fc.assert(
			fc.property(tokens, fc.array(step, { maxLength: 60 }), (list, steps) => {
				let reminders = NO_REMINDERS;
				let clock = now.getTime();
				let latest = clock;
				const days = new Set<string>();
				for (const stepMs of steps) {
					clock = Math.max(clock + stepMs, latest - DAY_MS);
					latest = Math.max(clock, latest);
					const when = new Date(clock);
					const seen = list.map((token) => seenAt(token, when));
					const { due } = getDueReminders(seen, reminders, when);
					for (const { id } of due) {
						const day = `${id} ${when.toDateString()}`;
						assert.ok(!days.has(day), day);
						days.add(day);
					}
					reminders = due.length > 0 ? recordReminders(reminders, seen, due, when) : reminders;
				}
			}),
			{ numRuns: 1000 },
		);
	});

	it('are due on each day on which a token is expiring if they are checked at the returned times', () => {
		fc.assert(
			fc.property(tokens, (list) => {
				let reminders = NO_REMINDERS;
				const shown: string[] = [];
				const end = at(30).getTime();
				for (let clock = now.getTime(); clock < end;) {
					const when = new Date(clock);
					const seen = list.map((token) => seenAt(token, when));
					const { due, next } = getDueReminders(seen, reminders, when);
					shown.push(...due.map(({ id, status }) => `${id} ${status} ${when.toDateString()}`));
					reminders = due.length > 0 ? recordReminders(reminders, seen, due, when) : reminders;
					// The caller checks again when a status changes, too.
					const changes = list.flatMap(({ expirationDate }) => [Date.parse(expirationDate) - 7 * DAY_MS, Date.parse(expirationDate)]);
					clock = Math.min(next, ...changes.filter((time) => time > clock), end);
				}
				for (const token of list) {
					for (let day = 0; day < 29; day++) {
						const noon = at(day);
						if (seenAt(token, noon).status === 'expiring') {
							assert.ok(shown.includes(`${token.id} expiring ${noon.toDateString()}`), `${token.id} on day ${day} of ${shown.join(', ')}`);
						}
					}
					assert.ok(shown.filter((entry) => entry.startsWith(`${token.id} expired`)).length <= 1);
				}
			}),
			{ numRuns: 200 },
		);
	});
});
