import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
	mergeUsage,
	sumByStatusClass,
	toUtcDate,
	fillMissingDays,
	USAGE_RETENTION_DAYS,
	pruneUsage,
	getRetainedDates,
	fillMissingHours,
	getStartOfNextHour,
	getStartOfNextUtcDay,
	HOUR_MS,
	toUtcHour,
	type UsageByToken,
	type DailyUsage,
	type ModuleCounts,
} from '../../../src/domain/tokenUsage';
import { DAY_MS } from '../../../src/domain/token';

const now = new Date('2030-03-01T12:00:00Z');
const instants = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });

/** Dates around `now`, within the retained days and outside. */
const dates = fc.integer({ min: -40, max: 5 }).map((days) => toUtcDate(new Date(now.getTime() + days * DAY_MS)));
const codes = fc.integer({ min: 0, max: 999 }).map((code) => String(code).padStart(3, '0'));
const statuses = fc.dictionary(codes, fc.integer({ min: 1, max: 1e9 }), { minKeys: 1, maxKeys: 4 });
const moduleIds = fc.constantFrom('MD-0000', 'products', 'Orders', 'constructor', '__proto__');
const moduleCounts = fc
	.uniqueArray(fc.tuple(moduleIds, fc.record({ read: fc.nat(), write: fc.nat() })), { selector: ([id]) => id, minLength: 1 })
	.map((entries) => Object.fromEntries(entries));
const days = fc
	.uniqueArray(fc.record({ date: dates, statuses, modules: moduleCounts }, { requiredKeys: ['date', 'statuses'] }), {
		selector: ({ date }) => date,
		maxLength: 8,
	})
	.map((all): readonly DailyUsage[] => all.sort((a, b) => (a.date < b.date ? -1 : 1)));
/** Hours around `now`, within the retained ones and outside. */
const hours = fc
	.uniqueArray(
		fc.record({ hour: fc.integer({ min: -60, max: 30 }).map((count) => toUtcHour(new Date(now.getTime() + count * HOUR_MS))), statuses }),
		{ selector: ({ hour }) => hour, minLength: 1, maxLength: 8 },
	)
	.map((all) => all.sort((a, b) => (a.hour < b.hour ? -1 : 1)));
const usage: fc.Arbitrary<UsageByToken> = fc.dictionary(
	fc.constantFrom('SU-000-000-001', 'SU-000-000-002', 'SU-000-000-003'),
	fc.record(
		{ days, hours, lastUsed: fc.option(dates.map((date) => `${date}T01:02:03.000Z`)), modulesSince: dates },
		{ requiredKeys: ['days', 'hours', 'lastUsed'] },
	),
);

/** Returns each count by its token, day or hour, and status code or module. */
function counts(usageByToken: UsageByToken): Record<string, number> {
	return Object.fromEntries(
		Object.entries(usageByToken).flatMap(([id, token]) =>
			[
				...token.days.map(({ date, statuses: codes }) => [date, codes] as const),
				...token.days.map(({ date, modules = {} }) => [date, countsByModule(modules)] as const),
				...(token.hours ?? []).map(({ hour, statuses: codes }) => [hour, codes] as const),
			].flatMap(([time, codes]) => Object.entries(codes).map(([code, count]) => [`${id} ${time} ${code}`, count])),
		),
	);
}

function countsByModule(modules: ModuleCounts): Record<string, number> {
	return Object.fromEntries(
		Object.entries(modules).flatMap(([id, { read, write }]) => [
			[`${id} read`, read],
			[`${id} write`, write],
		]),
	);
}

const countResponses = (statusCounts: Readonly<Record<string, number>>) =>
	Object.values(statusCounts).reduce((sum, count) => sum + count, 0);

describe('Merged usage', () => {
	it('adds up for each token, day or hour, and status code or module', () => {
		fc.assert(
			fc.property(usage, usage, (one, other) => {
				const [a, b, both] = [counts(one), counts(other), counts(mergeUsage(one, other))];
				const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
				assert.deepEqual(both, Object.fromEntries([...keys].map((key) => [key, (a[key] ?? 0) + (b[key] ?? 0)])));
			}),
		);
	});

	it('does not depend on the order', () => {
		fc.assert(
			fc.property(usage, usage, usage, (one, two, three) => {
				assert.deepEqual(mergeUsage(one, two), mergeUsage(two, one));
				assert.deepEqual(mergeUsage(mergeUsage(one, two), three), mergeUsage(one, mergeUsage(two, three)));
			}),
		);
	});

	it('has the same text in any order, so that its file changes only with the usage', () => {
		const one: UsageByToken = { 'SU-000-000-002': { days: [], lastUsed: null } };
		const other: UsageByToken = { 'SU-000-000-001': { days: [], lastUsed: null } };
		assert.equal(JSON.stringify(mergeUsage(one, other)), JSON.stringify(mergeUsage(other, one)));
	});

	it('has each day and hour once, oldest first, and the later last use', () => {
		fc.assert(
			fc.property(usage, usage, (one, other) => {
				for (const [id, token] of Object.entries(mergeUsage(one, other))) {
					const listed = token.days.map(({ date }) => date);
					assert.deepEqual(listed, [...new Set(listed)].sort());
					const listedHours = (token.hours ?? []).map(({ hour }) => hour);
					assert.deepEqual(listedHours, [...new Set(listedHours)].sort());
					const uses = [one[id]?.lastUsed, other[id]?.lastUsed].filter((use) => typeof use === 'string');
					assert.equal(token.lastUsed, uses.sort().at(-1) ?? null);
				}
			}),
		);
	});

	it('stays a safe integer', () => {
		const most: UsageByToken = {
			'SU-000-000-001': { days: [{ date: '2030-03-01', statuses: { 200: Number.MAX_SAFE_INTEGER } }], lastUsed: null },
		};
		assert.deepEqual(mergeUsage(most, most), most);
	});
});

describe('Retained usage', () => {
	it('includes only the last 30 days and 24 hours, and those of the next day', () => {
		fc.assert(
			fc.property(usage, (all) => {
				const retainedTimes: string[] = [...getRetainedDates(now), '2030-03-02'];
				for (let hour = -23; hour <= 24; hour++) {
					retainedTimes.push(toUtcHour(new Date(now.getTime() + hour * HOUR_MS)));
				}
				const expected = Object.entries(counts(all)).filter(([key]) => retainedTimes.includes(key.split(' ')[1]!));
				assert.deepEqual(counts(pruneUsage(all, now)), Object.fromEntries(expected));
			}),
		);
	});

	it('is limited to the retained days, without empty entries', () => {
		fc.assert(
			fc.property(usage, instants, (all, when) => {
				for (const { days: kept, hours: keptHours, lastUsed } of Object.values(pruneUsage(all, when))) {
					assert.ok(kept.length <= USAGE_RETENTION_DAYS + 1);
					assert.ok(kept.length > 0 || keptHours !== undefined || lastUsed !== null);
					assert.ok(keptHours?.length !== 0);
				}
			}),
		);
	});

	it('includes the last use unless it is in the future', () => {
		const used = (lastUsed: string) => pruneUsage({ 'SU-000-000-001': { days: [], lastUsed } }, now)['SU-000-000-001']?.lastUsed;
		assert.equal(used('2020-01-01T00:00:00.000Z'), '2020-01-01T00:00:00.000Z');
		assert.equal(used('2030-03-02T23:59:59.999Z'), '2030-03-02T23:59:59.999Z');
		assert.equal(used('2030-03-03T00:00:00.000Z'), undefined);
	});
});

describe('Retained days', () => {
	it('are 30 consecutive days up to today', () => {
		fc.assert(
			fc.property(instants, (when) => {
				const all = getRetainedDates(when);
				assert.equal(all.length, USAGE_RETENTION_DAYS);
				assert.equal(all.at(-1), when.toISOString().slice(0, 10));
				for (const [index, date] of all.entries()) {
					assert.equal(Date.parse(date) - Date.parse(all[0]!), index * DAY_MS);
				}
			}),
		);
	});

	it('include only the counts for their dates', () => {
		fc.assert(
			fc.property(days, (some) => {
				const filled = fillMissingDays(some, now);
				assert.deepEqual(
					filled.map(({ date }) => date),
					getRetainedDates(now),
				);
				for (const day of filled) {
					assert.deepEqual(day.statuses, some.find(({ date }) => date === day.date)?.statuses ?? {});
				}
			}),
		);
	});
});

describe('Hours of usage', () => {
	it('are the last 24 up to the current one, with the counts for them only', () => {
		fc.assert(
			fc.property(hours, instants, (some, when) => {
				const filled = fillMissingHours(some, when);
				assert.equal(filled.length, 24);
				for (const [index, { hour, statuses: counted }] of filled.entries()) {
					assert.equal(hour, toUtcHour(new Date(when.getTime() - (23 - index) * HOUR_MS)));
					assert.deepEqual(counted, some.find((one) => one.hour === hour)?.statuses ?? {});
				}
			}),
		);
	});

	it('change at the start of the next hour', () => {
		assert.equal(getStartOfNextHour(new Date('2030-12-31T22:59:59.999Z')), Date.parse('2030-12-31T23:00:00Z'));
		assert.equal(getStartOfNextHour(new Date('2030-12-31T23:00:00Z')), Date.parse('2031-01-01T00:00:00Z'));
	});
});

describe('Next day of usage', () => {
	it('starts at midnight in UTC', () => {
		assert.equal(getStartOfNextUtcDay(new Date('2030-12-31T00:00:00Z')), Date.parse('2031-01-01T00:00:00Z'));
		assert.equal(getStartOfNextUtcDay(new Date('2030-12-31T23:59:59.999Z')), Date.parse('2031-01-01T00:00:00Z'));
	});
});

describe('Totals by status class', () => {
	it('include responses with any status code', () => {
		fc.assert(
			fc.property(days, (some) =>
				assert.equal(
					countResponses(sumByStatusClass(some)),
					some.reduce((sum, day) => sum + countResponses(day.statuses), 0),
				),
			),
		);
	});

	it('are grouped by the first digit', () => {
		assert.deepEqual(sumByStatusClass([{ statuses: { 200: 1, 204: 2, 301: 4, 404: 8, 503: 16 } }, { statuses: { 299: 32 } }]), {
			'2xx': 35,
			'3xx': 4,
			'4xx': 8,
			'5xx': 16,
		});
	});

	it('count a WebSocket as 2xx and an undefined status code as 5xx', () => {
		assert.deepEqual(sumByStatusClass([{ statuses: { 101: 3, 999: 5, '007': 7 } }]), { '2xx': 3, '3xx': 0, '4xx': 0, '5xx': 12 });
	});
});
