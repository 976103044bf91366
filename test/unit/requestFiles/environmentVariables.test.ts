import assert from 'node:assert/strict';
import { createLog } from '../../../src/domain/log';
import { EnvironmentVariables, type Environment } from '../../../src/requestFiles/environmentVariables';
import { createSourceToken } from '../../support/sourceTokens';

const KEY = `SU-631-646-036:${'0f1e'.repeat(10)}`;
const ROTATED_KEY = `SU-631-646-036:${'2d3c'.repeat(10)}`;
const NAME = 'CONNECT_SU_631_646_036';

describe('EnvironmentVariables', () => {
	const { source } = createSourceToken();
	let environment: Environment;
	let lines: string[];
	let variables: EnvironmentVariables;

	beforeEach(() => {
		environment = {};
		lines = [];
		variables = new EnvironmentVariables(
			environment,
			createLog((_, line) => lines.push(line)),
		);
	});

	const expose = (...values: string[]) => variables.apply(new Map(values.map((value) => [NAME, { value, source }])));

	it('exposes keys, and removes their variables afterward', () => {
		expose(KEY);
		assert.deepEqual(environment, { [NAME]: KEY });
		expose();
		assert.deepEqual(environment, {});
	});

	it('restores the previous value, even after a rotation', () => {
		environment[NAME] = 'set before';
		expose(KEY);
		expose(ROTATED_KEY);
		assert.equal(environment[NAME], ROTATED_KEY);
		expose();
		assert.equal(environment[NAME], 'set before');
	});

	it('leaves a variable alone that something else has set in the meantime', () => {
		expose(KEY);
		environment[NAME] = 'set later';
		expose();
		assert.equal(environment[NAME], 'set later');
	});

	it('retains only keys that are still referenced and whose source still exists', () => {
		expose(KEY);
		variables.retain(new Set([NAME]), [source]);
		assert.equal(environment[NAME], KEY);
		variables.retain(new Set([NAME]), []);
		assert.equal(environment[NAME], undefined);
		expose(KEY);
		variables.retain(new Set(), [source]);
		assert.equal(environment[NAME], undefined);
	});

	it('logs each change with the variable’s name, but not the key', () => {
		expose(KEY);
		expose(KEY);
		expose(ROTATED_KEY);
		expose();
		assert.deepEqual(lines, [`Exposed ${NAME}`, `Exposed ${NAME}`, `Stopped exposing ${NAME}`]);
	});
});
