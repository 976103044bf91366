import assert from 'node:assert/strict';
import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TokenRecord } from '../../../../src/domain/token';
import { serializeStore } from '../../../../src/sources/workspace/storeSchema';
import { readFileVersion } from '../../../../src/storage/fileVersions';
import { createTestRecord } from '../../../support/seedTokens';
import { Workspaces } from '../../../support/store/workspaces';

describe('A change of the token store', () => {
	const workspaces = new Workspaces();
	const records = Array.from({ length: 40 }, (_, index) => createTestRecord(index));
	const ids = records.map(({ id }) => id);

	async function createFolder(): Promise<string> {
		const { folder } = await workspaces.createFilled('Removed');
		rmSync(join(folder, 'tokens.backup.json'));
		writeFileSync(join(folder, 'tokens.json'), serializeStore(records));
		return folder;
	}

	const readTokens = (folder: string, name: string) =>
		(JSON.parse(readFileSync(join(folder, name), 'utf8')) as { tokens: TokenRecord[] }).tokens;

	/** Asserts that both files have what's written for these tokens. */
	function assertFiles(folder: string, tokens: readonly TokenRecord[]): void {
		for (const name of ['tokens.json', 'tokens.backup.json']) {
			assert.equal(readFileSync(join(folder, name), 'utf8'), serializeStore(tokens), name);
		}
	}

	it('leaves the list and its backup with the same content, whichever window makes it', async () => {
		const folder = await createFolder();
		const windows = [workspaces.open({ folder }), workspaces.open({ folder })] as const;
		const changes: (() => Promise<unknown>)[] = [
			() => windows[0].disable(ids[5]!),
			() => windows[1].update(ids[39]!, { name: 'Zwei – 二 },' }),
			() => windows[1].create({ name: 'Last' }),
			() => windows[0].delete(ids[0]!),
			() => windows[1].renew(ids[1]!, { expirationDate: null }),
			() => windows[0].endPreviousKey(ids[1]!),
			() => windows[0].enable(ids[5]!),
			() => Promise.all([windows[0].rotate(ids[2]!), windows[1].delete(ids[39]!), windows[0].create({ name: 'Another' })]),
		];
		for (const change of changes) {
			await change();
			const tokens = readTokens(folder, 'tokens.json');
			assertFiles(folder, tokens);
			for (const source of windows) {
				assert.deepEqual(
					(await source.list()).map(({ id, name, updated }) => [id, name, updated]),
					tokens.map(({ id, name, updated }) => [id, name, updated]),
				);
			}
		}
		assert.deepEqual(
			(await windows[0].list()).map(({ id, name }) => (ids.includes(id) ? id : name)),
			[...ids.slice(1, -1), 'Last', 'Another'],
		);
	});

	it('beside damaged records keeps the others, takes the damaged ones from the backup, and drops what is lost in both', async () => {
		const folder = await createFolder();
		const source = workspaces.open({ folder });
		const reports: string[] = [];
		source.onDidRecover(({ template }) => reports.push(template));
		await source.disable(ids[0]!);
		const current = readTokens(folder, 'tokens.json');
		const damage = (...indexes: readonly number[]) =>
			serializeStore(current.map((record, index) => (indexes.includes(index) ? { ...record, name: 5 as unknown as string } : record)));
		writeFileSync(join(folder, 'tokens.json'), damage(3, 4));
		writeFileSync(join(folder, 'tokens.backup.json'), damage(4));
		const { updated } = await source.disable(ids[1]!);
		const [restored, ...others] = [current[3]!, ...current.toSpliced(3, 2).with(1, { ...current[1]!, enabled: false, updated })];
		assertFiles(folder, [...others, restored]);
		assert.equal(reports.length, 1);
		assert.match(reports[0]!, /1 token couldn't be read/);
	});

	it('keeps an edit by another program that did not change the version of the file', async () => {
		const folder = await createFolder();
		const main = join(folder, 'tokens.json');
		utimesSync(main, 1000, 1000);
		const source = workspaces.open({ folder });
		await source.list();
		await source.whenSwept;
		const version = readFileVersion(main);
		writeFileSync(main, readFileSync(main, 'utf8').replace('"Token 7"', '"Tokem 7"'));
		utimesSync(main, 1000, 1000);
		assert.equal(readFileVersion(main), version);
		await source.disable(ids[30]!);
		assert.equal((await source.get(ids[7]!))?.name, 'Tokem 7');
		assert.equal(readTokens(folder, 'tokens.json')[7]?.name, 'Tokem 7');
	});

	it('drops unknown properties and formatting of a file that was edited', async () => {
		const folder = await createFolder();
		const main = join(folder, 'tokens.json');
		for (const change of [
			(text: string) => text.replace('"name": "Token 7"', '"unknown": {},\n\t\t\t"name": "Edited"'),
			(text: string) => JSON.stringify({ ...(JSON.parse(text) as object), unknown: 1 }),
			(text: string) => text.replaceAll('\t', '  '),
		]) {
			writeFileSync(main, change(readFileSync(main, 'utf8')));
			const source = workspaces.open({ folder });
			await source.create({ name: 'New' });
			assertFiles(folder, readTokens(folder, 'tokens.json'));
			assert.equal((await source.get(ids[7]!))?.name, 'Edited');
		}
		assert.doesNotMatch(readFileSync(main, 'utf8'), /unknown/);
	});
});
