import assert from 'node:assert/strict';
import { AccountSources } from '../../../support/connect/accountSources';
import { changeBody } from '../../../support/connect/platformFaults';
import { usePlatform } from '../../../support/connect/usePlatform';

const NOW = new Date('2030-01-31T12:00:00Z');

describe('What the sources leave open of the platform', () => {
	const accounts = new AccountSources();

	describe('where keys are bare, creations answered with the token, and statistics a single day', () => {
		const started = usePlatform({ now: () => NOW, keys: 'bare', created: 'token', aggregates: 'day' });
		const open = () => accounts.open(started(), { clock: () => NOW });

		it('is borne with', async () => {
			const source = await open();
			const { account } = started();
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

	describe('where it says more', () => {
		const started = usePlatform({ now: () => NOW });
		const open = () => accounts.open(started(), { clock: () => NOW });

		it('counts the last thirty days, the oldest first', async () => {
			const source = await open();
			const statistics = { '2030-01-01': { 500: 1 }, '2030-01-31': { 200: 3, 404: 1 }, '2030-01-02': { 200: 2 } };
			const { id } = started().account.add({ statistics });
			assert.deepEqual(await source.getUsage(id), {
				days: [
					{ date: '2030-01-02', statuses: { 200: 2 } },
					{ date: '2030-01-31', statuses: { 200: 3, 404: 1 } },
				],
				lastUsed: undefined,
			});
		});

		it('does not call a token unused that was used before', async () => {
			const source = await open();
			const { id } = started().account.add({ statistics: { '2029-06-01': { 200: 2 } } });
			assert.deepEqual(await source.getUsage(id), { days: [], lastUsed: undefined });
		});

		it('refuses statistics that are none', async () => {
			const platform = started();
			const source = await open();
			platform.fault('GET /statistics/tokens/{id}/aggregates', { outcome: changeBody(() => [{ date: 'today', statuses: [] }]) });
			await assert.rejects(source.getUsage(platform.account.ownToken.id), /Couldn't understand the response/);
		});

		it('offers extensions that take tokens, by name, the one whose modules are chosen last', async () => {
			const platform = started();
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

		it('is asked for the catalogue once, and anew after a reload', async () => {
			const platform = started();
			const source = await open();
			const asked = () => platform.requests.filter(({ operation }) => operation === 'GET /modules').length;
			await source.getCatalog();
			await source.getCatalog();
			assert.equal(asked(), 1);
			await source.reload();
			platform.account.modules = [...platform.account.modules, { id: 'MD-0099', name: 'Brand new' }];
			assert.ok((await source.getCatalog()).modules.some(({ name }) => name === 'Brand new'));
			assert.equal(source.getModuleName('MD-0099'), 'Brand new');
			assert.equal(asked(), 2);
		});

		it('keeps modules that a token has though they are no longer offered', async () => {
			const platform = started();
			const { id } = platform.account.add({ permissions: ['MD-0001', 'MD-0023'] });
			platform.account.modules = platform.account.modules.filter((one) => one.id !== 'MD-0023');
			const source = await open();
			assert.deepEqual((await source.update(id, { permissions: ['MD-0023'] })).permissions, ['MD-0023']);
		});
	});
});
