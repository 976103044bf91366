import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { silentLog } from '../../src/domain/log';
import { getWorkspaceLocation } from '../../src/sources/workspace/workspaceLocation';
import { WorkspaceSource } from '../../src/sources/workspace/workspaceSource';
import { seedTokens, createTestRecord } from '../support/seedTokens';
import { MemoryVault } from '../support/store/memoryVault';
import { medianTime, milliseconds, type Row } from './resultTable';

/** Measures opening a store, listing its tokens, and creating one, for each number of tokens. */
export async function measureStore(counts: readonly number[]): Promise<readonly Row[]> {
	const rows: Row[] = [];
	for (const count of counts) {
		const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-bench-'));
		await seedTokens(
			{ folder, userDataDir: folder },
			Array.from({ length: count }, (_, index) => createTestRecord(index)),
		);
		const globalStorage = join(folder, 'User', 'globalStorage', 'connect-tokens.connect-tokens');
		const location = getWorkspaceLocation(pathToFileURL(globalStorage).toString(), pathToFileURL(folder).toString());
		const createSource = () =>
			new WorkspaceSource({
				folder: location.folder,
				vault: new MemoryVault(),
				clock: () => new Date(),
				random: randomBytes,
				userName: 'bench',
				expiringDays: () => 7,
				modules: () => [],
				log: silentLog,
			});
		const listTime = await medianTime(9, async () => {
			const source = createSource();
			await source.list();
			await source.whenSwept;
			source.dispose();
		});
		const source = createSource();
		const createTime = await medianTime(9, () => source.create({ name: 'New token' }));
		source.dispose();
		rows.push({ label: `open and list ${count} tokens`, figure: milliseconds(listTime) });
		rows.push({ label: `create a token in a store with ${count} tokens`, figure: milliseconds(createTime) });
		await rm(folder, { recursive: true, force: true });
	}
	return rows;
}
