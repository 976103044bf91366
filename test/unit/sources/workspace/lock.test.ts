import { mkdirSync, utimesSync } from 'node:fs';
import { assertWhole, Workspaces } from '../../../support/store/workspaces';
import { storeFiles } from '../../../../src/sources/workspace/files';

describe('Lock that a crashed window left behind', function () {
	this.timeout(60_000);
	const workspaces = new Workspaces();

	for (const [when, offset] of [['long ago', -60_000], ['before the clock was set back by a day', 86_400_000]] as const) {
		it(`${when} is taken over`, async () => {
			const { folder, vault, ids } = await workspaces.filled('one');
			const { lock } = storeFiles(folder);
			mkdirSync(lock);
			const time = new Date(Date.now() + offset);
			utimesSync(lock, time, time);
			const source = workspaces.open({ folder, vault });
			const { id } = await source.create({ name: 'two' });
			await assertWhole(source, [...ids, id]);
		});
	}
});
