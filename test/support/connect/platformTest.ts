import { test as base } from '../e2eTest';
import { startPlatform } from './simulatedPlatform';
import { assertNoViolations } from './usePlatform';

export { expect } from '../e2eTest';

/** A test of the whole workbench with Connect accounts. Starts simulated platforms, and fails if a request violates the contract. */
export const test = base.extend<{ startPlatform: typeof startPlatform }>({
	startPlatform: async ({}, use) => {
		const platforms: Awaited<ReturnType<typeof startPlatform>>[] = [];
		await use(async (options) => {
			const platform = await startPlatform(options);
			platforms.push(platform);
			return platform;
		});
		await Promise.all(platforms.map((platform) => platform.stop()));
		platforms.forEach(assertNoViolations);
	},
});
