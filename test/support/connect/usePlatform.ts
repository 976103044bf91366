import assert from 'node:assert/strict';
import { startPlatform, type Platform, type PlatformOptions } from './simulatedPlatform';

/**
 * Starts a simulated platform for each test of a suite, and returns a function that returns it. Tests fail if a request violates the contract.
 * @param options options, or a function that returns them if they aren't known before the tests run
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

/** Fails with the violations of the contract, if there are any. */
export function assertNoViolations({ violations }: Platform): void {
	const messages = violations.map(({ request: { method, path, query }, problems }) => `${method} ${path}?${query}: ${problems.join(' ')}`);
	assert.deepEqual(messages, [], 'requests violated the contract');
}
