import assert from 'node:assert/strict';
import fc from 'fast-check';
import { resolveExpirationDate, EXPIRATION_PRESETS, isInstant, parseInstant } from '../../../src/domain/expiration';

describe('Expiration date', () => {
	const now = new Date('2030-06-15T12:34:56.789Z');
	const preset = (name: string, from = now) => resolveExpirationDate({ kind: 'preset', preset: name }, from);

	it('of a preset is a number of days or a calendar year from now', () => {
		assert.deepEqual(
			EXPIRATION_PRESETS.map((name) => preset(name)?.slice(0, 10)),
			['2030-06-22', '2030-07-15', '2030-08-14', '2030-09-13', '2030-12-12', '2031-06-15'],
		);
		assert.equal(preset('days7'), '2030-06-22T12:34:56.789Z');
	});

	it('of a year from February 29 is February 28', () => {
		assert.equal(preset('year1', new Date('2032-02-29T10:00:00Z')), '2033-02-28T10:00:00.000Z');
	});

	it('of an unknown preset is rejected with the list of presets', () => {
		assert.throws(() => preset('days8'), {
			message: 'Invalid expirationDate: Preset "days8" doesn\'t exist. Use one of days7, days30, days60, days90, days180, year1.',
		});
		assert.throws(() => preset('toString'), /"toString"/);
	});

	it('can be custom or null', () => {
		assert.equal(resolveExpirationDate({ kind: 'custom', date: '2031-01-01T00:00:00Z' }, now), '2031-01-01T00:00:00Z');
		assert.equal(resolveExpirationDate({ kind: 'never' }, now), null);
	});
});

describe('Instant', () => {
	it('is parsed from any ISO string of a Date', () => {
		fc.assert(
			fc.property(
				fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }),
				(date) => {
					assert.deepEqual(parseInstant(date.toISOString()), date);
				},
			),
		);
	});

	it('is not parsed from a day that does not exist', () => {
		assert.equal(parseInstant('2031-02-29T00:00:00Z'), undefined);
		assert.notEqual(parseInstant('2032-02-29T00:00:00Z'), undefined);
		assert.equal(parseInstant('2031-04-31T00:00:00Z'), undefined);
		assert.equal(parseInstant('2031-00-10T00:00:00Z'), undefined);
	});

	it('is not parsed outside the years 0000 to 9999 in UTC', () => {
		assert.equal(parseInstant('9999-12-31T23:59:59-05:00'), undefined);
		assert.equal(parseInstant('0000-01-01T00:00:00+01:00'), undefined);
		assert.deepEqual(parseInstant('0000-01-01T00:00:00.000Z'), new Date('0000-01-01T00:00:00.000Z'));
		assert.deepEqual(parseInstant('9999-12-31T23:59:59.999Z'), new Date('9999-12-31T23:59:59.999Z'));
	});

	it('is parsed with a time zone, and with or without seconds and their fraction', () => {
		for (const [text, expected] of [
			['2031-01-31T10:20Z', '2031-01-31T10:20:00.000Z'],
			['2031-01-31T10:20:30+02:00', '2031-01-31T08:20:30.000Z'],
			['2031-01-31T10:20:30.5-02:30', '2031-01-31T12:50:30.500Z'],
			['2031-01-31T10:20:30.123456789Z', '2031-01-31T10:20:30.123Z'],
		] as const) {
			assert.equal(parseInstant(text)?.toISOString(), expected, text);
		}
	});

	it('is not parsed from another format', () => {
		for (const text of [
			'2031-01-31',
			'2031-01-31T10:20:30',
			'2031-01-31 10:20:30Z',
			'2031-01-31T10:20:30Z and more',
			'on 2031-01-31T10:20:30Z',
			'2031-1-31T10:20:30Z',
			'2031-01-3T10:20:30Z',
			'2031-01-31T1:20:30Z',
			'2031-01-31T10:2:30Z',
			'2031-01-31T10:20:3Z',
			'2031-01-31T10:20:30.Z',
			'2031-01-31T10:20:30.1234567890Z',
			'2031-01-31T10:20:30+0200',
			'2031-01-31T10:20:30+2:00',
			'231-01-31T10:20:30Z',
			'+002031-01-31T10:20:30Z',
			'2031-01-31T10:20:30Z (UTC)',
			'January 31, 2031 10:20:30Z',
		]) {
			assert.equal(parseInstant(text), undefined, text);
		}
	});

	it('is not parsed from arbitrary text', () => {
		fc.assert(
			fc.property(fc.string(), (text) => {
				assert.equal(parseInstant(text), undefined);
			}),
		);
	});

	it('is recognized exactly if it can be parsed', () => {
		const digits = fc.stringMatching(/^(?:19|20)\d\d-[0-3]\d-[0-3]\dT[0-2]\d:[0-6]\d:[0-6]\d\.\d{3}Z$/);
		fc.assert(
			fc.property(fc.oneof(digits, fc.string()), (text) => isInstant(text) === (parseInstant(text) !== undefined)),
			{ numRuns: 5000 },
		);
		assert.equal(isInstant('2032-02-29T00:00:00+01:00'), true);
		assert.equal(isInstant('2031-02-29T00:00:00.000Z'), false);
	});
});
