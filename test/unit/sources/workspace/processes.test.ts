import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { FileVault } from '../../../support/fileVault';
import { ReportingProcess } from '../../../support/store/process';
import { assertWhole, Workspaces } from '../../../support/store/workspaces';

const CHILD = join(__dirname, '../../../support/store/child.js');
const TOKENS = 200;

describe('Workspace source in two processes', () => {
	const workspaces = new Workspaces();

	it(`has all tokens that both create at once, ${TOKENS} each, and both come to see them`, async () => {
		const folder = await workspaces.folder();
		const vaultFolder = join(folder, '..', 'vault');
		const windows = [1, 2].map(() => new ReportingProcess(process.execPath, [CHILD, 'create', folder, vaultFolder, String(TOKENS)]));
		await Promise.all(windows.map((window) => window.reported(1)));
		windows.forEach((window) => window.process.stdin!.write('go'));
		for (const window of windows) {
			const { listed, notices } = (await window.ended()).at(-1)!;
			assert.equal(listed, 2 * TOKENS);
			// Its own changes are noticed one by one; those of the other may be noticed together.
			assert.ok(notices! > TOKENS && notices! <= 2 * TOKENS, `${notices} notices`);
		}
		const vault = new FileVault(vaultFolder);
		const source = workspaces.open({ folder, vault });
		const ids = (await source.list()).map(({ id }) => id);
		assert.equal(new Set(ids).size, 2 * TOKENS);
		assert.equal((await vault.keyIds()).length, 2 * TOKENS);
		await assertWhole(source, ids);
	});

	it('works where the system cannot watch files, and tells of a change at the next look', async function () {
		const forbidding = 'echo 0 > /proc/sys/user/max_inotify_watches';
		// A limit of its own, which only Linux has and some systems allow nobody to set.
		if (spawnSync('unshare', ['-r', 'sh', '-c', forbidding]).status !== 0) {
			this.skip();
		}
		const folder = await workspaces.folder();
		const command = [process.execPath, CHILD, 'blind', folder, join(folder, '..', 'vault')];
		const blind = new ReportingProcess('unshare', ['-r', 'sh', '-c', `${forbidding}; exec "$@"`, 'sh', ...command]);
		const [blindness, result] = await blind.ended();
		assert.match(blindness!.failure!, /ENOSPC/);
		assert.deepEqual(result, { listed: 1, notices: 1 });
	});
});
