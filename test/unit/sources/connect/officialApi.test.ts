import assert from 'node:assert/strict';
import { TestAccounts } from '../../../support/connect/testAccounts';
import { tokenOperations, useOfficialContract } from '../../../support/connect/officialContract';
import type { Platform } from '../../../support/connect/simulatedPlatform';
import { usePlatform } from '../../../support/connect/usePlatform';

describe('requests of a Connect source', () => {
	const accounts = new TestAccounts();

	/** Performs all actions that a user can take. Requests that violate the contract get a response with the status 422, and fail the test. */
	async function performAllActions(platform: Platform): Promise<void> {
		platform.account.seed(150);
		const source = await accounts.open(platform);
		await source.list();
		const { id } = await source.create({
			name: 'It\'s "all", (of) it; ünïcode & more',
			externalId: 'x',
			description: 'd',
			permissions: ['MD-0001', 'MD-0023'],
			expirationDate: '2099-01-01T00:00:00Z',
		});
		await source.create({ name: 'perpetual', extension: platform.account.extensions[1]!.id });
		await source.update(id, { name: 'edited', externalId: null, description: '', permissions: ['MD-0023', 'MD-0024'] });
		await source.disable(id);
		await source.enable(id);
		await source.renew(id, { expirationDate: '2100-01-01T00:00:00Z' });
		await source.readKey(id, 'previous');
		await source.rotate(id);
		await source.rotate(id, { expirationDate: null });
		await source.getUsage(id);
		await source.delete(id);
		await source.reload();
		assert.equal((await source.list()).length, 151);
	}

	describe('validated against our own contract', () => {
		const platform = usePlatform();

		it('cover all of its operations', async () => {
			await performAllActions(platform());
			const [ownContract] = platform().contracts;
			// The account itself is read only when it's added.
			assert.deepEqual(platform().exercised(), ownContract.operations.filter((operation) => operation !== 'GET /accounts').sort());
		});
	});

	describe("validated against the platform's own document", () => {
		const official = useOfficialContract();
		const platform = usePlatform(() => ({ contract: official() }));

		it('cover all of its operations on tokens', async () => {
			await performAllActions(platform());
			const exercised = platform().exercised(official());
			assert.deepEqual(
				tokenOperations(official()).filter((operation) => !exercised.includes(operation)),
				[],
			);
		});
	});
});
