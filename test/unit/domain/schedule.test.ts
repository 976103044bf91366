import assert from 'node:assert/strict';
import fc from 'fast-check';
import { earliest, nextDay, nextStatusChange } from '../../../src/domain/schedule';
import { DAY, tokenAt, type TokenRecord } from '../../../src/domain/token';

const START = Date.UTC(2030, 5, 15);
const instant = fc.integer({ min: START - 40 * DAY, max: START + 40 * DAY });
const key = fc
	.option(instant)
	.map((end) => ({ id: 'key', sha256: '', issuedAt: '', expirationDate: end === null ? null : new Date(end).toISOString() }));
const by = { at: '', by: '' };
const record = fc.record({ enabled: fc.boolean(), key, previousKey: fc.option(key) }).map(
	(varied): TokenRecord => ({
		id: '',
		name: '',
		externalId: null,
		description: '',
		extension: { id: '', name: '' },
		permissions: [],
		created: by,
		updated: by,
		...varied,
	}),
);
const days = fc.oneof(fc.constantFrom(0, 7), fc.double({ min: 0, max: 365, noNaN: true }));

describe('next change of a status', () => {
	it('is the first instant at which the token has another status', () => {
		fc.assert(
			fc.property(record, instant, days, fc.double({ min: 0, max: 1, noNaN: true }), (one, now, expiringDays, part) => {
				const statusAt = (at: number) => tokenAt(one, new Date(at), expiringDays).status;
				const next = Math.ceil(nextStatusChange(tokenAt(one, new Date(now), expiringDays), expiringDays));
				const horizon = Math.min(next - 1, START + 2000 * DAY);
				assert.ok(next > now);
				assert.equal(statusAt(now + Math.floor((horizon - now) * part)), statusAt(now));
				assert.equal(statusAt(horizon), statusAt(now));
				if (next !== Infinity) {
					assert.notEqual(statusAt(next), statusAt(now));
				}
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
