import assert from 'node:assert/strict';
import { sendRequest, sendEveryRequest } from '../../../support/connect/platformRequests';
import { tokenOperations, useOfficialContract } from '../../../support/connect/officialContract';
import { usePlatform } from '../../../support/connect/usePlatform';

describe("simulated platform, validated against the platform's own OpenAPI document", () => {
	const official = useOfficialContract();
	// The schema in the document has one day, although the description has a list of days.
	const platform = usePlatform(() => ({ contract: official(), aggregates: 'day' }));

	it('implements all operations on tokens, with valid responses', async () => {
		await sendEveryRequest(platform());
		const operations = tokenOperations(official());
		assert.ok(operations.length > 10);
		const exercised = platform().exercised(official());
		assert.deepEqual(
			operations.filter((operation) => !exercised.includes(operation)),
			[],
		);
	});

	it('rejects requests that violate the document', async () => {
		const invalidCalls: [string, unknown?][] = [
			['GET /auth/tokens?limit=many'],
			['GET /auth/tokens?in(status,(disabled))'],
			['GET /auth/tokens?gt(name,a)'],
			['GET /auth/tokens?ordering(description)'],
			['POST /auth/tokens', { name: 'n'.repeat(129), extension: { id: 'EXT-310-000' } }],
		];
		for (const [call, body] of invalidCalls) {
			const { status, body: response } = await sendRequest<{ errors: string[] }>(platform(), call, { body });
			assert.equal(status, 422, call);
			const half = response.errors.length / 2;
			assert.deepEqual(response.errors.slice(half), response.errors.slice(0, half), 'the document and our contract agree');
		}
		assert.equal(platform().violations.splice(0).length, invalidCalls.length);
	});
});
