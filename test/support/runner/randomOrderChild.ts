// Loaded by Mocha's processes: shows source lines in stack traces, and runs the tests in a random order if TEST_ORDER says so.
import type Mocha from 'mocha';
import { ORDER_VARIABLE, readOrderSeed, shuffleSuite } from './testOrder';

// Not by NODE_OPTIONS, which programs that the tests start would get, too: they'd read megabytes of source maps.
process.setSourceMapsEnabled(true);

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
