import assert from 'node:assert/strict';
import { ask, makeEveryCall } from '../../../support/connect/ask';
import { tokenOperations, useOfficialContract } from '../../../support/connect/officialContract';
import { usePlatform } from '../../../support/connect/usePlatform';

describe("Platform to test against, held against the platform's own OpenAPI document", () => {
	const official = useOfficialContract();
	// The document has one day where its text speaks of days.
	const platform = usePlatform(() => ({ contract: official(), aggregates: 'day' }));

	it('has every operation on tokens, and answers each as the document says', async () => {
		await makeEveryCall(platform());
		const operations = tokenOperations(official());
		assert.ok(operations.length > 10);
		const exercised = platform().exercised(official());
		assert.deepEqual(
			operations.filter((operation) => !exercised.includes(operation)),
			[],
		);
	});

	it('refuses requests that break the document', async () => {
		const broken: [string, unknown?][] = [
			['GET /auth/tokens?limit=many'],
			['GET /auth/tokens?in(status,(disabled))'],
			['GET /auth/tokens?gt(name,a)'],
			['GET /auth/tokens?ordering(description)'],
			['POST /auth/tokens', { name: 'n'.repeat(129), extension: { id: 'EXT-310-000' } }],
		];
		for (const [call, body] of broken) {
			const { status, body: told } = await ask<{ errors: string[] }>(platform(), call, { body });
			assert.equal(status, 422, call);
			const half = told.errors.length / 2;
			assert.deepEqual(told.errors.slice(half), told.errors.slice(0, half), 'the document says the same as our contract');
		}
		assert.equal(platform().violations.splice(0).length, broken.length);
	});
});
