import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findLaunchKeys, getEnvironmentFilePaths } from '../../../src/broker/launchKeys';
import { formatConnectReference, KEY_FORMS, type ConnectReference } from '../../../src/domain/connectReference';

const ID = 'SU-631-646-036';
/** Shows where each key got, and can't be mistaken for anything else. */
const getKey = ({ tokenId, sourceId, form }: ConnectReference) => `<${sourceId ?? ''} ${tokenId} ${form}>`;
const replace = (configuration: object, ...files: string[]) =>
	findLaunchKeys({ name: 'Program', ...configuration }, files)?.replace(getKey);
const key = (form: ConnectReference['form'] = 'authorization') => getKey({ tokenId: ID, form });

const references = fc.record({
	tokenId: fc.constantFrom(ID, 'SU-000-000-001'),
	form: fc.constantFrom(...KEY_FORMS),
});
const texts = fc.string({ unit: fc.constantFrom('a', 'b', ' ', ',', ';') });
/** A value, and what the program gets. */
const values = fc.array(fc.tuple(texts, references), { maxLength: 3 }).map((parts) => ({
	written: parts.map(([text, reference]) => `${text} ${formatConnectReference(reference)} `).join(''),
	expected: parts.map(([text, reference]) => `${text} ${getKey(reference)} `).join(''),
}));
const variables = fc.dictionary(fc.stringMatching(/^[A-Z]{1,3}$/), values, { maxKeys: 4 });
const mapValues = <T, U>(record: Record<string, T>, map: (value: T) => U) =>
	Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));

describe('a launch configuration', () => {
	it('has no reference left, and everything else in its place', () => {
		fc.assert(
			fc.property(
				variables,
				variables,
				fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), references, { maxKeys: 2 }),
				(env, file, short) => {
					const configuration = {
						name: 'Program',
						args: ['--verbose'],
						env: mapValues(env, ({ written }) => written),
						connectTokens: mapValues(short, (reference) => formatConnectReference(reference).replace('connect://', '')),
					};
					const before = structuredClone(configuration);
					const fileText = Object.entries(file)
						.map(([name, { written }]) => `${name}="${written}"`)
						.join('\n');
					const keys = findLaunchKeys(configuration, [fileText]);
					assert.deepEqual(configuration, before);
					const referencing = Object.fromEntries(Object.entries(file).filter(([, { written }]) => written.includes('connect:')));
					if (!keys) {
						assert.ok(!JSON.stringify([configuration, referencing]).includes('SU-'));
						return;
					}
					const replaced = keys.replace(getKey);
					assert.deepEqual(replaced, {
						name: 'Program',
						args: ['--verbose'],
						env: { ...mapValues({ ...referencing, ...env }, ({ expected }) => expected), ...mapValues(short, getKey) },
					});
					assert.ok(!JSON.stringify(replaced).includes('connect://'));
				},
			),
		);
	});

	it('is left to the debugger if it has no references', () => {
		for (const configuration of [{}, { env: null, environment: 1, envFile: {} }, { env: { A: 1, B: null, C: 'connect://host' } }]) {
			assert.equal(findLaunchKeys(configuration, ['A=1']), undefined);
		}
	});

	it('can set the environment of C++', () => {
		const environment = [
			{ name: 'A', value: `connect://${ID}` },
			{ name: 'B', value: 'b' },
		];
		assert.deepEqual(replace({ environment, connectTokens: { C: ID } }, `A=connect://${ID}#secret\nD=connect://${ID}#secret`), {
			name: 'Program',
			environment: [
				{ name: 'A', value: key() },
				{ name: 'B', value: 'b' },
				{ name: 'D', value: key('secret') },
				{ name: 'C', value: key() },
			],
		});
		assert.deepEqual(replace({ environment, connectTokens: { A: `${ID}#secret` } })?.environment, [
			{ name: 'B', value: 'b' },
			{ name: 'A', value: key('secret') },
		]);
	});

	it('keeps values that are not texts', () => {
		assert.deepEqual(replace({ env: { PORT: 80, UNSET: null, A: `connect://${ID}` } })?.env, { PORT: 80, UNSET: null, A: key() });
	});

	it('uses what the last of several environment files sets', () => {
		assert.deepEqual(replace({ env: {} }, `A=connect://${ID}\nB=connect://${ID}`, 'A=plain')?.env, { B: key() });
		assert.deepEqual(getEnvironmentFilePaths({ envFile: 'a' }), ['a']);
		assert.deepEqual(getEnvironmentFilePaths({ envFile: ['a', 'b'] }), ['a', 'b']);
		assert.deepEqual(getEnvironmentFilePaths({ envFile: '' }), []);
	});

	it('is rejected if a reference is mistyped', () => {
		for (const configuration of [
			{ env: { A: 'connect://SU-1' } },
			{ env: { A: 'x connect://VA-1/SU-1' } },
			{ connectTokens: { A: 'SU-1' } },
		]) {
			assert.throws(() => replace(configuration), /isn't a reference to an API key\. Write connect:\/\/SU-000-000-000/);
		}
		assert.throws(() => replace({}, 'A=connect://SU-1'), /isn't a reference/);
		assert.throws(() => replace({ connectTokens: { A: 1 } }), /"connectTokens" must be an object such as/);
	});

	it('is rejected if the debugger would write the key to a log', () => {
		const env = { A: `connect://${ID}` };
		for (const [property, value] of [
			['trace', true],
			['trace', { logFile: 'trace.json' }],
			['trace', 'verbose'],
			['logToFile', true],
			['logging', { engineLogging: true }],
			['logging', { diagnosticsLog: { protocolMessages: true } }],
		] as const) {
			assert.throws(() => replace({ [property]: value, env }), new RegExp(`log its environment, .* Remove "${property}"`));
			assert.equal(replace({ [property]: value }), undefined);
		}
		for (const safe of [
			{ trace: false },
			{ trace: { stdio: false, logFile: null } },
			{ trace: 'error' },
			{ logToFile: false },
			{ logging: { moduleLoad: true, engineLogging: false } },
		]) {
			assert.deepEqual(replace({ ...safe, env })?.env, { A: key() });
		}
	});

	it('is rejected if the key would be shown in a terminal', () => {
		const env = { A: `connect://${ID}` };
		for (const terminal of [
			{ type: 'node', console: 'integratedTerminal' },
			{ type: 'node', console: 'externalTerminal' },
			{ type: 'java' },
			{ type: 'node-terminal' },
			{ type: 'cppdbg', externalConsole: true },
		]) {
			assert.throws(() => replace({ ...terminal, env }), /“Program” starts its program in a terminal/);
			assert.equal(replace(terminal), undefined);
		}
		for (const safe of [
			{ type: 'node' },
			{ type: 'java', console: 'internalConsole' },
			{ type: 'debugpy', console: 'integratedTerminal' },
		]) {
			assert.deepEqual(replace({ ...safe, env })?.env, { A: key() });
		}
	});
});
