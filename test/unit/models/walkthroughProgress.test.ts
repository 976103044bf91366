import assert from 'node:assert/strict';
import { walkthroughContext } from '../../../src/models/walkthroughProgress';
import { Workspaces } from '../../support/store/workspaces';

describe('The progress of the walkthrough', () => {
	const workspaces = new Workspaces();
	const context = (hasTokens: boolean, hasRenewedToken: boolean) => ({
		'connectTokens.hasTokens': hasTokens,
		'connectTokens.hasRenewedToken': hasRenewedToken,
	});

	it('follows from what has been done with the tokens', async () => {
		const source = workspaces.open({ folder: await workspaces.folder() });
		const read = async () => walkthroughContext(await source.list());
		assert.deepEqual(await read(), context(false, false));
		const { id } = await source.create({ name: 'Tutorial', expirationDate: '2999-01-01T00:00:00Z' });
		assert.deepEqual(await read(), context(true, false));
		await source.rotate(id, { expirationDate: null });
		await assert.rejects(source.renew(id, { expirationDate: null }));
		assert.deepEqual(await read(), context(true, false));
		await source.rotate(id, { expirationDate: '2999-01-01T00:00:00Z' });
		await source.renew(id, { expirationDate: '2999-06-01T00:00:00Z' });
		assert.deepEqual(await read(), context(true, true));
	});
});
