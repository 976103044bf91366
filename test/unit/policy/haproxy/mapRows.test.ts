import assert from 'node:assert/strict';
import { checkMapRow, parseMapFile } from '../../../../src/policy/haproxy/mapRows';

describe('Rows of HAProxy maps', () => {
	it('are read from a file without comments', () => {
		const rows = parseMapFile('# comment\nkey value with  spaces \n\na/b "caf\u00e9" # \\n;\n');
		assert.deepEqual(
			[...rows],
			[
				['key', 'value with  spaces '],
				['a/b', '"caf\u00e9" # \\n;'],
			],
		);
	});

	for (const row of [
		['#key', 'value'],
		['two words', 'value'],
		['key\n', 'value'],
		['', 'value'],
		['key', ''],
		['key', ' value'],
		['key', 'a\nb'],
		['key', 'a\rb'],
		['key', 'a\tb'],
		['key', 'a\u0000b'],
		['key', 'a\u0085b'],
	] as const) {
		it(`are rejected if HAProxy would read something else: ${JSON.stringify(row)}`, () => {
			assert.throws(() => checkMapRow(row), /^Error: Invalid row in a map/);
		});
	}

	it('are rejected without a value', () => {
		assert.throws(() => parseMapFile('key\n'), /Invalid row in a map: \["key",""\]/);
	});
});
