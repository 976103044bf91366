import assert from 'node:assert/strict';
import fc from 'fast-check';
import { agentTools } from '../../../src/agents/agentTools';
import { ToolError } from '../../../src/agents/toolError';
import { AgentFixture, EDITOR, issueLease } from '../../support/agents/agentFixture';
import { fuzzParameters, fuzzSeed } from '../../support/fuzzing';

describe(`The tools for agents with any input (seed ${fuzzSeed})`, function () {
	this.timeout(fuzzParameters(0).plugins ? 0 : 120_000);
	const fixture = new AgentFixture();
	const lease = issueLease({ permissions: ['MD-0000'], approval: 'never' });
	const { id } = lease.token;

	before(() => fixture.start([lease]));
	after(() => fixture.stop());

	// The echo returns what it gets, so a key in a request is in its response, too.
	const paths = fc.oneof(fc.constantFrom('/products', '/assets?limit=1', `/assets/${lease.secret}`), fc.webPath(), fc.string());
	const texts = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom(lease.authorization, lease.secret, id, '__proto__'));
	const values = fc.oneof(fc.anything(), texts, fc.constantFrom(null, undefined, 0, -1, 1e308, NaN, true));
	const properties = {
		token: fc.oneof({ weight: 3, arbitrary: fc.constant(id) }, values),
		method: fc.oneof({ weight: 3, arbitrary: fc.constantFrom('GET', 'POST', 'DELETE', 'HEAD') }, values),
		path: fc.oneof({ weight: 3, arbitrary: paths }, values),
		headers: fc.oneof(fc.dictionary(fc.oneof(fc.constantFrom('accept', 'content-type'), texts), texts, { maxKeys: 2 }), values),
		body: fc.oneof(texts, values),
		purpose: fc.oneof(texts, values),
		modules: fc.oneof(
			fc.array(fc.record({ module: fc.oneof(fc.constantFrom('products', 'usage'), texts), write: values }), { maxLength: 3 }),
			values,
		),
		minutes: fc.oneof(fc.integer({ min: 1, max: 480 }), values),
		rate: values,
		file: fc.oneof(texts, values),
		line: fc.oneof(fc.nat(), values),
		offset: fc.oneof(fc.nat(), values),
	};
	/** Some of the properties that the tool has, and sometimes another one. */
	const inputs = fc.constantFrom(...agentTools).chain((tool) => {
		const names = Object.keys((tool.inputSchema as unknown as { entries: object }).entries).filter((name) => name in properties);
		const own = Object.fromEntries(names.map((name) => [name, properties[name as keyof typeof properties]]));
		const input = fc.oneof(
			{
				weight: 8,
				arbitrary: fc.record(own, { requiredKeys: names.filter((name) => ['token', 'method', 'path', 'file'].includes(name)) }),
			},
			{ weight: 1, arbitrary: fc.record({ ...own, other: values }) },
			{ weight: 1, arbitrary: values },
		);
		return fc.tuple(fc.constant(tool.name), input);
	});

	it('return JSON or an error for the model, and never a key', async () => {
		let results = 0;
		await fc.assert(
			fc.asyncProperty(inputs, async ([name, input]) => {
				fixture.now = new Date(fixture.now.getTime() + 100);
				await fixture.runner.preview(name, input);
				const text = await fixture.runner.run(name, input, EDITOR, new AbortController().signal).then(
					(result) => {
						results++;
						assert.equal(typeof JSON.parse(result), 'object');
						return result;
					},
					(error: unknown) => {
						assert.ok(error instanceof ToolError, String(error));
						assert.doesNotMatch(error.message, /failed unexpectedly/);
						return error.message;
					},
				);
				assert.doesNotMatch(text, new RegExp(lease.secret, 'i'));
			}),
			fuzzParameters(10_000),
		);
		assert.ok(results > 1000 || fuzzParameters(0).plugins, `Only ${results} inputs were valid.`);
		assert.doesNotMatch(fixture.logged.join('\n'), new RegExp(lease.secret, 'i'));
	});
});
