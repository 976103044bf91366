import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { silentLog } from '../../src/domain/log';
import { getWorkspaceLocation } from '../../src/sources/workspace/workspaceLocation';
import { WorkspaceSource } from '../../src/sources/workspace/workspaceSource';
import { seedTokens, createTokenRecord } from '../support/seedTokens';
import { MemoryVault } from '../support/store/memoryVault';
import { medianTime, milliseconds, type Row } from './resultTable';

/** Opening a store and listing it, and creating a token in it, by the number of tokens it holds. */
export async function measureStore(counts: readonly number[]): Promise<readonly Row[]> {
	const rows: Row[] = [];
	for (const count of counts) {
		const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-bench-'));
		await seedTokens(
			folder,
			folder,
			Array.from({ length: count }, (_, index) => createTokenRecord(index)),
		);
		const globalStorage = join(folder, 'User', 'globalStorage', 'connect-tokens.connect-tokens');
		const location = getWorkspaceLocation(pathToFileURL(globalStorage).toString(), pathToFileURL(folder).toString());
		const open = () =>
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
		const opening = await medianTime(9, async () => {
			const source = open();
			await source.list();
			await source.whenSwept;
			source.dispose();
		});
		const source = open();
		const creating = await medianTime(9, () => source.create({ name: 'One more' }));
		source.dispose();
		rows.push({ label: `open and list ${count} tokens`, figure: milliseconds(opening) });
		rows.push({ label: `create one beside ${count} tokens`, figure: milliseconds(creating) });
		await rm(folder, { recursive: true, force: true });
	}
	return rows;
}
