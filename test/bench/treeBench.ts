import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWorkbench } from '../support/openWorkbench';
import { seedTokens, createTestRecord } from '../support/seedTokens';
import { showTokensView } from '../support/workbenchDriver';
import { milliseconds, type Row } from './resultTable';

/** Measures the time from clicking the activity bar until the first token is shown, including activation, for each number of tokens. */
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
					Array.from({ length: count }, (_, index) => createTestRecord(index)),
				),
		});
		try {
			const start = performance.now();
			await showTokensView(workbench.page);
			await workbench.page.locator('[role="treeitem"][aria-level="2"]').first().waitFor();
			rows.push({ label: `show the tree of ${count} tokens`, figure: milliseconds(performance.now() - start) });
		} finally {
			await workbench.close();
			await rm(userDataDir, { recursive: true, force: true });
		}
	}
	return rows;
}
