import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
	addCounted,
	classTotals,
	dayOf,
	fillDays,
	KEPT_DAYS,
	keepRecent,
	keptDates,
	type Counted,
	type DayStatistics,
} from '../../../src/domain/statistics';
import { DAY } from '../../../src/domain/token';

const now = new Date('2030-03-01T12:00:00Z');
const instants = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });

/** Around `now`, in reach and out of it. */
const dates = fc.integer({ min: -40, max: 5 }).map((days) => dayOf(new Date(now.getTime() + days * DAY)));
const codes = fc.integer({ min: 0, max: 999 }).map((code) => String(code).padStart(3, '0'));
const statuses = fc.dictionary(codes, fc.integer({ min: 1, max: 1e9 }), { minKeys: 1, maxKeys: 4 });
const days = fc
	.uniqueArray(fc.record({ date: dates, statuses }), { selector: ({ date }) => date, maxLength: 8 })
	.map((all): readonly DayStatistics[] => all.sort((a, b) => (a.date < b.date ? -1 : 1)));
const counted: fc.Arbitrary<Counted> = fc.dictionary(
	fc.constantFrom('SU-000-000-001', 'SU-000-000-002', 'SU-000-000-003'),
	fc.record({ days, lastUsed: fc.option(dates.map((date) => `${date}T01:02:03.000Z`)) }),
);

/** Every count with its token, day and code, as text. */
function counts(all: Counted): Record<string, number> {
	return Object.fromEntries(
		Object.entries(all).flatMap(([id, token]) =>
			token.days.flatMap(({ date, statuses: codes }) => Object.entries(codes).map(([code, count]) => [`${id} ${date} ${code}`, count])),
		),
	);
}

const total = (one: Readonly<Record<string, number>>) => Object.values(one).reduce((sum, count) => sum + count, 0);

describe('what two gateways have counted', () => {
	it('adds up for every token, day and code, whatever they counted', () => {
		fc.assert(
			fc.property(counted, counted, (one, other) => {
				const [a, b, both] = [counts(one), counts(other), counts(addCounted(one, other))];
				const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
				assert.deepEqual(both, Object.fromEntries([...keys].map((key) => [key, (a[key] ?? 0) + (b[key] ?? 0)])));
			}),
		);
	});

	it('is the same in whatever order it is added', () => {
		fc.assert(
			fc.property(counted, counted, counted, (one, two, three) => {
				assert.deepEqual(addCounted(one, two), addCounted(two, one));
				assert.deepEqual(addCounted(addCounted(one, two), three), addCounted(one, addCounted(two, three)));
			}),
		);
	});

	it('has each day once, the oldest first, and the later last use', () => {
		fc.assert(
			fc.property(counted, counted, (one, other) => {
				for (const [id, token] of Object.entries(addCounted(one, other))) {
					const listed = token.days.map(({ date }) => date);
					assert.deepEqual(listed, [...new Set(listed)].sort());
					const uses = [one[id]?.lastUsed, other[id]?.lastUsed].filter((use) => typeof use === 'string');
					assert.equal(token.lastUsed, uses.sort().at(-1) ?? null);
				}
			}),
		);
	});

	it('stays a number that a reader takes for a count, however much it is', () => {
		const most: Counted = {
			'SU-000-000-001': { days: [{ date: '2030-03-01', statuses: { 200: Number.MAX_SAFE_INTEGER } }], lastUsed: null },
		};
		assert.deepEqual(addCounted(most, most), most);
	});
});

describe('what is kept of the counts', () => {
	it('is the last 30 days and tomorrow, and no other', () => {
		fc.assert(
			fc.property(counted, (all) => {
				const inReach = [...keptDates(now), '2030-03-02'];
				const expected = Object.entries(counts(all)).filter(([key]) => inReach.includes(key.split(' ')[1]!));
				assert.deepEqual(counts(keepRecent(all, now)), Object.fromEntries(expected));
			}),
		);
	});

	it('is bounded by days and codes, and keeps nothing of a token about which it knows nothing', () => {
		fc.assert(
			fc.property(counted, instants, (all, when) => {
				for (const { days: kept, lastUsed } of Object.values(keepRecent(all, when))) {
					assert.ok(kept.length <= KEPT_DAYS + 1);
					assert.ok(kept.length > 0 || lastUsed !== null);
				}
			}),
		);
	});

	it('is the last use, however long ago, but not one that is still to come', () => {
		const used = (lastUsed: string) => keepRecent({ 'SU-000-000-001': { days: [], lastUsed } }, now)['SU-000-000-001']?.lastUsed;
		assert.equal(used('2020-01-01T00:00:00.000Z'), '2020-01-01T00:00:00.000Z');
		assert.equal(used('2030-03-02T23:59:59.999Z'), '2030-03-02T23:59:59.999Z');
		assert.equal(used('2030-03-03T00:00:00.000Z'), undefined);
	});
});

describe('the days of a chart', () => {
	it('are 30 in a row up to today, whenever that is and whatever the time zone', () => {
		fc.assert(
			fc.property(instants, (when) => {
				const all = keptDates(when);
				assert.equal(all.length, KEPT_DAYS);
				assert.equal(all.at(-1), when.toISOString().slice(0, 10));
				for (const [index, date] of all.entries()) {
					assert.equal(Date.parse(date) - Date.parse(all[0]!), index * DAY);
				}
			}),
		);
	});

	it('have the counts of their dates, and none of others', () => {
		fc.assert(
			fc.property(days, (some) => {
				const filled = fillDays(some, now);
				assert.deepEqual(
					filled.map(({ date }) => date),
					keptDates(now),
				);
				for (const day of filled) {
					assert.deepEqual(day.statuses, some.find(({ date }) => date === day.date)?.statuses ?? {});
				}
			}),
		);
	});
});

describe('the totals of the classes', () => {
	it('lose no response, whatever its code', () => {
		fc.assert(
			fc.property(days, (some) =>
				assert.equal(
					total(classTotals(some)),
					some.reduce((sum, day) => sum + total(day.statuses), 0),
				),
			),
		);
	});

	it('go by the first digit', () => {
		assert.deepEqual(classTotals([{ statuses: { 200: 1, 204: 2, 301: 4, 404: 8, 503: 16 } }, { statuses: { 299: 32 } }]), {
			'200s': 35,
			'300s': 4,
			'400s': 8,
			'500s': 16,
		});
	});

	it('have a WebSocket among the 200s, and a code that HTTP does not define among the 500s', () => {
		assert.deepEqual(classTotals([{ statuses: { 101: 3, 999: 5, '007': 7 } }]), { '200s': 3, '300s': 0, '400s': 0, '500s': 12 });
	});
});
