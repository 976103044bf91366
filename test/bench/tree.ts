import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWorkbench } from '../support/openWorkbench';
import { seedTokens, tokenRecord } from '../support/seed';
import { showTokens } from '../support/walk';
import { milliseconds, type Row } from './table';

/** From the click on the activity bar to the first token on the screen, the extension's activation included, by number of tokens. */
export async function measureTree(counts: readonly number[]): Promise<readonly Row[]> {
	const rows: Row[] = [];
	for (const count of counts) {
		const userDataDir = await mkdtemp(join(tmpdir(), 'connect-tokens-bench-'));
		const { workbench } = await openWorkbench({
			userDataDir,
			seed: (folder) =>
				seedTokens(
					userDataDir,
					folder,
					Array.from({ length: count }, (_, index) => tokenRecord(index)),
				),
		});
		try {
			const start = performance.now();
			await showTokens(workbench.page);
			await workbench.page.locator('[role="treeitem"][aria-level="2"]').first().waitFor();
			rows.push({ what: `show the tree of ${count} tokens`, figure: milliseconds(performance.now() - start) });
		} finally {
			await workbench.close();
			await rm(userDataDir, { recursive: true, force: true });
		}
	}
	return rows;
}
