import assert from 'node:assert/strict';
import {
	chmodSync,
	existsSync,
	linkSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { silentLog } from '../../src/domain/log';
import { NO_REMINDERS } from '../../src/domain/expiryReminders';
import { AccountCache } from '../../src/sources/connect/accountCache';
import { RequestCountsFile } from '../../src/sources/workspace/requestCountsFile';
import { UsageFile } from '../../src/sources/workspace/usageFile';
import { DraftFile } from '../../src/storage/draftFile';
import { ExpiryReminderFile } from '../../src/storage/expiryReminderFile';
import { createVaultLock } from '../../src/storage/vaultLock';
import { KeyIndex } from '../../src/vaults/keyIndex';
import { Workspaces } from '../support/store/workspaces';

const NOW = new Date('2030-03-01T09:30:00.000Z');
/** What other users of the machine may do with a file. */
const OTHERS = 0o077;

describe('Files next to the tokens', () => {
	const workspaces = new Workspaces();

	before(function () {
		if (process.platform === 'win32') {
			this.skip();
		}
	});

	/** Writes every file that the extension keeps, and returns the modes of all files and folders below `root`, also while they're locked. */
	async function writeEverything(root: string): Promise<Record<string, string>> {
		const folder = join(root, 'workspaces', 'one');
		const modes: Record<string, string> = {};
		const recordModes = () => {
			for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
				modes[name] = (lstatSync(join(root, name)).mode & 0o777).toString(8);
			}
		};
		const lockVault = createVaultLock(folder, silentLog);
		await lockVault(() => Promise.resolve(recordModes()));
		const source = workspaces.open({ folder });
		await source.create({ name: 'One' });
		await source.changeTeamCounts((stored) => ({ ...stored, pulledAt: NOW.toISOString() }));
		const usageFile = new UsageFile(folder, () => NOW, silentLog);
		await usageFile.add({ 'SU-100-000-001': { lastUsed: NOW.toISOString(), days: [{ date: '2030-03-01', statuses: { 200: 1 } }] } });
		usageFile.dispose();
		const requestCountsFile = new RequestCountsFile(folder, () => NOW, silentLog);
		await requestCountsFile.add([{ tokenId: 'SU-100-000-001', limits: { total: 1 }, counts: { total: 1 } }]);
		requestCountsFile.dispose();
		await new ExpiryReminderFile(folder, silentLog).update(() => ({ ...NO_REMINDERS, snoozedAt: NOW.toISOString() }));
		await new DraftFile(folder, silentLog).update(() => ({ one: { savedAt: NOW.toISOString(), content: {} } }));
		await new KeyIndex(join(folder, 'keychain')).add('some-key');
		const cache = new AccountCache(join(root, 'accounts', 'one.json'), 'owner', silentLog);
		cache.update({ readAt: NOW.toISOString() });
		await cache.whenWritten;
		recordModes();
		return modes;
	}

	const onlyShared = (modes: Record<string, string>) =>
		Object.entries(modes).filter(([, mode]) => (Number.parseInt(mode, 8) & OTHERS) !== 0);

	it('cannot be read by other users, even if the process lets them read what it creates', async () => {
		const root = await workspaces.root();
		const umask = process.umask(0);
		try {
			const modes = await writeEverything(root);
			for (const name of [
				'tokens.json',
				'tokens.backup.json',
				'statistics.json',
				'teamStatistics.json',
				'limits.json',
				'reminders.json',
				'drafts.json',
				'vault.lock',
				'keychain/some-key.key',
			]) {
				assert.ok(join('workspaces/one', name) in modes, name);
			}
			assert.deepEqual(onlyShared(modes), []);
		} finally {
			process.umask(umask);
		}
	});

	it('cannot be read by other users although their folders could be', async () => {
		const root = await workspaces.root();
		for (const folder of ['workspaces/one', 'accounts']) {
			mkdirSync(join(root, folder), { recursive: true });
			chmodSync(join(root, folder), 0o755);
		}
		chmodSync(join(root, 'workspaces'), 0o700);
		assert.deepEqual(onlyShared(await writeEverything(root)), []);
	});

	it('are never written through a link', async () => {
		const root = await workspaces.root();
		const files = [
			'tokens.json',
			'tokens.backup.json',
			'statistics.json',
			'teamStatistics.json',
			'limits.json',
			'reminders.json',
			'drafts.json',
			'keychain/some-key.key',
		].map((name) => join('workspaces/one', name));
		for (const [kind, link] of [
			['symbolic', symlinkSync],
			['hard', linkSync],
		] as const) {
			const victims = [...files, 'accounts/one.json'].map((name, index) => {
				const victim = join(root, `${kind}-${index}`);
				const path = join(root, kind, name);
				writeFileSync(victim, 'victim');
				chmodSync(victim, 0o644);
				mkdirSync(dirname(path), { recursive: true });
				link(victim, path);
				return victim;
			});
			await writeEverything(join(root, kind));
			for (const victim of victims) {
				assert.equal(readFileSync(victim, 'utf8'), 'victim', victim);
				assert.equal(statSync(victim).mode & 0o777, 0o644, victim);
			}
		}
	});

	it('are never created through a link to a missing file', async () => {
		const root = await workspaces.root();
		mkdirSync(join(root, 'keychain'));
		symlinkSync(join(root, 'missing'), join(root, 'keychain', 'some-key.key'));
		const index = new KeyIndex(join(root, 'keychain'));
		await index.add('some-key');
		assert.deepEqual(await index.list(), ['some-key']);
		assert.equal(existsSync(join(root, 'missing')), false);
	});

	it('are not locked with a link to another folder, which stays as it is', async () => {
		const root = await workspaces.root();
		const folder = join(root, 'workspaces', 'one');
		const other = join(root, 'other');
		mkdirSync(folder, { recursive: true });
		mkdirSync(other);
		symlinkSync(other, join(folder, 'tokens.lock'));
		const { mtimeMs } = statSync(other);
		await assert.rejects(workspaces.open({ folder }).create({ name: 'One' }), /tokens\.lock wasn't created by this extension/);
		assert.equal(statSync(other).mtimeMs, mtimeMs);
	});
});
