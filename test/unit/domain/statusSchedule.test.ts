import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findEarliest, getNextStatusChange, getStartOfNextDay } from '../../../src/domain/statusSchedule';
import { DAY_MS, createTokenFromRecord, type TokenRecord, type TokenStatus } from '../../../src/domain/token';

const START = Date.UTC(2030, 5, 15);
const instant = fc.integer({ min: START - 40 * DAY_MS, max: START + 40 * DAY_MS });
const key = fc.tuple(instant, fc.option(instant)).map(([start, end]) => ({
	id: 'key',
	sha256: '',
	issuedAt: new Date(start).toISOString(),
	expirationDate: end === null ? null : new Date(end).toISOString(),
}));
const by = { at: '', by: '' };
const record = fc.record({ enabled: fc.boolean(), key, previousKey: fc.option(key) }).map((generated): TokenRecord => ({
	id: '',
	name: '',
	externalId: null,
	description: '',
	extension: { id: '', name: '' },
	permissions: [],
	created: by,
	updated: by,
	...generated,
}));
const days = fc.oneof(fc.constantFrom(0, 7), fc.double({ min: 0, max: 365, noNaN: true }));

describe('Next status change of a token', () => {
	const cases = fc.tuple(record, instant, days);

	it('is the first instant at which the status or dates are different', () => {
		fc.assert(
			fc.property(cases, fc.double({ min: 0, max: 1, noNaN: true }), ([tokenRecord, now, expiringDays], part) => {
				const stateAt = (at: number) => {
					const { status, expirationDate, renewedExpirationDate } = createTokenFromRecord(tokenRecord, new Date(at), expiringDays);
					return { status, expirationDate, renewedExpirationDate };
				};
				const next = Math.ceil(
					getNextStatusChange(createTokenFromRecord(tokenRecord, new Date(now), expiringDays), new Date(now), expiringDays),
				);
				const last = Math.min(next - 1, START + 2000 * DAY_MS);
				assert.ok(next > now);
				assert.deepEqual(stateAt(now + Math.floor((last - now) * part)), stateAt(now));
				assert.deepEqual(stateAt(last), stateAt(now));
			}),
			{ numRuns: 2000 },
		);
	});

	const now = new Date(START);
	const soon = new Date(START + 3 * DAY_MS);
	const later = new Date(START + 60 * DAY_MS);
	const examples: [status: TokenStatus, expirationDate: Date | null, renewed: Date | null, next: number][] = [
		['active', later, null, later.getTime() - 7 * DAY_MS],
		['active', null, null, Infinity],
		['expiring', soon, null, soon.getTime()],
		['revitalised', soon, later, soon.getTime()],
		['revitalised', later, soon, soon.getTime()],
		['revitalised', soon, null, soon.getTime()],
		['expired', now, null, Infinity],
		['expired', soon, null, soon.getTime()],
		['inactive', soon, null, soon.getTime()],
		['inactive', null, null, Infinity],
		['other', soon, null, Infinity],
	];
	for (const [status, expirationDate, renewed, next] of examples) {
		const dates = [expirationDate, renewed].map((date) => date?.toISOString() ?? null);
		it(`is ${next === Infinity ? 'never' : new Date(next).toISOString()} if it is ${status} with the dates ${dates.join(', ')}`, () => {
			const token = { status, expirationDate: dates[0] ?? null, renewedExpirationDate: dates[1] ?? null };
			assert.equal(getNextStatusChange(token, now, 7), next);
		});
	}

	it('is when the last quarter of the lifetime starts if that is later', () => {
		const token = { status: 'active' as const, expirationDate: later.toISOString(), renewedExpirationDate: null };
		const next = (keyIssuedAt: Date) => getNextStatusChange({ ...token, keyIssuedAt: keyIssuedAt.toISOString() }, now, 30);
		assert.equal(next(now), later.getTime() - 15 * DAY_MS);
		assert.equal(next(new Date(START - 140 * DAY_MS)), later.getTime() - 30 * DAY_MS);
	});

	it('changes the status of a usable token', () => {
		fc.assert(
			fc.property(cases, ([tokenRecord, now, expiringDays]) => {
				const token = createTokenFromRecord(tokenRecord, new Date(now), expiringDays);
				const next = Math.ceil(getNextStatusChange(token, new Date(now), expiringDays));
				fc.pre(next < Infinity && !['expired', 'inactive'].includes(token.status));
				assert.notEqual(createTokenFromRecord(tokenRecord, new Date(next), expiringDays).status, token.status);
			}),
			{ numRuns: 2000 },
		);
	});
});

describe('Earliest of several instants', () => {
	it('is their minimum, even of a very long list, or Infinity if there are none', () => {
		assert.equal(findEarliest([3, 1, 2]), 1);
		assert.equal(findEarliest([]), Infinity);
		assert.equal(findEarliest(Array.from({ length: 500_000 }, (_, index) => 500_000 - index)), 1);
	});
});

describe('Next day', () => {
	it('starts at the next midnight, at most 25 hours away', () => {
		fc.assert(
			fc.property(fc.date({ min: new Date(2000, 0, 1), max: new Date(2099, 11, 31), noInvalidDate: true }), (now) => {
				const next = new Date(getStartOfNextDay(now));
				assert.ok(next > now && next.getTime() - now.getTime() <= 25 * 3_600_000);
				assert.notEqual(next.getDate(), now.getDate());
				assert.notEqual(new Date(next.getTime() - 1).getDate(), next.getDate());
			}),
		);
	});
});
