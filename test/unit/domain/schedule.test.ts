import assert from 'node:assert/strict';
import fc from 'fast-check';
import { earliest, nextChange, nextDay } from '../../../src/domain/schedule';
import { DAY, tokenAt, type TokenRecord } from '../../../src/domain/token';

const START = Date.UTC(2030, 5, 15);
const instant = fc.integer({ min: START - 40 * DAY, max: START + 40 * DAY });
const key = fc
	.option(instant)
	.map((end) => ({ id: 'key', sha256: '', issuedAt: '', expirationDate: end === null ? null : new Date(end).toISOString() }));
const by = { at: '', by: '' };
const record = fc.record({ enabled: fc.boolean(), key, previousKey: fc.option(key) }).map((varied): TokenRecord => ({
	id: '',
	name: '',
	externalId: null,
	description: '',
	extension: { id: '', name: '' },
	permissions: [],
	created: by,
	updated: by,
	...varied,
}));
const days = fc.oneof(fc.constantFrom(0, 7), fc.double({ min: 0, max: 365, noNaN: true }));

describe('next change of a token', () => {
	const cases = fc.tuple(record, instant, days);

	it('comes not before the first instant at which status or dates are others', () => {
		fc.assert(
			fc.property(cases, fc.double({ min: 0, max: 1, noNaN: true }), ([one, now, expiringDays], part) => {
				const facts = (at: number) => {
					const { status, expirationDate, renewedExpirationDate } = tokenAt(one, new Date(at), expiringDays);
					return { status, expirationDate, renewedExpirationDate };
				};
				const next = Math.ceil(nextChange(tokenAt(one, new Date(now), expiringDays), new Date(now), expiringDays));
				const last = Math.min(next - 1, START + 2000 * DAY);
				assert.ok(next > now);
				assert.deepEqual(facts(now + Math.floor((last - now) * part)), facts(now));
				assert.deepEqual(facts(last), facts(now));
			}),
			{ numRuns: 2000 },
		);
	});

	it('changes the status of a token that works', () => {
		fc.assert(
			fc.property(cases, ([one, now, expiringDays]) => {
				const token = tokenAt(one, new Date(now), expiringDays);
				const next = Math.ceil(nextChange(token, new Date(now), expiringDays));
				fc.pre(next < Infinity && !['expired', 'inactive'].includes(token.status));
				assert.notEqual(tokenAt(one, new Date(next), expiringDays).status, token.status);
			}),
			{ numRuns: 2000 },
		);
	});
});

describe('earliest of several instants', () => {
	it('is their minimum, however many there are, and never where there is none', () => {
		assert.equal(earliest([3, 1, 2]), 1);
		assert.equal(earliest([]), Infinity);
		assert.equal(earliest(Array.from({ length: 500_000 }, (_, index) => 500_000 - index)), 1);
	});
});

describe('next day', () => {
	it('begins at midnight of the calendar, after now and at most a long day away', () => {
		fc.assert(
			fc.property(fc.date({ min: new Date(2000, 0, 1), max: new Date(2099, 11, 31), noInvalidDate: true }), (now) => {
				const next = new Date(nextDay(now));
				assert.ok(next > now && next.getTime() - now.getTime() <= 25 * 3_600_000);
				assert.notEqual(next.getDate(), now.getDate());
				assert.notEqual(new Date(next.getTime() - 1).getDate(), next.getDate());
			}),
		);
	});
});
