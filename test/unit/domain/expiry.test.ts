import assert from 'node:assert/strict';
import fc from 'fast-check';
import { expirationDateOf, expirationPresets, parseInstant } from '../../../src/domain/expiry';

describe('expiration', () => {
	const now = new Date('2030-06-15T12:34:56.789Z');
	const preset = (name: string, from = now) => expirationDateOf({ kind: 'preset', preset: name }, from);

	it('of a preset counts days or a calendar year from now', () => {
		assert.deepEqual(
			expirationPresets.map((name) => preset(name)?.slice(0, 10)),
			['2030-06-22', '2030-07-15', '2030-08-14', '2030-09-13', '2030-12-12', '2031-06-15'],
		);
		assert.equal(preset('days7'), '2030-06-22T12:34:56.789Z');
	});

	it('of a year from 29 February is 28 February', () => {
		assert.equal(preset('year1', new Date('2032-02-29T10:00:00Z')), '2033-02-28T10:00:00.000Z');
	});

	it('of a preset that does not exist is refused with those that do', () => {
		assert.throws(() => preset('days8'), /expirationDate.*"days8".*days7/);
		assert.throws(() => preset('toString'), /"toString"/);
	});

	it('may be a date of one’s own, or never', () => {
		assert.equal(expirationDateOf({ kind: 'custom', date: '2031-01-01T00:00:00Z' }, now), '2031-01-01T00:00:00Z');
		assert.equal(expirationDateOf({ kind: 'never' }, now), null);
	});
});

describe('instant', () => {
	it('is read from whatever a date writes of itself', () => {
		fc.assert(
			fc.property(
				fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }),
				(date) => {
					assert.deepEqual(parseInstant(date.toISOString()), date);
				},
			),
		);
	});

	it('is not read from a day that its month does not have', () => {
		assert.equal(parseInstant('2031-02-29T00:00:00Z'), undefined);
		assert.notEqual(parseInstant('2032-02-29T00:00:00Z'), undefined);
		assert.equal(parseInstant('2031-04-31T00:00:00Z'), undefined);
		assert.equal(parseInstant('2031-00-10T00:00:00Z'), undefined);
	});

	it('is not read beyond the year 9999, which UTC writes in another form', () => {
		assert.equal(parseInstant('9999-12-31T23:59:59-05:00'), undefined);
		assert.equal(parseInstant('0000-01-01T00:00:00+01:00'), undefined);
		assert.notEqual(parseInstant('9999-12-31T23:59:59Z'), undefined);
	});

	it('is not read from text without a time zone, whatever the text', () => {
		fc.assert(
			fc.property(fc.string(), (text) => {
				assert.equal(parseInstant(text), undefined);
			}),
		);
	});
});
