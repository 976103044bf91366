import assert from 'node:assert/strict';
import { Accounts } from '../../../support/connect/accounts';
import { tokenOperations, useOfficialContract } from '../../../support/connect/officialContract';
import type { Platform } from '../../../support/connect/platform';
import { usePlatform } from '../../../support/connect/usePlatform';

describe('What a Connect source asks', () => {
	const accounts = new Accounts();

	/** Everything that a user can do with an account. A request that breaks the contract is answered with 422, and fails the test. */
	async function doEverything(platform: Platform): Promise<void> {
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
		await source.statistics(id);
		await source.delete(id);
		await source.reload();
		assert.equal((await source.list()).length, 151);
	}

	describe('held against our own contract', () => {
		const platform = usePlatform();

		it('is every call of it', async () => {
			await doEverything(platform());
			const [own] = platform().contracts;
			// The account itself is asked for when it is added.
			assert.deepEqual(platform().exercised(), own.operations.filter((one) => one !== 'GET /accounts').sort());
		});
	});

	describe("held against the platform's own document", () => {
		const official = useOfficialContract();
		const platform = usePlatform(() => ({ contract: official() }));

		it('is every call about tokens that it has', async () => {
			await doEverything(platform());
			const exercised = platform().exercised(official());
			assert.deepEqual(
				tokenOperations(official()).filter((one) => !exercised.includes(one)),
				[],
			);
		});
	});
});
