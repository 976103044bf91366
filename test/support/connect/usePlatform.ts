import assert from 'node:assert/strict';
import { startPlatform, type Platform, type PlatformOptions } from './platform';

/**
 * A platform of its own for each test around the call. A test fails when one of its requests has broken the contract.
 * @param options a function for those that are not known before the tests run
 */
export function usePlatform(options: PlatformOptions | (() => PlatformOptions) = {}): () => Platform {
	let platform: Platform | undefined;
	beforeEach(async () => {
		platform = await startPlatform(typeof options === 'function' ? options() : options);
	});
	afterEach(async () => {
		if (platform) {
			await platform.stop();
			assertContractKept(platform);
		}
	});
	return () => platform!;
}

/** Fails with what was wrong, request by request. */
export function assertContractKept({ violations }: Platform): void {
	const told = violations.map(({ request: { method, path, query }, problems }) => `${method} ${path}?${query}: ${problems.join(' ')}`);
	assert.deepEqual(told, [], 'requests broke the contract');
}
