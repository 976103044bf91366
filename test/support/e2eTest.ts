import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base } from '@playwright/test';
import { openWorkbench, type OpenedWorkbench, type OpenWorkbenchOptions } from './openWorkbench';
import { startRecordingServer, type RecordingServer } from './recordingServer';

export { expect } from '@playwright/test';

/** Opens a workbench that's closed at the end of the test. If the test failed, its logs are kept. */
export type OpenWorkbench = (options?: Partial<OpenWorkbenchOptions>) => Promise<OpenedWorkbench>;

export interface E2eFixtures {
	readonly openWorkbench: OpenWorkbench;
	/** An API that records the requests it receives. */
	readonly api: RecordingServer;
	/** A folder that's deleted after the test. */
	readonly temporaryFolder: string;
}

/** A test of the whole workbench. Each has a profile, a workspace, and a server of its own; the browser is shared. */
export const test = base.extend<E2eFixtures>({
	api: async ({}, use) => {
		const server = await startRecordingServer();
		await use(server);
		await server.stop();
	},
	temporaryFolder: async ({}, use) => {
		const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-'));
		await use(folder);
		await rm(folder, { recursive: true, force: true, maxRetries: 5 });
	},
	openWorkbench: async ({ browser }, use, testInfo) => {
		const opened: OpenedWorkbench[] = [];
		await use(async (options) => {
			const workbench = await openWorkbench({ ...options, browser });
			opened.push(workbench);
			// All windows of a browser share the clipboard, so it may contain a key of an earlier test.
			await workbench.page.evaluate(() => navigator.clipboard.writeText(''));
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
