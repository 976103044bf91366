import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { workspaceLocation } from '../../src/sources/workspace/location';
import { WorkspaceSource } from '../../src/sources/workspace/workspaceSource';
import { seedTokens, tokenRecord } from '../support/seed';
import { MemoryVault } from '../support/store/memoryVault';
import { medianTime, milliseconds, type Row } from './table';

/** Opening a store and listing it, and creating a token in it, by the number of tokens it holds. */
export async function measureStore(counts: readonly number[]): Promise<readonly Row[]> {
	const rows: Row[] = [];
	for (const count of counts) {
		const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-bench-'));
		await seedTokens(
			folder,
			folder,
			Array.from({ length: count }, (_, index) => tokenRecord(index)),
		);
		const globalStorage = join(folder, 'User', 'globalStorage', 'connect-tokens.connect-tokens');
		const location = workspaceLocation(pathToFileURL(globalStorage).toString(), pathToFileURL(folder).toString());
		const open = () =>
			new WorkspaceSource({
				folder: location.folder,
				vault: new MemoryVault(),
				clock: () => new Date(),
				random: randomBytes,
				user: 'bench',
				expiringDays: () => 7,
				modules: () => [],
			});
		const opening = await medianTime(9, async () => {
			const source = open();
			await source.list();
			await source.swept;
			source.dispose();
		});
		const source = open();
		const creating = await medianTime(9, () => source.create({ name: 'One more' }));
		source.dispose();
		rows.push({ what: `open and list ${count} tokens`, figure: milliseconds(opening) });
		rows.push({ what: `create one beside ${count} tokens`, figure: milliseconds(creating) });
		await rm(folder, { recursive: true, force: true });
	}
	return rows;
}
