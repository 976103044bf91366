import assert from 'node:assert/strict';
import { controlTimeouts } from '../../../support/connect/controlTimeouts';
import { TestAccounts } from '../../../support/connect/testAccounts';
import { loseResponse, errorResponse, truncateBody, type Fault } from '../../../support/connect/platformFaults';
import type { Platform } from '../../../support/connect/simulatedPlatform';
import { usePlatform } from '../../../support/connect/usePlatform';

const EXPIRATION_DATE = '2099-01-01T00:00:00.000Z';

describe('lost response', () => {
	const getPlatform = usePlatform();
	const accounts = new TestAccounts();
	const expireTimeouts = controlTimeouts();
	const open = () => accounts.open(getPlatform());

	/** How the response to a change that was made gets lost. */
	const lostAfterChange = {
		'connection reset': loseResponse('reset'),
		'connection closed within the response': loseResponse('cut'),
		timeout: () => {
			expireTimeouts();
			return 'stall' as const;
		},
		'error 502': () => errorResponse(502),
		'truncated JSON': truncateBody,
	};
	/** Failures that look the same to the client, but without the change being made. */
	const lostWithoutChange: Record<string, Fault> = {
		'connection reset': { outcome: 'reset' },
		timeout: { before: expireTimeouts, outcome: 'stall' },
		'error 502': { outcome: errorResponse(502) },
	};

	const countPosts = ({ requests }: Platform, operation: string) => requests.filter((request) => request.operation === operation).length;

	for (const [failure, outcome] of Object.entries(lostAfterChange)) {
		describe(`because of ${failure}`, () => {
			it('results in a single new token with its modules', async () => {
				const platform = getPlatform();
				const source = await open();
				platform.account.add({ name: 'new' });
				platform.fault('POST /auth/tokens', { outcome, times: 1 });
				const { id } = await source.create({ name: 'new', externalId: 'x', permissions: ['MD-0001'] });
				const [, , created, ...rest] = [...platform.account.tokens.values()];
				assert.deepEqual([created?.id, created?.name, created?.permissions, rest], [id, 'new', ['MD-0001'], []]);
				assert.equal(countPosts(platform, 'POST /auth/tokens'), 1);
			});

			it('results in a single rotation and renewal', async () => {
				const platform = getPlatform();
				const token = platform.account.add({ expirationDate: '2098-01-01T00:00:00Z' });
				const source = await open();
				for (const action of ['rotate', 'renew'] as const) {
					const operation = `POST /auth/tokens/{id}/${action}`;
					platform.fault(operation, { outcome, times: 1 });
					const updated = await source[action](token.id, {
						expirationDate: EXPIRATION_DATE.replace('2099', action === 'rotate' ? '2099' : '2100'),
					});
					assert.equal(updated.status, action === 'rotate' ? 'active' : 'revitalised');
					assert.equal(countPosts(platform, operation), 1);
					assert.deepEqual(await source.readKey(token.id), { authorization: platform.account.authorization(token) });
				}
			});

			it('results in a disabled, enabled, updated, and deleted token', async () => {
				const platform = getPlatform();
				const token = platform.account.add({ permissions: ['MD-0001'] });
				const source = await open();
				for (const operation of [
					'POST /auth/tokens/{id}/deactivate',
					'POST /auth/tokens/{id}/activate',
					'PUT /auth/tokens/{id}',
					'DELETE /auth/tokens/{id}',
				]) {
					platform.fault(operation, { outcome, times: 1 });
				}
				platform.fault('POST /auth/tokens/{id}/permissions', { outcome, times: 1 });
				platform.fault('DELETE /auth/tokens/{id}/permissions', { outcome, times: 1 });
				assert.equal((await source.disable(token.id)).status, 'inactive');
				assert.equal((await source.enable(token.id)).status, 'active');
				const edited = await source.update(token.id, { name: 'edited', permissions: ['MD-0023'] });
				assert.deepEqual([edited.name, edited.permissions], ['edited', ['MD-0023']]);
				await source.delete(token.id);
				assert.equal(platform.account.tokens.size, 1);
				assert.equal(await source.get(token.id), undefined);
			});
		});
	}

	for (const [failure, fault] of Object.entries(lostWithoutChange)) {
		it(`is reported if no change was made, because of ${failure}`, async () => {
			const platform = getPlatform();
			const token = platform.account.add({ expirationDate: EXPIRATION_DATE });
			const source = await open();
			const calls = [
				['POST /auth/tokens', () => source.create({ name: 'new' })],
				['PUT /auth/tokens/{id}', () => source.update(token.id, { name: 'other' })],
				['POST /auth/tokens/{id}/deactivate', () => source.disable(token.id)],
				['POST /auth/tokens/{id}/rotate', () => source.rotate(token.id)],
				['POST /auth/tokens/{id}/renew', () => source.renew(token.id)],
				['DELETE /auth/tokens/{id}', () => source.delete(token.id)],
			] as const;
			const before = structuredClone([...platform.account.tokens.values()]);
			for (const [operation, call] of calls) {
				const removeFault = platform.fault(operation, fault);
				await assert.rejects(call, /The change wasn't made/, operation);
				removeFault();
				assert.equal(countPosts(platform, operation), 1);
			}
			assert.deepEqual([...platform.account.tokens.values()], before);
			assert.equal((await source.get(token.id))?.status, 'active');
		});
	}

	it('is reported as an unknown outcome if the change cannot be verified', async () => {
		const platform = getPlatform();
		const token = platform.account.add();
		const source = await open();
		let isUnreachable = false;
		platform.fault('POST /auth/tokens/{id}/rotate', { outcome: () => ((isUnreachable = true), 'reset') });
		platform.fault(({ method }) => isUnreachable && method === 'GET', { outcome: 'reset' });
		await assert.rejects(source.rotate(token.id), /we don't know whether the change was made\. Reload the account and check/);
	});

	it('of a rotation is detected even if the platform returns no key', async () => {
		const platform = getPlatform();
		let now = Date.parse('2030-01-01T00:00:00Z');
		const token = platform.account.add({ extra: { token: undefined } });
		platform.fault('POST /auth/tokens/{id}/rotate', {
			outcome: () => {
				token.updated = { ...token.updated, at: new Date((now += 60_000)).toISOString() };
				return 'reset';
			},
		});
		const source = await open();
		await source.rotate(token.id);
		assert.deepEqual(await source.readKey(token.id), { unavailable: 'notShown' });
	});
});

describe('token with modules that cannot be changed', () => {
	const getPlatform = usePlatform();
	const accounts = new TestAccounts();

	it('is created, and the error contains its current modules', async () => {
		const platform = getPlatform();
		const source = await accounts.open(platform);
		platform.fault(
			({ method, path, body }) => method === 'POST' && path.endsWith('/permissions') && JSON.stringify(body).includes('MD-0023'),
			{ outcome: errorResponse(400) },
		);
		await assert.rejects(source.create({ name: 'new', permissions: ['MD-0001', 'MD-0023'] }), (error: Error) => {
			const [, { id }] = [...platform.account.tokens.values()] as [unknown, { id: string }];
			assert.match(
				error.message,
				new RegExp(`Token ${id} was created, but not all of its modules could be added\\. Its current modules are: MD-0001\\.`),
			);
			assert.match(error.message, /Answered with 400/);
			return true;
		});
		assert.deepEqual(
			(await source.list()).map(({ name, permissions }) => [name, ...permissions]),
			[
				['Connect Tokens', 'MD-0000'],
				['new', 'MD-0001'],
			],
		);
	});

	it('is shown in its current state after an incomplete update', async () => {
		const platform = getPlatform();
		const { id } = platform.account.add({ permissions: ['MD-0001'] });
		const source = await accounts.open(platform);
		await source.list();
		platform.fault('DELETE /auth/tokens/{id}/permissions', { outcome: errorResponse(400) });
		await assert.rejects(source.update(id, { name: 'x', permissions: ['MD-0023'] }), /Some or all modules of SU-.* couldn't be changed/);
		const listed = (await source.list('cached')).at(-1);
		assert.deepEqual([listed?.name, listed?.permissions], ['x', ['MD-0001', 'MD-0023']]);
	});

	it('keeps the requested modules even if the platform removes more than requested', async () => {
		const platform = getPlatform();
		const { account } = platform;
		const { id } = account.add({ permissions: ['MD-0001', 'MD-0023'] });
		platform.fault('DELETE /auth/tokens/{id}/permissions', { outcome: (regular) => ((account.token(id).permissions = []), regular) });
		const source = await accounts.open(platform);
		assert.deepEqual((await source.update(id, { permissions: ['MD-0023', 'MD-0024'] })).permissions, ['MD-0023', 'MD-0024']);
	});
});
