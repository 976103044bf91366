import fc from 'fast-check';

/** Text that changes how a message is divided. */
const DIVIDERS = ['\r\n', '\n', '\r', '\0', '\xff', ' ', '\t', ':', '\r\n\r\n', '\x0b', ';', ','];

/** A function that damages text at random places: inserts, replaces, and removes. In half of the cases, it returns the text as it is. */
export function damage(insertions: readonly string[] = DIVIDERS): fc.Arbitrary<(text: string) => string> {
	const change = fc.record({ at: fc.nat(), removed: fc.oneof(fc.constant(0), fc.nat(6)), inserted: fc.constantFrom('', ...insertions) });
	return fc.oneof(fc.constant([]), fc.array(change, { minLength: 1, maxLength: 2 })).map(
		(changes) => (text: string) =>
			changes.reduce((damaged, { at, removed, inserted }) => {
				const start = at % (damaged.length + 1);
				return damaged.slice(0, start) + inserted + damaged.slice(start + removed);
			}, text),
	);
}
