import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test as base, type TestInfo } from '@playwright/test';
import { openWorkbench, type OpenedWorkbench, type OpenWorkbenchOptions } from './openWorkbench';
import { startRecordingServer, type RecordingServer } from './recordingServer';

export { expect };

/** Opens a workbench that's closed at the end of the test. If the test failed, its logs are kept. */
export type OpenWorkbench = (options?: Partial<OpenWorkbenchOptions>) => Promise<OpenedWorkbench>;

export interface E2eFixtures {
	readonly openWorkbench: OpenWorkbench;
	/** An API that records the requests it receives. */
	readonly api: RecordingServer;
	/** A folder that's deleted after the test. */
	readonly temporaryFolder: string;
}

/** A test of the whole workbench. Each workbench has a profile, a workspace, and a server of its own; the browser is shared. */
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
			await clearClipboard(workbench);
			return workbench;
		});
		for (const [index, workbench] of opened.entries()) {
			await keepLogsOfFailure(workbench, testInfo, `workbench-${index + 1}`);
			await workbench.close();
		}
	},
});

/**
 * Opens one workbench for all tests of a file, which run one after another, in any order. Each starts without tokens, editors, and
 * notifications, and at the actual time. Opening a workbench takes longer than most journeys.
 * @returns a function that returns the workbench during a test
 */
export function shareWorkbench(options: Partial<OpenWorkbenchOptions> = {}): () => OpenedWorkbench {
	let workbench: OpenedWorkbench | undefined;
	test.describe.configure({ mode: 'default' });
	test.beforeAll(async ({ browser }) => {
		workbench = await openWorkbench({ ...options, browser });
	});
	test.beforeEach(async () => {
		const { driver, page } = workbench!;
		await driver.reset();
		await expect(page.locator('.part.sidebar [role="treeitem"][aria-level="2"]')).toHaveCount(0);
		await clearClipboard(workbench!);
	});
	test.afterEach(({}, testInfo) => keepLogsOfFailure(workbench!, testInfo, 'workbench'));
	test.afterAll(() => workbench?.close());
	return () => workbench!;
}

/** All windows of a browser share the clipboard, so it may contain a key of an earlier test. */
async function clearClipboard({ page }: OpenedWorkbench): Promise<void> {
	await page.evaluate(() => {
		// Only the document that has the focus can access the clipboard.
		window.focus();
		return navigator.clipboard.writeText('');
	});
}

async function keepLogsOfFailure(workbench: OpenedWorkbench, testInfo: TestInfo, name: string): Promise<void> {
	if (testInfo.status !== testInfo.expectedStatus) {
		const folder = testInfo.outputPath(name);
		await workbench.copyLogs(folder);
		testInfo.attachments.push({ name: 'logs', path: folder, contentType: 'inode/directory' });
	}
}
