import assert from 'node:assert/strict';
import Mocha from 'mocha';
import { readOrderSeed, shuffle, shuffleSuite } from '../../support/runner/testOrder';

describe('the order of tests', () => {
	it('is as defined by default, and otherwise random with a seed', () => {
		assert.equal(readOrderSeed(undefined), undefined);
		assert.equal(readOrderSeed(''), undefined);
		assert.equal(readOrderSeed('random:42'), 42);
		assert.ok(Number.isInteger(readOrderSeed('random')));
		assert.throws(() => readOrderSeed('reverse'), /must be “random”/);
	});

	it('has every item once, and depends on the seed only', () => {
		const items = Array.from({ length: 50 }, (_, index) => index);
		const shuffled = shuffle(items, 1);
		assert.deepEqual(
			[...shuffled].sort((left, right) => left - right),
			items,
		);
		assert.deepEqual(shuffle(items, 1), shuffled);
		assert.notDeepEqual(shuffled, items);
		assert.notDeepEqual(shuffle(items, 2), shuffled);
	});

	it('is random for the tests of all suites', () => {
		const createSuite = () => {
			const root = Mocha.Suite.create(new Mocha().suite, 'root');
			for (const name of ['a', 'b', 'c', 'd', 'e']) {
				const suite = Mocha.Suite.create(root, name);
				[1, 2, 3, 4, 5].forEach((number) => suite.addTest(new Mocha.Test(`${name}${number}`)));
			}
			return root;
		};
		const readTitles = (suite: Mocha.Suite): string[] => [
			...suite.tests.map(({ title }) => title),
			...suite.suites.flatMap((child) => readTitles(child)),
		];
		const [defined, shuffled, again] = [createSuite(), createSuite(), createSuite()];
		shuffleSuite(shuffled, 7);
		shuffleSuite(again, 7);
		assert.notDeepEqual(readTitles(shuffled), readTitles(defined));
		assert.deepEqual(readTitles(again), readTitles(shuffled));
		assert.deepEqual(readTitles(shuffled).sort(), readTitles(defined).sort());
		assert.notDeepEqual(
			shuffled.suites.map(({ title }) => title),
			defined.suites.map(({ title }) => title),
		);
	});
});
