import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { FileVault } from '../../../support/fileVault';
import { ReportingProcess } from '../../../support/store/reportingProcess';
import { assertNoSecret, readFiles, listSortedFileNames, Workspaces } from '../../../support/store/workspaces';

const CHILD_PATH = join(__dirname, '../../../support/store/storeChild.js');
/** Runs in parallel, because each one mostly waits for the lock of its killed process to become stale. */
const FOLDER_COUNT = 5;
const MIN_KILLS_PER_FOLDER = 3;
/** The processes are killed this often at most, until there was every kind of leftover. */
const MAX_KILLS_PER_FOLDER = 20;

describe('Workspace source in windows that are killed', function () {
	this.timeout(180_000);
	const workspaces = new Workspaces();

	/** Leftovers of killed processes, which prove that they were killed during changes. */
	const left = { locks: 0, temporary: 0, orphans: 0 };
	const hasAllLeftovers = () => left.locks > 0 && left.temporary > 0 && left.orphans > 0;

	/** The tokens that the processes of a folder reported. */
	class ExpectedTokens {
		readonly existing = new Set<string>();
		readonly deleted = new Set<string>();
		/** A token whose deletion had started, so it may or may not exist. */
		uncertain: string | undefined;
	}

	it(`keeps all reported tokens and cleans up after ${FOLDER_COUNT * MIN_KILLS_PER_FOLDER} kills during creations and deletions`, async () => {
		await Promise.all(
			Array.from({ length: FOLDER_COUNT }, async () => {
				const folder = await workspaces.folder();
				const vaultFolder = join(folder, '..', 'vault');
				const expected = new ExpectedTokens();
				for (let kill = 0; kill < (hasAllLeftovers() ? MIN_KILLS_PER_FOLDER : MAX_KILLS_PER_FOLDER); kill++) {
					await churnAndKill(folder, vaultFolder, expected, kill === 0);
					await assertConsistent(folder, new FileVault(vaultFolder), expected);
				}
			}),
		);
		assert.ok(hasAllLeftovers(), JSON.stringify(left));
	});

	async function churnAndKill(folder: string, vaultFolder: string, expected: ExpectedTokens, isFirst: boolean): Promise<void> {
		const child = new ReportingProcess(process.execPath, [CHILD_PATH, 'churn', folder, vaultFolder]);
		await child.reported(1);
		if (isFirst) {
			// About when the first token is created, which creates the folder.
			await setTimeout(Math.random() * 30);
		} else {
			await child.reported(2);
			const startedAt = performance.now();
			await child.reported(5);
			// Any instant of a change is equally likely.
			await setTimeout(Math.random() * (performance.now() - startedAt));
		}
		child.process.kill('SIGKILL');
		for (const { created, deleting, deleted } of await child.ended()) {
			if (created) {
				expected.existing.add(created);
			}
			if (deleting) {
				expected.existing.delete(deleting);
				expected.uncertain = deleting;
			}
			if (deleted) {
				expected.deleted.add(deleted);
				expected.uncertain = undefined;
			}
		}
	}

	/** Opens the store like the next session does. */
	async function assertConsistent(folder: string, vault: FileVault, expected: ExpectedTokens): Promise<void> {
		const names = listSortedFileNames(folder);
		const files = readFiles(folder);
		const keys = await vault.keyIds();
		const source = workspaces.open({ folder, vault });
		const problems: unknown[] = [];
		source.onDidRecover((report) => problems.push(report));
		const ids = (await source.list()).map(({ id }) => id);
		assert.deepEqual(
			[...expected.existing].filter((id) => !ids.includes(id)),
			[],
			'every reported creation is stored',
		);
		assert.deepEqual(
			ids.filter((id) => expected.deleted.has(id)),
			[],
			'every reported deletion is done',
		);
		assert.ok(ids.length <= expected.existing.size + 2, 'at most one creation and one deletion were in progress');
		const secrets: string[] = [];
		for (const id of ids) {
			const reading = await source.readKey(id);
			assert.ok('authorization' in reading, `${id} has its key`);
			secrets.push(reading.authorization.split(':')[1]!);
		}
		assertNoSecret(files, secrets);
		await source.whenSwept;
		assert.equal((await vault.keyIds()).length, ids.length, 'every secret belongs to a token');
		assert.deepEqual(
			listSortedFileNames(folder).filter((name) => !['tokens.json', 'tokens.backup.json'].includes(name)),
			[],
			'there are no leftovers',
		);
		assert.deepEqual(problems, [], 'nothing was damaged');
		source.dispose();
		// The interrupted change may or may not have been made. From now on, its outcome must persist.
		expected.existing.clear();
		ids.forEach((id) => expected.existing.add(id));
		left.locks += Number(names.includes('tokens.lock'));
		left.temporary += Number(names.some((name) => name.endsWith('.tmp')));
		left.orphans += Number(keys.length > ids.length);
	}
});
