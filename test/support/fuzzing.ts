import fc from 'fast-check';

/** The seed of all fuzzers of a process, to show in their titles. Set FUZZ_SEED to repeat a failed run. */
export const fuzzSeed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);

/** How long each fuzzer runs, in minutes, instead of a number of values. `npm run fuzz` sets it. */
const minutes = process.env.FUZZ_MINUTES === undefined ? undefined : Number(process.env.FUZZ_MINUTES);

/** Surrogates, which are code points but not characters. */
const [FIRST_SURROGATE, SURROGATE_COUNT] = [0xd800, 0x800];

/**
 * Any character of Unicode, as the `unit` of a string. Generates the same strings as the unit "binary", for which fast-check fills a map with all
 * characters first. That takes seconds in each process.
 */
export const anyCharacter = fc.integer({ min: 0, max: 0x10ffff - SURROGATE_COUNT }).map(
	(index) => String.fromCodePoint(index < FIRST_SURROGATE ? index : index + SURROGATE_COUNT),
	(character) => {
		const codePoint = typeof character === 'string' && /^.$/su.test(character) ? character.codePointAt(0)! : FIRST_SURROGATE;
		if (codePoint >= FIRST_SURROGATE && codePoint < FIRST_SURROGATE + SURROGATE_COUNT) {
			throw new Error('This is not a character.');
		}
		return codePoint < FIRST_SURROGATE ? codePoint : codePoint - SURROGATE_COUNT;
	},
);

/** Returns parameters of a property that tries this many values in the tests, and as many as the time allows in `npm run fuzz`. */
export function fuzzParameters<T>(runs: number): fc.Parameters<T> {
	return minutes === undefined
		? { seed: fuzzSeed, numRuns: runs }
		: { seed: fuzzSeed, numRuns: Number.MAX_SAFE_INTEGER, plugins: [fc.interruptAfterTimeLimit(minutes * 60_000) as fc.Plugin<T>] };
}
