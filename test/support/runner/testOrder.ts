import type Mocha from 'mocha';

/**
 * Environment variable with the order of the tests: `random`, or `random:SEED` to repeat an order. Otherwise, they run in the order in
 * which they're defined.
 */
export const ORDER_VARIABLE = 'TEST_ORDER';

/**
 * Returns the seed of the random order; undefined if the order isn't random.
 * @param value value of the variable
 * @throws Error if the variable has another value
 */
export function readOrderSeed(value: string | undefined): number | undefined {
	if (!value) {
		return undefined;
	}
	const match = /^random(?::(\d{1,9}))?$/.exec(value);
	if (!match) {
		throw new Error(`${ORDER_VARIABLE} is “${value}”, but must be “random” or “random:SEED”, where SEED is a number.`);
	}
	return match[1] === undefined ? Math.floor(Math.random() * 1e9) : Number(match[1]);
}

/** Returns the items in an order that depends only on the seed and on their number. */
export function shuffle<T>(items: readonly T[], seed: number): T[] {
	const random = createRandom(seed);
	const shuffled = [...items];
	for (let index = shuffled.length - 1; index > 0; index--) {
		const other = Math.floor(random() * (index + 1));
		[shuffled[index], shuffled[other]] = [shuffled[other]!, shuffled[index]!];
	}
	return shuffled;
}

/** Shuffles the tests of a suite, its suites, and their tests. Hooks stay where they are. */
export function shuffleSuite(suite: Mocha.Suite, seed: number): void {
	suite.tests = shuffle(suite.tests, seed);
	suite.suites = shuffle(suite.suites, seed);
	suite.suites.forEach((child) => shuffleSuite(child, seed));
}

/** A linear congruential generator with the constants of Numerical Recipes. Returns numbers from 0 to 1, without 1. */
function createRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return state / 2 ** 32;
	};
}
