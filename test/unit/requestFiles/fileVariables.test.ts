import assert from 'node:assert/strict';
import { FileVariables, parseVariableDefinition } from '../../../src/requestFiles/fileVariables';
import { formatVariableReference, getVariableName } from '../../../src/requestFiles/keyReferences';

const A = getVariableName('SU-000-000-001');
const B = getVariableName('SU-000-000-002');
const REFERENCE_A = formatVariableReference('SU-000-000-001');
const REFERENCE_B = formatVariableReference('SU-000-000-002');

function defined(...lines: readonly string[]): FileVariables {
	return new FileVariables(lines.flatMap((line) => parseVariableDefinition(line) ?? []));
}

describe('A line that defines a variable', () => {
	const cases: [line: string, names: string[] | undefined, value?: string][] = [
		['@a = 1', ['a'], '1'],
		['  @b.c-d=two words  ', ['b.c-d'], 'two words'],
		['@e =', ['e'], ''],
		['@lazy := {{$guid}}', ['lazy'], '{{$guid}}'],
		['@quoted = "x y"', ['quoted'], 'x y'],
		['@inner = x"y"z', ['inner'], 'x"y"z'],
		['@space x', ['space'], 'x'],
		['@global.shared = 1', ['shared', 'global.shared'], '1'],
		['x @g = 4', undefined],
		['@ f = 3', undefined],
		['', undefined],
	];
	for (const [line, names, value] of cases) {
		it(`${names ? 'is' : "isn't"} “${line}”`, () => {
			assert.deepEqual(parseVariableDefinition(line), names && { names, value });
		});
	}
});

describe('Variables of a file', () => {
	it('are replaced with their values', () => {
		assert.equal(defined('@a = 1', '@b = {{a}}2').expand('{{ b }}/{{c}}/{{a}}'), '12/{{c}}/1');
	});

	it('are replaced if all definitions have the same value', () => {
		assert.equal(defined('@a = 1', '@a = 1', '@b = 1', '@b = 2').expand('{{a}}{{b}}'), '1{{b}}');
	});

	it('are replaced in texts of up to 10,000 characters', () => {
		const variables = defined(`@long = ${'x'.repeat(9000)}`, '@empty =');
		assert.equal(variables.expand(`${'y'.repeat(1000)}{{long}}`)?.length, 10_000);
		assert.equal(variables.expand(`${'y'.repeat(1001)}{{long}}`), undefined);
		assert.equal(variables.expand(`${'y'.repeat(9991)}{{empty}}`)?.length, 9991);
		assert.equal(variables.expand(`${'y'.repeat(9992)}{{empty}}`), undefined);
	});

	it('use tokens directly, through other variables, and in expressions', () => {
		const variables = defined(`@key = ${REFERENCE_A}`, '@auth := ApiKey {{key}}', `@other = {{auth}} ${REFERENCE_B}`, '@plain = x');
		const uses: [line: string, expected: string[]][] = [
			[`Authorization: ApiKey ${REFERENCE_A}`, [A]],
			['{{key}}', [A]],
			['Authorization: {{ auth }}', [A]],
			['{{%auth}}', [A]],
			['{{other}}', [A, B]],
			['{{`ApiKey ${key}`}}', [A]],
			['{{plain}} {{unknown}} key auth', []],
			[`{{$processEnv ${A} }}`, [A]],
			[`{{$processEnv ${A} x}}`, [A]],
			[`{{process.env.${A}}}`, [A]],
			[`{{process.env['${A}']}}`, [A]],
			[`$processEnv ${A}`, []],
			[`{{${A}X}}`, []],
			[`{{${A}`, []],
			['}} {{key', []],
		];
		for (const [line, expected] of uses) {
			assert.deepEqual([...new Set(variables.findTokenVariables(line))].sort(), expected, line);
		}
		assert.deepEqual(variables.findTokenVariablesInCode('exports.x = other;'), [A, B]);
	});

	it('use tokens through variables with dots and hyphens', () => {
		const variables = defined(`@my-key.v2 = ${REFERENCE_A}`, `@global.shared = ${REFERENCE_B}`, `@odd!key = ${REFERENCE_A}`);
		assert.deepEqual(variables.findTokenVariables('{{my-key.v2}}'), [A]);
		assert.deepEqual(variables.findTokenVariables('{{%my-key.v2}}'), [A]);
		assert.deepEqual(variables.findTokenVariables('{{%my-key}} {{%v2}} {{%my-key.v3}}'), []);
		assert.deepEqual(variables.findTokenVariables('{{ odd!key }}'), [A]);
		assert.deepEqual([...new Set(variables.findTokenVariables('{{$global.shared}}'))], [B]);
		assert.deepEqual([...new Set(variables.findTokenVariables('{{global.shared}}'))], [B]);
	});

	it('use the tokens of all definitions with the same name', () => {
		const variables = defined(`@auth = ${REFERENCE_A}`, `@auth = ${REFERENCE_B}`);
		assert.deepEqual(variables.findTokenVariables('{{auth}}'), [A, B]);
	});

	it('can use each other', () => {
		const variables = defined(`@a = {{b}}`, `@b = {{a}} ${REFERENCE_A}`);
		assert.deepEqual(variables.findTokenVariables('{{a}}'), [A]);
		assert.ok(!variables.isTooComplex);
	});

	it('are resolved at any level', () => {
		const chain = Array.from({ length: 50_000 }, (_, index) => `@v${index + 1} = {{v${index}}}`);
		assert.deepEqual(defined(`@v0 = ${REFERENCE_A}`, ...chain).findTokenVariables('{{v50000}}'), [A]);
	});

	it('are too complex if many variables use many tokens', () => {
		const id = (index: number) => `SU-${String(100_000_000 + index).replace(/\d{3}(?=.)/g, '$&-')}`;
		const tokens = Array.from({ length: 1000 }, (_, index) => `@v0 = ${formatVariableReference(id(index))}`);
		const chain = Array.from({ length: 1000 }, (_, index) => `@v${index + 1} = {{v${index}}}`);
		const variables = defined(...tokens, ...chain);
		assert.ok(variables.isTooComplex);
		assert.deepEqual(variables.findTokenVariables('{{v1000}}'), []);
		assert.ok(!defined(...tokens).isTooComplex);
	});
});
