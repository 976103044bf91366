import { test as base } from '@playwright/test';
import { openWorkbench, type OpenedWorkbench, type OpenWorkbenchOptions } from './openWorkbench';

export { expect } from '@playwright/test';

/** Opens a workbench that's closed at the end of the test. If the test failed, its logs are kept. */
export type OpenWorkbench = (options?: Partial<OpenWorkbenchOptions>) => Promise<OpenedWorkbench>;

/** A test of the whole workbench. Each has a profile, a workspace, and a server of its own; the browser is shared. */
export const test = base.extend<{ openWorkbench: OpenWorkbench }>({
	openWorkbench: async ({ browser }, use, testInfo) => {
		const opened: OpenedWorkbench[] = [];
		await use(async (options) => {
			const workbench = await openWorkbench({ ...options, browser });
			opened.push(workbench);
			return workbench;
		});
		for (const [index, workbench] of opened.entries()) {
			if (testInfo.status !== testInfo.expectedStatus) {
				const folder = testInfo.outputPath(`workbench-${index + 1}`);
				await workbench.copyLogs(folder);
				testInfo.attachments.push({ name: 'logs', path: folder, contentType: 'inode/directory' });
			}
			await workbench.close();
		}
	},
});
