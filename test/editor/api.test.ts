import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ConnectTokensApi, TokensApi } from '../../src/api';
import { eventually } from '../support/eventually';

describe('the public API', function () {
	this.timeout(60_000);
	let api: ConnectTokensApi;
	let tokens: TokensApi;

	before(async () => {
		const extension = vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!;
		api = await extension.activate();
		tokens = api.workspace;
		await vscode.workspace.getConfiguration('connectTokens').update('gateway.port', 0, vscode.ConfigurationTarget.Global);
	});

	after(async () => {
		await api.gateway.stop();
		await vscode.workspace.getConfiguration('connectTokens').update('gateway.port', undefined, vscode.ConfigurationTarget.Global);
	});

	beforeEach(async () => {
		for (const { id } of await tokens.list()) {
			await tokens.delete(id);
		}
	});

	it('creates a token and returns its API key', async () => {
		const token = await tokens.create({
			name: 'API Token',
			externalId: 'x-1',
			description: 'By another extension',
			permissions: ['usage'],
		});
		assert.match(token.id, /^SU-\d{3}-\d{3}-\d{3}$/);
		assert.deepEqual(
			{ ...token, id: '', created: '', updated: '', keyIssuedAt: '' },
			{
				id: '',
				name: 'API Token',
				externalId: 'x-1',
				description: 'By another extension',
				extension: { id: 'EXT-000', name: 'Custom' },
				permissions: ['usage'],
				status: 'active',
				expirationDate: null,
				renewedExpirationDate: null,
				created: '',
				updated: '',
				keyIssuedAt: '',
			},
		);
		assert.equal(token.keyIssuedAt, token.created.at);
		assert.deepEqual(await tokens.list(), [token]);
		assert.deepEqual(await tokens.get(token.id), token);
		assert.match(await tokens.authorization(token.id), new RegExp(`^ApiKey ${token.id}:[0-9a-f]{40}$`));
	});

	it('sets, changes, and removes the limits and the approval of a token', async () => {
		const limits = { rate: { requests: 10, per: 'minute' }, total: 1000 } as const;
		const readRules = async (id: string) => {
			const token = (await tokens.get(id))!;
			return { limits: token.limits, approval: token.approval };
		};
		const { id, ...created } = await tokens.create({ name: 'Agent', limits, approval: 'writes' });
		assert.deepEqual([created.limits, created.approval], [limits, 'writes']);
		await tokens.update(id, { name: 'Agent 2' });
		assert.deepEqual(await readRules(id), { limits, approval: 'writes' });
		assert.deepEqual((await tokens.update(id, { limits: { total: 5 } })).limits, { total: 5 });
		assert.equal((await tokens.update(id, { approval: 'always' })).approval, 'always');
		assert.deepEqual(await readRules(id), { limits: { total: 5 }, approval: 'always' });
		await tokens.update(id, { limits: null, approval: 'never' });
		assert.deepEqual(await readRules(id), { limits: undefined, approval: undefined });
		assert.ok(!('limits' in (await tokens.create({ name: 'Free', limits: null, approval: 'never' }))));
	});

	it('rejects invalid limits and approval in changes, and keeps what the token has', async () => {
		const limits = { total: 5 };
		const { id } = await tokens.create({ name: 'Agent', limits, approval: 'always' });
		for (const [changes, message] of [
			[{ limits: { total: 0 } }, /limits\.total.*1 to 1000000000/],
			[{ limits: { rate: { requests: 1, per: 'week' } } }, /limits\.rate.*second, minute, hour, day/],
			[{ limits: {} }, /limits: .*rate/],
			[{ approval: null }, /approval.*never, writes, always/],
			[{ name: 'n', approval: 'sometimes' }, /approval.*never, writes, always/],
		] as const) {
			await assert.rejects(tokens.update(id, changes as never), message);
		}
		const token = await tokens.get(id);
		assert.deepEqual([token?.name, token?.limits, token?.approval], ['Agent', limits, 'always']);
	});

	it('fires an event for every change', async () => {
		let changes = 0;
		const subscription = tokens.onDidChange(() => changes++);
		// The source starts watching its files for the first listener, and watches them by the time this call returns.
		await tokens.list();
		const { id } = await tokens.create({ name: 'Watched' });
		await tokens.update(id, { description: 'changed' });
		await tokens.delete(id);
		subscription.dispose();
		assert.equal(changes, 3);
	});

	it('returns the statistics of a token, and rejects an unknown ID', async () => {
		const { id } = await tokens.create({ name: 'Unused' });
		assert.deepEqual(await tokens.statistics(id), []);
		await assert.rejects(tokens.statistics('SU-999-999-999'), /SU-999-999-999/);
	});

	it('counts the requests that the gateway allows by module', async () => {
		const { id } = await tokens.create({ name: 'Counted', permissions: ['products:read', 'billing'] });
		const authorization = await tokens.authorization(id);
		const { url } = await api.gateway.start();
		for (const [method, path] of [
			['GET', '/products'],
			['POST', '/products'],
			['POST', '/billing/requests'],
			['GET', '/modules'],
		] as const) {
			await fetch(url + path, { method, headers: { authorization } });
		}
		const [today] = await eventually(async () => {
			const days = await tokens.statistics(id);
			assert.deepEqual(days[0]?.statuses, { 200: 3, 403: 1 });
			return days;
		});
		assert.deepEqual(today?.modules, { billing: { read: 0, write: 1 }, products: { read: 1, write: 0 } });
	});

	it('takes a token through its whole lifecycle', async () => {
		const oneMonthFromNow = new Date(Date.now() + 30 * 86_400_000).toISOString();
		const { id } = await tokens.create({ name: 'Lively', expirationDate: oneMonthFromNow });
		const first = await tokens.authorization(id);
		assert.equal((await tokens.disable(id)).status, 'inactive');
		await assert.rejects(tokens.renew(id), /disabled/);
		assert.equal((await tokens.enable(id)).status, 'active');
		const renewed = await tokens.renew(id);
		assert.equal(renewed.status, 'revitalised');
		assert.equal(renewed.expirationDate, oneMonthFromNow);
		assert.ok(renewed.renewedExpirationDate! > oneMonthFromNow);
		const second = await tokens.authorization(id);
		assert.notEqual(second, first);
		const rotated = await tokens.rotate(id, { expirationDate: null });
		assert.equal(rotated.status, 'active');
		assert.equal(rotated.expirationDate, null);
		assert.equal(new Set([first, second, await tokens.authorization(id)]).size, 3);
		assert.equal((await tokens.update(id, { name: 'Livelier', externalId: null })).name, 'Livelier');
		await tokens.delete(id);
		assert.equal(await tokens.get(id), undefined);
	});

	const invalidDrafts: [description: string, draft: unknown, message: RegExp][] = [
		['an empty name', { name: '' }, /name.*1 to 128/],
		['a name over 128 characters', { name: 'x'.repeat(129) }, /name.*128/],
		['an external ID over 128 characters', { name: 'n', externalId: 'x'.repeat(129) }, /externalId.*128/],
		['a description over 255 characters', { name: 'n', description: 'x'.repeat(256) }, /description.*255/],
		['a past date', { name: 'n', expirationDate: '2001-01-01T00:00:00Z' }, /expirationDate.*future/],
		['an impossible date', { name: 'n', expirationDate: '2031-02-30T00:00:00Z' }, /expirationDate/],
		['an unknown extension', { name: 'n', extension: 'nope' }, /extension.*nope/],
		['an unknown module', { name: 'n', permissions: ['nope'] }, /permissions.*nope/],
		['limits without any limit', { name: 'n', limits: {} }, /limits.*a rate.*a total/],
		['a rate of zero', { name: 'n', limits: { rate: { requests: 0, per: 'day' } } }, /limits\.rate.*whole number from 1/],
		['an unknown period', { name: 'n', limits: { rate: { requests: 1, per: 'week' } } }, /limits\.rate.*second, minute, hour, day/],
		['a total that is a text', { name: 'n', limits: { total: '5' } }, /limits\.total.*whole number/],
		['an unknown approval', { name: 'n', approval: 'sometimes' }, /approval.*never, writes, always/],
		['no draft at all', undefined, /object/],
	];
	for (const [description, draft, message] of invalidDrafts) {
		it(`rejects ${description} and stores nothing`, async () => {
			await assert.rejects(tokens.create(draft as never), message);
			assert.deepEqual(await tokens.list(), []);
		});
	}

	it('keeps all tokens when a token with the latest possible expiration date is rotated', async () => {
		await tokens.create({ name: 'Other' });
		const { id } = await tokens.create({ name: 'Lasting', expirationDate: '9999-12-31T23:59:00Z' });
		await tokens.rotate(id);
		await assert.rejects(tokens.create({ name: 'n', expirationDate: '9999-12-31T23:59:59-05:00' }), /expirationDate/);
		assert.deepEqual((await tokens.list()).map(({ name }) => name).sort(), ['Lasting', 'Other']);
	});

	it("doesn't repeat an API key that was passed as an ID in the error", async () => {
		const secret = 'ab'.repeat(20);
		await assert.rejects(tokens.rotate(`ApiKey SU-111-111-111:${secret}`), (error: Error) => !error.message.includes(secret));
	});

	it('names an unknown ID in the error', async () => {
		const unknown = 'SU-000-000-000';
		for (const call of ['delete', 'rotate', 'renew', 'enable', 'disable', 'authorization'] as const) {
			await assert.rejects(tokens[call](unknown), /SU-000-000-000/, call);
		}
		await assert.rejects(tokens.update(unknown, { name: 'n' }), /SU-000-000-000/);
		assert.equal(await tokens.get(unknown), undefined);
	});

	it('rejects invalid options for rotation and renewal, and keeps the key', async () => {
		const { id } = await tokens.create({ name: 'n', expirationDate: new Date(Date.now() + 86_400_000).toISOString() });
		const key = await tokens.authorization(id);
		for (const options of [{ expirationDate: '2001-01-01T00:00:00Z' }, { expirationDate: 'soon' }, 'soon', { expires: null }]) {
			await assert.rejects(tokens.rotate(id, options as never));
			await assert.rejects(tokens.renew(id, options as never));
		}
		assert.equal(await tokens.authorization(id), key);
	});
});
