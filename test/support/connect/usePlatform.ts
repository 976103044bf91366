import assert from 'node:assert/strict';
import { startPlatform, type Platform, type PlatformOptions } from './simulatedPlatform';

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
			assertNoViolations(platform);
		}
	});
	return () => platform!;
}

/** Fails with what was wrong, request by request. */
export function assertNoViolations({ violations }: Platform): void {
	const messages = violations.map(({ request: { method, path, query }, problems }) => `${method} ${path}?${query}: ${problems.join(' ')}`);
	assert.deepEqual(messages, [], 'requests broke the contract');
}
