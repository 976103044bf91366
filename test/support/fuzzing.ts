import fc from 'fast-check';

/** The seed of all fuzzers of a process, to show in their titles. Set FUZZ_SEED to repeat a failed run. */
export const fuzzSeed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);

/** How long each fuzzer runs, in minutes, instead of a number of values. `npm run fuzz` sets it. */
const minutes = process.env.FUZZ_MINUTES === undefined ? undefined : Number(process.env.FUZZ_MINUTES);

/** Returns parameters of a property that tries this many values in the tests, and as many as the time allows in `npm run fuzz`. */
export function fuzzParameters<T>(runs: number): fc.Parameters<T> {
	return minutes === undefined
		? { seed: fuzzSeed, numRuns: runs }
		: { seed: fuzzSeed, numRuns: Number.MAX_SAFE_INTEGER, plugins: [fc.interruptAfterTimeLimit(minutes * 60_000) as fc.Plugin<T>] };
}
