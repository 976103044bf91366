import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseEnvFile } from '../../../src/domain/envFile';

const parse = (text: string) => Object.fromEntries(parseEnvFile(text).map(({ name, value }) => [name, value]));

describe('An .env file', () => {
	it('can have quotes, comments, export, empty values, and several kinds of line breaks', () => {
		const text = [
			'\uFEFF# comment',
			'PLAIN=value',
			'export EXPORTED = spaced out \t',
			'COMMENTED=value # comment',
			'EMPTY=',
			'ONLY_COMMENT= # comment',
			"SINGLE='a # b\\n'  # comment",
			'DOUBLE="a # b\\n\\"c\\" \\\\ \\x"',
			'BACK=`it\'s "quoted"`',
			'DOTTED.NAME-1=yes',
			'not a variable',
			'1INVALID=x',
			'MULTILINE="first',
			'second"',
			'UNCLOSED="value',
			'LAST=value\r\nNEXT=value\rEND=value',
		].join('\n');
		assert.deepEqual(parse(text), {
			PLAIN: 'value',
			EXPORTED: 'spaced out',
			COMMENTED: 'value',
			EMPTY: '',
			ONLY_COMMENT: '',
			SINGLE: 'a # b\\n',
			DOUBLE: 'a # b\n"c" \\ \\x',
			BACK: 'it\'s "quoted"',
			'DOTTED.NAME-1': 'yes',
			MULTILINE: 'first\nsecond',
			UNCLOSED: '"value',
			LAST: 'value',
			NEXT: 'value',
			END: 'value',
		});
	});

	it('can have references with and without quotes', () => {
		const reference = 'connect://SU-631-646-036#secret';
		for (const value of [reference, `"${reference}"`, `'${reference}'`, `${reference} # the key`]) {
			assert.deepEqual(parse(`KEY=${value}`), { KEY: reference });
		}
	});

	it('returns every quoted value as it was written', () => {
		const quote = (value: string) => `"${value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;
		fc.assert(
			fc.property(fc.array(fc.string({ unit: fc.constantFrom(...Array.from('ab\\"\n #=\'`$')) })), (values) => {
				const text = values.map((value, index) => `NAME${index}=${quote(value)}`).join('\n');
				assert.deepEqual(
					parseEnvFile(text),
					values.map((value, index) => ({ name: `NAME${index}`, value })),
				);
			}),
		);
	});

	it('takes linear time, whatever it contains', () => {
		for (const line of ['A="', "A='x", ' ', 'A=#', 'A=\\"', 'export ']) {
			const start = performance.now();
			parseEnvFile(`${line}\n`.repeat(50_000));
			assert.ok(performance.now() - start < 5_000, line);
		}
	});
});
