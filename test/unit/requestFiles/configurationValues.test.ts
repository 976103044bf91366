import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
	findConfigurationValues,
	getConfigurationFileKind,
	type ConfigurationFileKind,
} from '../../../src/requestFiles/configurationValues';

const KINDS: readonly ConfigurationFileKind[] = ['dotenv', 'json', 'yaml'];

/** Lists values, those without quotes in angle brackets. */
function listValues(text: string, kind: ConfigurationFileKind): readonly string[] {
	return findConfigurationValues(text, kind).map(({ start, end, isQuoted }) =>
		isQuoted ? text.slice(start, end) : `<${text.slice(start, end)}>`,
	);
}

describe('The kind of a configuration file', () => {
	const cases: [path: string, languageId: string, ConfigurationFileKind | undefined][] = [
		['/a/.env', 'dotenv', 'dotenv'],
		['/a/.env.local', 'plaintext', 'dotenv'],
		['/a/.envrc', 'shellscript', 'dotenv'],
		['/a/.shop_dev.env', 'plaintext', 'dotenv'],
		['Untitled-1', 'dotenv', 'dotenv'],
		['/a/.env.ts', 'typescript', undefined],
		['/a/.env.http', 'http', undefined],
		['/a/.vscode/launch.json', 'jsonc', 'json'],
		['/a/.mcp.json', 'json', 'json'],
		['/a/shop.code-workspace', 'jsonc', 'json'],
		['/a/package.json', 'json', undefined],
		['/a/compose.yaml', 'dockercompose', 'yaml'],
		['/a/ci.yml', 'github-actions-workflow', 'yaml'],
		['', 'yaml', 'yaml'],
		['/a/requests.http', 'http', undefined],
	];
	for (const [path, languageId, kind] of cases) {
		it(`is ${kind ?? 'undefined'} for ${path} in ${languageId}`, () => assert.equal(getConfigurationFileKind(languageId, path), kind));
	}
});

describe('The values', () => {
	const cases: [ConfigurationFileKind, text: string, expected: readonly string[]][] = [
		['dotenv', 'A=b', ['<b>']],
		['dotenv', 'A=ApiKey b  \r\nB=c', ['<ApiKey b>', '<c>']],
		['dotenv', '  export A="b # c" # d', ['b # c']],
		['dotenv', "A: 'b'\nB=`c`", ['b', 'c']],
		['dotenv', 'A=b#c # d', ['<b#c>']],
		['dotenv', 'A= # b', ['<>']],
		['dotenv', '# A=b\n  # B=c\nnot a variable', []],
		['dotenv', 'A="b', ['<"b>']],
		['json', '{"a": "b", // "c"\n/* "d" */ "e": ["f\\"g"]}', ['a', 'b', 'e', 'f\\"g']],
		['json', '"https://a"', ['https://a']],
		['json', '{"a": "b\n"c"', ['a', 'b', 'c']],
		['yaml', 'a: b c # d', ['<b c>']],
		['yaml', 'a: "b # c"\nd: \'e\'', ['b # c', 'e']],
		['yaml', '- A=b\n- "C=d"\n- E: f', ['<b>', 'd', '<f>']],
		['yaml', '{ "a": "b", c: d, e: [f, g#h] }', ['a', 'b', '<d>', '<f>', '<g#h>']],
		['yaml', '# a: b\nc: d#e', ['<d#e>']],
		['yaml', "a: b's c", ["<b's c>"]],
	];
	for (const [kind, text, expected] of cases) {
		it(`of the ${kind} file ${JSON.stringify(text)} are ${expected.join(', ')}`, () => {
			const values = listValues(text, kind);
			// In YAML, names, and punctuation, are scalars, too.
			assert.deepEqual(kind === 'yaml' ? values.filter((value) => !/:>$|^<>$|^<-/.test(value)) : values, expected);
		});
	}

	it('are in order, are within their lines, and don’t overlap', () => {
		const texts = fc
			.array(
				fc.constantFrom('A', '=', ': ', '"', "'", '`', '#', ' ', '\n', '\r\n', '\\', '//', '/*', '*/', '- ', '{', '}', ',', 'connect://'),
			)
			.map((parts) => parts.join(''));
		fc.assert(
			fc.property(texts, fc.constantFrom(...KINDS), (text, kind) => {
				let previousEnd = 0;
				for (const { start, end } of findConfigurationValues(text, kind)) {
					assert.ok(previousEnd <= start && start <= end && end <= text.length, `${start}–${end}`);
					assert.doesNotMatch(text.slice(start, end), /[\r\n]/);
					previousEnd = end;
				}
			}),
		);
	});

	it('are found in linear time', () => {
		for (const unit of ['"\\"', "'", '"', ' ', 'a: ', '- ', '#', ' #', '/*', '//', 'A=', '\\', ',', "a '", 'A="\\"\n']) {
			for (const kind of KINDS) {
				for (const start of ['', 'A="']) {
					findConfigurationValues(start + unit.repeat(100_000), kind);
				}
			}
		}
	});
});
