import { openWorkbench } from '../support/openWorkbench';
import { seedTokens, createTestRecord } from '../support/seedTokens';
import { showTokensView } from '../support/workbenchDriver';
import { milliseconds, type Row } from './resultTable';

/** Measures the time from showing the view until the first token is shown, in an active extension, for each number of tokens. */
export async function measureTree(counts: readonly number[]): Promise<readonly Row[]> {
	const rows: Row[] = [];
	for (const count of counts) {
		const workbench = await openWorkbench({
			seed: (folders) =>
				seedTokens(
					folders,
					Array.from({ length: count }, (_, index) => createTestRecord(index)),
				),
		});
		try {
			const start = performance.now();
			await showTokensView(workbench);
			await workbench.page.locator('[role="treeitem"][aria-level="2"]').first().waitFor();
			rows.push({ label: `show the tree of ${count} tokens`, figure: milliseconds(performance.now() - start) });
		} finally {
			await workbench.close();
		}
	}
	return rows;
}
