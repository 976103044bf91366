import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { FileVault } from '../../../support/fileVault';
import { ReportingProcess } from '../../../support/store/reportingProcess';
import { assertTokensReadable, Workspaces } from '../../../support/store/workspaces';

const CHILD_PATH = join(__dirname, '../../../support/store/storeChild.js');

describe('Workspace source on a full disk', () => {
	const workspaces = new Workspaces();

	/** Creates tokens until the disk is full, in a process with a small disk set up by `script`. Returns their IDs. */
	async function fill(script: string, folder: string): Promise<{ ids: string[]; vault: FileVault }> {
		const root = await workspaces.root();
		const vaultFolder = join(root, 'vault');
		const command = [process.execPath, CHILD_PATH, 'fill', folder, vaultFolder];
		const child = new ReportingProcess('sh', ['-c', `${script} exec "$@"`, 'sh', ...command]);
		const reports = await child.ended();
		const { failure, whole, names, keys } = reports.at(-1)!;
		const ids = reports.flatMap(({ created }) => created ?? []);
		assert.ok(ids.length > 2);
		const file = join(folder, 'tokens.json');
		assert.equal(failure, `ProblemError: Couldn't save ${file} because the disk is full. Free up space and try again.`);
		assert.deepEqual(whole, ids);
		assert.deepEqual(names, ['history.json', 'location.json', 'tokens.backup.json', 'tokens.json']);
		assert.equal(keys, ids.length);
		return { ids, vault: new FileVault(vaultFolder) };
	}

	it('keeps existing tokens and continues once there is space (EFBIG)', async function () {
		if (process.platform === 'win32') {
			this.skip();
		}
		const folder = await workspaces.folder();
		const { ids, vault } = await fill('ulimit -f 16;', folder);
		const source = workspaces.open({ folder, vault });
		const { id } = await source.create({ name: 'one more' });
		await assertTokensReadable(source, [...ids, id]);
	});

	it('keeps existing tokens (ENOSPC)', async function () {
		const mount = 'mount -t tmpfs -o size=128k tmpfs';
		const folder = await workspaces.root();
		// A mount in its own namespace, which ends with the process; some systems don't allow it.
		if (spawnSync('unshare', ['-rm', 'sh', '-c', `${mount} "$1"`, 'sh', folder]).status !== 0) {
			this.skip();
		}
		await fill(`exec unshare -rm sh -c '${mount} "${folder}" && exec "$@"' sh "$@";`, folder);
	});
});
