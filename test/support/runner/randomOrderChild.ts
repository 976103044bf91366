// Loaded by Mocha's processes: runs the tests in a random order if TEST_ORDER says so.
import type Mocha from 'mocha';
import { ORDER_VARIABLE, readOrderSeed, shuffleSuite } from './testOrder';

/** Mocha reads the tests of a suite after its `before` hooks. */
export const mochaHooks: Mocha.RootHookObject = {
	beforeAll(this: Mocha.Context) {
		const seed = readOrderSeed(process.env[ORDER_VARIABLE]);
		const root = this.test?.parent;
		if (seed !== undefined && root) {
			shuffleSuite(root, seed);
		}
	},
};
