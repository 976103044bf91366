import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatRelativeTime, msUntilTextChanges } from '../../../src/models/relativeTime';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

describe('relative time', () => {
	const cases: [number, string][] = [
		[0, 'this minute'],
		[-1, 'this minute'],
		[29_999, 'this minute'],
		[30_000, 'in 1 minute'],
		[59 * MINUTE_MS, 'in 59 minutes'],
		[HOUR_MS - 30_001, 'in 59 minutes'],
		[HOUR_MS - 30_000, 'in 1 hour'],
		[-90 * MINUTE_MS, '1 hour ago'],
		[7 * DAY_MS, 'in 7 days'],
		[-36 * HOUR_MS - 1, '2 days ago'],
		[365 * DAY_MS, 'in 1 year'],
		[500 * DAY_MS, 'in 1.4 years'],
	];
	for (const [milliseconds, words] of cases) {
		it(`of ${milliseconds} ms is "${words}"`, () => {
			assert.equal(formatRelativeTime('en', milliseconds), words);
		});
	}

	it('uses the given language', () => {
		assert.equal(formatRelativeTime('es', 3 * HOUR_MS), 'dentro de 3 horas');
	});

	/** Spans of every size, near and at the points where words change. */
	const span = fc
		.tuple(
			fc.constantFrom(1, MINUTE_MS, HOUR_MS, DAY_MS, 365 * DAY_MS),
			fc.integer({ min: -130, max: 130 }),
			fc.integer({ min: -2, max: 2 }),
		)
		.map(([unit, halves, off]) => (unit * halves) / 2 + off)
		.map(Math.round);
	const anySpan = fc.oneof(span, fc.integer({ min: -1000 * DAY_MS, max: 1000 * DAY_MS }));
	const formatted = (milliseconds: number) => [milliseconds > 0, formatRelativeTime('en', milliseconds)].join();

	it('stays the same until the computed time of the next change, and is different afterward', () => {
		fc.assert(
			fc.property(anySpan, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (milliseconds, part) => {
				const until = msUntilTextChanges(milliseconds);
				assert.ok(until >= 1 && Number.isInteger(until));
				assert.equal(formatted(milliseconds - Math.floor(until * part)), formatted(milliseconds));
				assert.equal(formatted(milliseconds - until + 1), formatted(milliseconds));
				assert.notEqual(formatted(milliseconds - until), formatted(milliseconds));
			}),
			{ numRuns: 5000 },
		);
	});
});
