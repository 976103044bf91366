import assert from 'node:assert/strict';
import fc from 'fast-check';
import { relativeTime, untilOtherWords } from '../../../src/protocol/relativeTime';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('relative time', () => {
	const cases: [number, string][] = [
		[0, 'this minute'],
		[-1, 'this minute'],
		[29_999, 'this minute'],
		[30_000, 'in 1 minute'],
		[59 * MINUTE, 'in 59 minutes'],
		[HOUR - 30_001, 'in 59 minutes'],
		[HOUR - 30_000, 'in 1 hour'],
		[-90 * MINUTE, '1 hour ago'],
		[7 * DAY, 'in 7 days'],
		[-36 * HOUR - 1, '2 days ago'],
		[365 * DAY, 'in 1 year'],
		[500 * DAY, 'in 1.4 years'],
	];
	for (const [milliseconds, words] of cases) {
		it(`of ${milliseconds} ms is "${words}"`, () => {
			assert.equal(relativeTime('en', milliseconds), words);
		});
	}

	it('speaks the language asked for', () => {
		assert.equal(relativeTime('es', 3 * HOUR), 'dentro de 3 horas');
	});

	/** Spans of every size, near and at the points where words change. */
	const span = fc
		.tuple(fc.constantFrom(1, MINUTE, HOUR, DAY, 365 * DAY), fc.integer({ min: -130, max: 130 }), fc.integer({ min: -2, max: 2 }))
		.map(([unit, halves, off]) => (unit * halves) / 2 + off)
		.map(Math.round);
	const anySpan = fc.oneof(span, fc.integer({ min: -1000 * DAY, max: 1000 * DAY }));
	const said = (milliseconds: number) => [milliseconds > 0, relativeTime('en', milliseconds)].join();

	it('says the same until its words are said to change, and then something else', () => {
		fc.assert(
			fc.property(anySpan, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (milliseconds, part) => {
				const until = untilOtherWords(milliseconds);
				assert.ok(until >= 1 && Number.isInteger(until));
				assert.equal(said(milliseconds - Math.floor(until * part)), said(milliseconds));
				assert.equal(said(milliseconds - until + 1), said(milliseconds));
				assert.notEqual(said(milliseconds - until), said(milliseconds));
			}),
			{ numRuns: 5000 },
		);
	});
});
