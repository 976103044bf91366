import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { FileVault } from '../../../support/fileVault';
import { ReportingProcess } from '../../../support/store/reportingProcess';
import { assertTokensReadable, Workspaces } from '../../../support/store/workspaces';

const CHILD_PATH = join(__dirname, '../../../support/store/storeChild.js');
const TOKENS_PER_WINDOW = 60;

describe('Workspace source in two processes', () => {
	const workspaces = new Workspaces();

	it(`stores all tokens that both create at once, ${TOKENS_PER_WINDOW} each, and lists them in both`, async () => {
		const folder = await workspaces.folder();
		const vaultFolder = join(folder, '..', 'vault');
		const windows = [1, 2].map(
			() => new ReportingProcess(process.execPath, [CHILD_PATH, 'create', folder, vaultFolder, String(TOKENS_PER_WINDOW)]),
		);
		await Promise.all(windows.map((window) => window.reported(1)));
		windows.forEach((window) => window.process.stdin!.write('go'));
		for (const window of windows) {
			const { listed, changeEvents } = (await window.ended()).at(-1)!;
			assert.equal(listed, 2 * TOKENS_PER_WINDOW);
			// A window's own changes are reported one by one; those of the other may be reported together.
			assert.ok(changeEvents! > TOKENS_PER_WINDOW && changeEvents! <= 2 * TOKENS_PER_WINDOW, `${changeEvents} changeEvents`);
		}
		const vault = new FileVault(vaultFolder);
		const source = workspaces.open({ folder, vault });
		const ids = (await source.list()).map(({ id }) => id);
		assert.equal(new Set(ids).size, 2 * TOKENS_PER_WINDOW);
		assert.equal((await vault.keyIds()).length, 2 * TOKENS_PER_WINDOW);
		await assertTokensReadable(source, ids);
	});

	it('does not depend on file watching: without it, a change is reported on the next read', async function () {
		const disableWatching = 'echo 0 > /proc/sys/user/max_inotify_watches';
		// A limit in its own namespace, which only Linux has; some systems don't allow setting it.
		if (spawnSync('unshare', ['-r', 'sh', '-c', disableWatching]).status !== 0) {
			this.skip();
		}
		const folder = await workspaces.folder();
		const command = [process.execPath, CHILD_PATH, 'blind', folder, join(folder, '..', 'vault')];
		const child = new ReportingProcess('unshare', ['-r', 'sh', '-c', `${disableWatching}; exec "$@"`, 'sh', ...command]);
		const [watchReport, result] = await child.ended();
		assert.match(watchReport!.failure!, /ENOSPC/);
		assert.deepEqual(result, { listed: 1, changeEvents: 1 });
	});
});
