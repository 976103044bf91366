import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
	addTeamCounts,
	mergeTeamCounts,
	type TeamCount,
	type TeamCountsPull,
	type TeamCountsReading,
} from '../../../src/domain/teamCountsPull';
import { getTotal, pruneTeamCounts, summarizeTeamCounts, type StoredTeamCounts } from '../../../src/domain/teamUsage';

const ID = 'SU-000-000-001';
const OTHER_ID = 'SU-000-000-002';
const IDS = new Set([ID, OTHER_ID]);
const NOW = new Date('2030-03-31T12:00:00.000Z');
const TODAY = '2030-03-31';
const NOTHING: StoredTeamCounts = { pulledAt: null, tokens: {} };

const minutesLater = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);

function counted(instance: string, count: number, changes: Partial<TeamCount> = {}): TeamCount {
	return { tokenId: ID, date: TODAY, statusClass: '2xx', instance, count, ...changes };
}

function reading(readFrom: string, ...counts: readonly TeamCount[]): TeamCountsReading {
	return { readFrom, counts };
}

/** Merges pulls that were a minute apart. */
function pull(stored: StoredTeamCounts, ...pulls: readonly (readonly TeamCountsReading[])[]): StoredTeamCounts {
	return pulls.reduce((current, readings, minute) => {
		const readAt = minutesLater(minute);
		return mergeTeamCounts(current, { readAt, readings }, IDS, readAt);
	}, stored);
}

function total({ tokens }: StoredTeamCounts, id = ID): number {
	return (tokens[id] ?? []).reduce((sum, count) => sum + getTotal(count), 0);
}

describe('Merging the counts of the team', () => {
	it('stores what each instance counted, sorted', () => {
		const stored = pull(NOTHING, [
			reading('b', counted('b', 5, { statusClass: '4xx' }), counted('b', 7)),
			reading('a', counted('a', 1, { date: '2030-03-30' }), counted('a', 2, { tokenId: OTHER_ID })),
		]);
		assert.deepEqual(stored, {
			pulledAt: NOW.toISOString(),
			tokens: {
				[ID]: [
					{ date: '2030-03-30', statusClass: '2xx', instance: 'a', count: 1 },
					{ date: TODAY, statusClass: '2xx', instance: 'b', count: 7 },
					{ date: TODAY, statusClass: '4xx', instance: 'b', count: 5 },
				],
				[OTHER_ID]: [{ date: TODAY, statusClass: '2xx', instance: 'a', count: 2 }],
			},
		});
	});

	it('adds only what was counted since the last pull', () => {
		const once = [reading('a', counted('a', 10))];
		assert.equal(total(pull(NOTHING, once)), 10);
		assert.equal(total(pull(NOTHING, once, once)), 10);
		assert.equal(total(pull(NOTHING, once, [reading('a', counted('a', 14))])), 14);
	});

	it('adds all that an instance counted since a restart in which it lost its counts', () => {
		const pulls = [10, 3, 3, 8, 1].map((count) => [reading('a', counted('a', count))]);
		assert.equal(total(pull(NOTHING, ...pulls)), 10 + 8 + 1);
		// The counts that were lost are stored even if nothing was counted since.
		assert.equal(total(pull(NOTHING, ...[10, 0].map((count) => [reading('a', counted('a', count))]))), 10);
	});

	it('takes each start of an instance for a counter of its own, if the starts are known', () => {
		const stored = pull(
			NOTHING,
			[reading('a', counted('a', 10, { run: '1' }))],
			// It got an older count of its former start back from a peer.
			[reading('a', counted('a', 9, { run: '1' }), counted('a', 12, { run: '2' }))],
		);
		assert.equal(total(stored), 22);
		assert.deepEqual(
			stored.tokens[ID]?.map(({ run }) => run),
			['1', '2'],
		);
	});

	it('counts what peers return of an instance only once, even if it’s outdated', () => {
		const both = [reading('a', counted('a', 10), counted('b', 18)), reading('b', counted('a', 9), counted('b', 20))];
		assert.equal(total(pull(NOTHING, both)), 30);
		assert.equal(total(pull(NOTHING, both, [both[0]!])), 30);
		assert.equal(total(pull(NOTHING, both, [both[1]!])), 30);
		assert.equal(total(pull(NOTHING, [both[0]!], [both[1]!])), 30);
		// While an instance is down, its peer says more than what was pulled before.
		assert.equal(total(pull(NOTHING, both, [reading('a', counted('a', 10), counted('b', 25))])), 35);
	});

	it('ignores what a peer returns of an instance that lost its counts, because it may be from before', () => {
		const restarted = [reading('b', counted('b', 3))];
		const stale = [reading('a', counted('b', 20))];
		assert.equal(total(pull(NOTHING, [reading('b', counted('b', 20))], restarted, stale)), 23);
		assert.equal(total(pull(NOTHING, [reading('b', counted('b', 20))], [...restarted, ...stale])), 23);
		assert.equal(total(pull(NOTHING, [reading('b', counted('b', 20))], restarted, stale, [reading('b', counted('b', 4))])), 24);
	});

	it('takes no pull for a restart that was stored after a later one', () => {
		const later = { readAt: minutesLater(1), readings: [reading('a', counted('a', 20))] };
		const earlier = { readAt: NOW, readings: [reading('a', counted('a', 15), counted('a', 1, { statusClass: '5xx' }))] };
		const stored = [later, earlier].reduce((current, next) => mergeTeamCounts(current, next, IDS, minutesLater(2)), NOTHING);
		assert.equal(total(stored), 21);
		assert.equal(stored.pulledAt, later.readAt.toISOString());
	});

	it('recognizes a restart after the clock was set back', () => {
		const future = mergeTeamCounts(
			NOTHING,
			{ readAt: minutesLater(60), readings: [reading('a', counted('a', 20))] },
			IDS,
			minutesLater(60),
		);
		const stored = pull(future, [reading('a', counted('a', 3))]);
		assert.equal(total(stored), 23);
		assert.equal(stored.pulledAt, NOW.toISOString());
	});

	it('drops tokens that don’t exist, empty counts, and days that aren’t stored', () => {
		const stored = pull(NOTHING, [
			reading(
				'a',
				counted('a', 1, { tokenId: 'SU-999-999-999' }),
				counted('a', 0),
				counted('a', 2, { date: '2030-03-01' }),
				counted('a', 4, { date: '2030-03-02' }),
				// The clock of the instance is ahead of this one.
				counted('a', 8, { date: '2030-04-01' }),
				counted('a', 16, { date: '2030-04-02' }),
			),
		]);
		assert.deepEqual(Object.keys(stored.tokens), [ID]);
		assert.deepEqual(
			stored.tokens[ID]?.map(({ date }) => date),
			['2030-03-02', '2030-04-01'],
		);
		assert.equal(pruneTeamCounts(stored.tokens, new Date('2030-04-29T00:00:00.000Z'))[ID]?.length, 1);
		assert.deepEqual(pruneTeamCounts(stored.tokens, new Date('2030-05-01T00:00:00.000Z')), {});
	});

	it('stops at the largest exact number', () => {
		const pulls = [Number.MAX_SAFE_INTEGER, 5, 4].map((count) => [reading('a', counted('a', count))]);
		const { tokens } = pull(NOTHING, ...pulls);
		assert.equal(getTotal(tokens[ID]![0]!), Number.MAX_SAFE_INTEGER);
		assert.equal(tokens[ID]![0]!.earlier, Number.MAX_SAFE_INTEGER);
	});

	it('is summed up by day, with the instances that counted', () => {
		const { tokens } = pull(NOTHING, [
			reading('b', counted('b', 5), counted('b', 1, { statusClass: '5xx' })),
			reading('a', counted('a', 3), counted('a', 2, { date: '2030-03-30' })),
		]);
		assert.deepEqual(summarizeTeamCounts(tokens[ID]!), {
			days: [
				{ date: '2030-03-30', statuses: { '2xx': 2 } },
				{ date: TODAY, statuses: { '2xx': 8, '5xx': 1 } },
			],
			instances: ['a', 'b'],
		});
	});
});

describe('Merging any counts of the team', () => {
	const counts = fc.record({
		tokenId: fc.constantFrom(ID, OTHER_ID, 'SU-999-999-999'),
		date: fc.constantFrom('2030-02-28', '2030-03-02', '2030-03-30', TODAY, '2030-04-01', '2031-01-01'),
		statusClass: fc.constantFrom('2xx', '4xx'),
		instance: fc.constantFrom('a', 'b', 'c'),
		count: fc.nat({ max: 50 }),
	}) satisfies fc.Arbitrary<TeamCount>;
	const readings = fc.array(fc.record({ readFrom: fc.constantFrom('a', 'b', 'c'), counts: fc.array(counts, { maxLength: 8 }) }), {
		maxLength: 4,
	});
	const pulls = fc.array(readings, { maxLength: 4 });

	it('changes nothing the second time', () => {
		fc.assert(
			fc.property(pulls, readings, (before, last) => {
				assert.deepEqual(pull(NOTHING, ...before, last, last).tokens, pull(NOTHING, ...before, last).tokens);
			}),
		);
	});

	it('has the same result in whatever order instances were read', () => {
		fc.assert(
			fc.property(pulls, readings, fc.array(fc.nat({ max: 5 }), { minLength: 4, maxLength: 4 }), (before, last, order) => {
				const shuffled = last.map((one, index) => ({ one, at: order[index]! })).sort((first, second) => first.at - second.at);
				const reordered = shuffled.map(({ one }) => ({ ...one, counts: [...one.counts].reverse() }));
				assert.deepEqual(pull(NOTHING, ...before, reordered), pull(NOTHING, ...before, last));
			}),
		);
	});

	it('never lowers a total, and never adds more than what instances say about themselves or each other', () => {
		fc.assert(
			fc.property(pulls, readings, (before, last) => {
				const stored = pull(NOTHING, ...before);
				const merged = pull(NOTHING, ...before, last);
				for (const id of IDS) {
					const highest = new Map<string, number>();
					for (const { tokenId, date, statusClass, instance, count } of last.flatMap((one) => one.counts)) {
						const key = [tokenId, date, statusClass, instance].join();
						highest.set(key, Math.max(highest.get(key) ?? 0, tokenId === id ? count : 0));
					}
					const read = [...highest.values()].reduce((sum, count) => sum + count, 0);
					assert.ok(total(merged, id) >= total(stored, id));
					assert.ok(total(merged, id) <= total(stored, id) + read);
				}
			}),
		);
	});

	/** Instances with peers that are counted exactly, because what's pulled is never lost. */
	it('is exact for instances that keep their counts, no matter which of them are read, and how outdated their peers’ counts are', () => {
		const steps = fc.array(
			fc.record({
				requests: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 6 }),
				replicated: fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('a', 'b', 'c')), { maxLength: 4 }),
				read: fc.subarray(['a', 'b', 'c']),
			}),
			{ maxLength: 8 },
		);
		fc.assert(
			fc.property(steps, (all) => {
				const values = new Map<string, Map<string, number>>(['a', 'b', 'c'].map((name) => [name, new Map()]));
				const requestCounts = new Map<string, number>();
				let stored = NOTHING;
				const read = (names: readonly string[], minute: number) => {
					const pulled: TeamCountsPull = {
						readAt: minutesLater(minute),
						readings: names.map((name) => reading(name, ...[...values.get(name)!].map(([instance, count]) => counted(instance, count)))),
					};
					stored = mergeTeamCounts(stored, pulled, IDS, minutesLater(minute));
				};
				all.forEach(({ requests, replicated, read: names }, minute) => {
					for (const name of requests) {
						values.get(name)!.set(name, (values.get(name)!.get(name) ?? 0) + 1);
						requestCounts.set(name, (requestCounts.get(name) ?? 0) + 1);
					}
					for (const [from, to] of replicated) {
						const count = values.get(from)!.get(from);
						if (count !== undefined) {
							values.get(to)!.set(from, count);
						}
					}
					read(names, minute);
				});
				read(['c', 'a', 'b'], all.length);
				assert.equal(
					total(stored),
					[...requestCounts.values()].reduce((sum, count) => sum + count, 0),
				);
			}),
		);
	});
});

describe('Adding the counts of the team', () => {
	it('says what was new', async () => {
		let stored = pull(NOTHING, [reading('a', counted('a', 10), counted('a', 5, { tokenId: OTHER_ID, date: '2030-03-02' }))]);
		const source = {
			changeTeamCounts: (change: (before: StoredTeamCounts, ids: ReadonlySet<string>) => StoredTeamCounts) => {
				stored = change(stored, IDS);
				return Promise.resolve();
			},
		};
		// A day later, the first day isn't stored anymore, which isn't part of what was added.
		const later = new Date('2030-04-01T12:00:00.000Z');
		const readings = [
			reading('a', counted('a', 12), counted('a', 1, { tokenId: OTHER_ID }), counted('a', 3, { tokenId: 'SU-999-999-999' })),
			reading('b', counted('b', 4), counted('b', 3, { tokenId: 'SU-999-999-999' })),
		];
		assert.deepEqual(await addTeamCounts(source, { readAt: later, readings }, () => later), { responses: 7, tokens: 2, unknownTokens: 1 });
		assert.deepEqual(await addTeamCounts(source, { readAt: later, readings }, () => later), { responses: 0, tokens: 0, unknownTokens: 1 });
	});
});
