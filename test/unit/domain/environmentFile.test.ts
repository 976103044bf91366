import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseEnvironmentFile } from '../../../src/domain/environmentFile';

const names = fc.stringMatching(/^[A-Za-z_]\w{0,8}$/);
const spaces = fc.constantFrom('', ' ', '\t');
const values = fc.string({ unit: fc.constantFrom('a', 'Z', '0', ':', '/', '#', '-', '_', '=', ' ', '$', '\\', "'", '"', '`', 'é') });
const quotings: readonly ((value: string) => string | undefined)[] = [
	(value) => (/^["'`]|\s#|^#|\s$|^\s/.test(value) ? undefined : value),
	(value) => (value.includes("'") ? undefined : `'${value}'`),
	(value) => (value.includes('`') ? undefined : `\`${value}\``),
	(value) => `"${value.replace(/[\\"$`]/g, '\\$&')}"`,
];
const assignments = fc
	.record({
		name: names,
		value: values,
		quoting: fc.constantFrom(...quotings),
		space: spaces,
		prefix: fc.constantFrom('', 'export ', ' '),
		comment: fc.constantFrom('', ' # NAME="not a variable'),
	})
	.filter(({ value, quoting }) => quoting(value) !== undefined)
	.map(({ name, value, quoting, space, prefix, comment }) => ({
		name,
		value,
		text: `${prefix}${name}${space}=${space}${quoting(value)!}${comment}`,
	}));

describe('an environment file', () => {
	it('is read as it was written, whatever the quotes, comments, and line ends', () => {
		fc.assert(
			fc.property(fc.array(assignments), fc.constantFrom('\n', '\r\n', '\n\n# comment\n'), (items, separator) => {
				assert.deepEqual(
					parseEnvironmentFile(items.map(({ text }) => text).join(separator)),
					items.map(({ name, value }) => ({ name, value })),
				);
			}),
		);
	});

	it('keeps the fragment of an unquoted reference, and drops a comment', () => {
		assert.deepEqual(
			parseEnvironmentFile('\uFEFFexport API_KEY=connect://SU-631-646-036#secret # the key\nNONE=#comment\n=\nno variable'),
			[
				{ name: 'API_KEY', value: 'connect://SU-631-646-036#secret' },
				{ name: 'NONE', value: '' },
			],
		);
	});

	it('can have values of several lines, which contain no variables', () => {
		assert.deepEqual(parseEnvironmentFile(`A="first\nB=second\\n"\nC='x\ny' # z\nD="open\nE=last`), [
			{ name: 'A', value: 'first\nB=second\n' },
			{ name: 'C', value: 'x\ny' },
			{ name: 'D', value: '"open' },
			{ name: 'E', value: 'last' },
		]);
	});

	it('is read in linear time', () => {
		const start = performance.now();
		for (const line of ['A="x\n', "A='x\n", 'A=    x\n', '      \n', `A=${' '.repeat(20)}#\n`]) {
			parseEnvironmentFile(line.repeat(100_000));
		}
		parseEnvironmentFile(`A=${' '.repeat(100_000)}x`);
		assert.ok(performance.now() - start < 5_000);
	});
});
