import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TokenRecord } from '../../../../src/domain/token';
import { serializeStore, STORE_VERSION } from '../../../../src/sources/workspace/storeSchema';
import { createTestRecord } from '../../../support/seedTokens';
import { ReportingProcess } from '../../../support/store/reportingProcess';
import { listSortedFileNames, Workspaces } from '../../../support/store/workspaces';

const CHILD_PATH = join(__dirname, '../../../support/store/crashingChild.js');
const TOKENS = Array.from({ length: 50 }, (_, index) => createTestRecord(index, { permissions: ['usage'] }));
const IDS = TOKENS.map(({ id }) => id);
const FIRST_VERSION = JSON.stringify({ version: 1, tokens: TOKENS }, undefined, '\t');
const CURRENT_VERSION = serializeStore(TOKENS);

describe('A token store of an earlier version', () => {
	const workspaces = new Workspaces();

	async function createFolder(main: string | undefined, backup: string | undefined): Promise<string> {
		const { folder } = await workspaces.createFilled('Removed');
		for (const [name, text] of [
			['tokens.json', main],
			['tokens.backup.json', backup],
		] as const) {
			rmSync(join(folder, name));
			if (text !== undefined) {
				writeFileSync(join(folder, name), text);
			}
		}
		return folder;
	}

	const readVersion = (folder: string, name: string) =>
		(JSON.parse(readFileSync(join(folder, name), 'utf8')) as { version: number }).version;

	it('is read without a change, and written in the current version with the next one', async () => {
		const folder = await createFolder(FIRST_VERSION, FIRST_VERSION);
		const source = workspaces.open({ folder });
		assert.deepEqual(
			(await source.list()).map(({ id, permissions }) => [id, permissions]),
			IDS.map((id) => [id, ['usage']]),
		);
		assert.equal(readFileSync(join(folder, 'tokens.json'), 'utf8'), FIRST_VERSION);
		await source.update(IDS[7]!, { permissions: ['usage:read'] });
		for (const name of ['tokens.json', 'tokens.backup.json']) {
			assert.equal(readVersion(folder, name), STORE_VERSION, name);
		}
		const reopened = await workspaces.open({ folder }).list();
		assert.deepEqual(
			reopened.map(({ id, permissions }) => [id, permissions]),
			IDS.map((id, index) => [id, [index === 7 ? 'usage:read' : 'usage']]),
		);
	});

	it('is written in the current version with its first lease, which an earlier version would drop', async () => {
		const secondVersion = JSON.stringify({ version: 2, tokens: TOKENS }, undefined, '\t');
		const folder = await createFolder(secondVersion, secondVersion);
		const source = workspaces.open({ folder });
		const lease = { task: 'Check the prices', agent: 'Copilot' };
		const { id } = await source.create({ name: 'Lease', lease, expirationDate: new Date(Date.now() + 60_000).toISOString() });
		for (const name of ['tokens.json', 'tokens.backup.json']) {
			assert.equal(readVersion(folder, name), 3, name);
		}
		const reopened = await workspaces.open({ folder }).list();
		assert.deepEqual(
			reopened.filter((token) => token.lease !== undefined).map((token) => [token.id, token.lease]),
			[[id, lease]],
		);
		assert.equal(reopened.length, TOKENS.length + 1);
	});

	/**
	 * Kills a window at a step of its first change, and returns the version of the list then, and whether the window was done before.
	 * Asserts that the next window has all tokens.
	 */
	async function killAtStep(step: number, count: number): Promise<{ readonly version: number; readonly isDone: boolean }> {
		const records = Array.from({ length: count }, (_, index) => createTestRecord(index, { permissions: ['usage'] }));
		const firstVersion = `${JSON.stringify({ version: 1, tokens: records }, undefined, '\t')}\n`;
		const changedId = records[Math.floor(count * 0.7)]!.id;
		const folder = await createFolder(firstVersion, firstVersion);
		const child = new ReportingProcess(process.execPath, [CHILD_PATH, folder, join(folder, '..', 'vault'), changedId, String(step)]);
		const isDone = (await child.ended()).length > 0;
		const main = readFileSync(join(folder, 'tokens.json'), 'utf8');
		const { version, tokens } = JSON.parse(main) as { version: number; tokens: TokenRecord[] };
		const current = records.map((record) =>
			record.id === changedId && version === STORE_VERSION ? { ...record, permissions: ['usage:read'] } : record,
		);
		if (existsSync(join(folder, 'tokens.lock'))) {
			// So that the next window doesn't have to wait until the lock is old.
			utimesSync(join(folder, 'tokens.lock'), 0, 0);
		}
		const source = workspaces.open({ folder });
		// Texts, because comparing the objects takes longer than everything else.
		const toText = (tokenList: readonly Pick<TokenRecord, 'id' | 'permissions'>[]) =>
			tokenList.map(({ id, permissions }) => `${id} ${permissions.join()}`).join('\n');
		assert.ok(toText(await source.list()) === toText(current), `step ${step}`);
		await source.whenSwept;
		assert.ok(readFileSync(join(folder, 'tokens.backup.json'), 'utf8') === main, `step ${step}`);
		const { updated } = await source.disable(records[0]!.id);
		const changed = serializeStore(tokens.with(0, { ...records[0]!, enabled: false, updated }));
		for (const name of ['tokens.json', 'tokens.backup.json']) {
			assert.ok(readFileSync(join(folder, name), 'utf8') === changed, `${name} after step ${step}`);
		}
		assert.deepEqual(listSortedFileNames(folder), ['tokens.backup.json', 'tokens.json'], `step ${step}`);
		source.dispose();
		rmSync(folder, { recursive: true });
		return { version, isDone };
	}

	it('keeps all of 500 tokens if the window is killed at any step of the first change', async () => {
		const mainVersions: number[] = [];
		for (let step = 1, isEnd = false; !isEnd; step++) {
			const { version, isDone } = await killAtStep(step, 500);
			mainVersions.push(version);
			isEnd = isDone;
		}
		// Each of both files is created, written, flushed, and renamed. The list itself is replaced with the first of two renames.
		assert.deepEqual(mainVersions, [1, 1, 1, 1, 1, 1, 1, STORE_VERSION, STORE_VERSION]);
	});

	it('keeps all of 10,000 tokens if the window is killed in the middle of a write, or between the renames', async function () {
		this.timeout(300_000);
		assert.deepEqual(await killAtStep(2, 10_000), { version: 1, isDone: false });
		assert.deepEqual(await killAtStep(8, 10_000), { version: STORE_VERSION, isDone: false });
	});

	it('keeps all tokens if the window crashed at any step of the first change', async () => {
		const truncated = CURRENT_VERSION.slice(0, CURRENT_VERSION.length / 2);
		for (const [main, backup] of [
			[FIRST_VERSION, CURRENT_VERSION],
			[CURRENT_VERSION, FIRST_VERSION],
			[CURRENT_VERSION, undefined],
			[FIRST_VERSION, undefined],
			[undefined, FIRST_VERSION],
			[truncated, FIRST_VERSION],
			[FIRST_VERSION, truncated],
		] as const) {
			const folder = await createFolder(main, backup);
			writeFileSync(join(folder, 'tokens.json.crashed.tmp'), truncated);
			const source = workspaces.open({ folder });
			const listIds = async () => (await source.list()).map(({ id }) => id);
			assert.deepEqual(await listIds(), IDS);
			const { id } = await source.create({ name: 'Added' });
			assert.deepEqual(await listIds(), [...IDS, id]);
			assert.equal(readVersion(folder, 'tokens.json'), STORE_VERSION);
		}
	});
});
