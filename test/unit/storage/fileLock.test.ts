import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertTokensReadable, Workspaces } from '../../support/store/workspaces';
import { getStoreFiles } from '../../../src/sources/workspace/storeFiles';

describe('Lock of a crashed window', function () {
	this.timeout(60_000);
	const workspaces = new Workspaces();

	for (const [when, offset] of [
		['long ago', -60_000],
		['before the clock was set back by a day', 86_400_000],
	] as const) {
		it(`is taken over if the window crashed ${when}`, async () => {
			const { folder, vault, ids } = await workspaces.createFilled('one');
			const { lock } = getStoreFiles(folder);
			mkdirSync(lock);
			const time = new Date(Date.now() + offset);
			utimesSync(lock, time, time);
			const source = workspaces.open({ folder, vault });
			const { id } = await source.create({ name: 'two' });
			await assertTokensReadable(source, [...ids, id]);
		});
	}
});

describe('Something other than a lock at its path', function () {
	this.timeout(60_000);
	const workspaces = new Workspaces();

	const blockers: Record<string, (lock: string) => void> = {
		'a file': (lock) => writeFileSync(lock, 'mine'),
		'a folder with content': (lock) => {
			mkdirSync(lock);
			writeFileSync(join(lock, 'mine'), 'mine');
		},
	};
	for (const [blocker, create] of Object.entries(blockers)) {
		for (const [when, offset] of [
			['old', -60_000],
			['dated in the future', 86_400_000],
		] as const) {
			it(`is reported and not removed: ${blocker}, ${when}`, async () => {
				const { folder, vault, ids } = await workspaces.createFilled('one');
				const { lock } = getStoreFiles(folder);
				create(lock);
				const time = new Date(Date.now() + offset);
				utimesSync(lock, time, time);
				const source = workspaces.open({ folder, vault });
				await assert.rejects(source.create({ name: 'two' }), (error: Error) => {
					assert.equal(error.name, 'ProblemError');
					assert.ok(error.message.includes(lock));
					assert.match(error.message, /Move it to another location and try again/);
					return true;
				});
				await assertTokensReadable(source, ids);
				assert.ok(existsSync(lock));
				rmSync(lock, { recursive: true });
				await assertTokensReadable(source, [...ids, (await source.create({ name: 'two' })).id]);
			});
		}
	}
});
