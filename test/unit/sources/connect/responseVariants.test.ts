import assert from 'node:assert/strict';
import { TestAccounts } from '../../../support/connect/testAccounts';
import { changeBody } from '../../../support/connect/platformFaults';
import { usePlatform } from '../../../support/connect/usePlatform';

const NOW = new Date('2030-01-31T12:00:00Z');

describe('undocumented response variants', () => {
	const accounts = new TestAccounts();

	describe('with bare keys, the token in the response to a creation, and a single day of statistics', () => {
		const getPlatform = usePlatform({ now: () => NOW, keys: 'bare', created: 'token', aggregates: 'day' });
		const open = () => accounts.open(getPlatform(), { clock: () => NOW });

		it('are supported', async () => {
			const source = await open();
			const { account } = getPlatform();
			const { id } = await source.create({ name: 'new', expirationDate: '2031-01-01T00:00:00Z' });
			const token = account.token(id);
			assert.deepEqual(await source.readKey(id), { authorization: account.authorization(token) });
			await source.renew(id, { expirationDate: '2032-01-01T00:00:00Z' });
			assert.deepEqual(await source.readKey(id), { authorization: `ApiKey ${id}:${token.renewed!.secret}` });
			assert.deepEqual(await source.readKey(id, 'previous'), { authorization: `ApiKey ${id}:${token.key.secret}` });
			token.statistics = { '2030-01-30': { 200: 1 }, '2030-01-31': { 200: 3, 404: 1 } };
			assert.deepEqual(await source.getUsage(id), { days: [{ date: '2030-01-31', statuses: { 200: 3, 404: 1 } }], lastUsed: undefined });
		});
	});

	describe('with other data', () => {
		const getPlatform = usePlatform({ now: () => NOW });
		const open = () => accounts.open(getPlatform(), { clock: () => NOW });

		it('returns usage of the last thirty days, oldest first', async () => {
			const source = await open();
			const statistics = { '2030-01-01': { 500: 1 }, '2030-01-31': { 200: 3, 404: 1 }, '2030-01-02': { 200: 2 } };
			const { id } = getPlatform().account.add({ statistics });
			assert.deepEqual(await source.getUsage(id), {
				days: [
					{ date: '2030-01-02', statuses: { 200: 2 } },
					{ date: '2030-01-31', statuses: { 200: 3, 404: 1 } },
				],
				lastUsed: undefined,
			});
		});

		it('does not report a token as never used if it was used more than thirty days ago', async () => {
			const source = await open();
			const { id } = getPlatform().account.add({ statistics: { '2029-06-01': { 200: 2 } } });
			assert.deepEqual(await source.getUsage(id), { days: [], lastUsed: undefined });
		});

		it('rejects invalid statistics', async () => {
			const platform = getPlatform();
			const source = await open();
			platform.fault('GET /statistics/tokens/{id}/aggregates', { outcome: changeBody(() => [{ date: 'today', statuses: [] }]) });
			await assert.rejects(source.getUsage(platform.account.ownToken.id), /Couldn't understand the response/);
		});

		it('returns extensions that accept tokens, sorted by name, with Custom last', async () => {
			const platform = getPlatform();
			platform.fault('GET /extensions', {
				outcome: changeBody((list) => [
					...(list as object[]),
					{ id: 'EXT-1', name: 'none', description: 'd', constraints: { account: { tokens: 0 } } },
					{ id: 'EXT-2', name: 'one', description: 'd', subtitle: 's', constraints: { account: { tokens: 1 } } },
					{ id: 'EXT-3', name: 'overview', description: '', overview: 'first\nsecond', constraints: null },
					{ id: 'EXT-4', name: 7 },
				]),
			});
			const { extensions } = await (await open()).getCatalog();
			assert.deepEqual(
				extensions.map(({ name, description, permissions }) => [name, description, permissions]),
				[
					['acme-billing', 'Acme Billing Integration', []],
					['one', 's', []],
					['overview', 'first', []],
					['reports', 'Reports Integration', []],
					['zapier', 'Zapier Integration', []],
					['custom', 'Custom Integration', null],
				],
			);
		});

		it('reads the catalog once, and again after a reload', async () => {
			const platform = getPlatform();
			const source = await open();
			const countRequests = () => platform.requests.filter(({ operation }) => operation === 'GET /modules').length;
			await source.getCatalog();
			await source.getCatalog();
			assert.equal(countRequests(), 1);
			await source.reload();
			platform.account.modules = [...platform.account.modules, { id: 'MD-0099', name: 'Brand new' }];
			assert.ok((await source.getCatalog()).modules.some(({ name }) => name === 'Brand new'));
			assert.equal(source.getModuleName('MD-0099'), 'Brand new');
			assert.equal(countRequests(), 2);
		});

		it('keeps modules of a token that are no longer in the catalog', async () => {
			const platform = getPlatform();
			const { id } = platform.account.add({ permissions: ['MD-0001', 'MD-0023'] });
			platform.account.modules = platform.account.modules.filter((module) => module.id !== 'MD-0023');
			const source = await open();
			assert.deepEqual((await source.update(id, { permissions: ['MD-0023'] })).permissions, ['MD-0023']);
		});
	});
});
