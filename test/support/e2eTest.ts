import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test as base, type TestInfo } from '@playwright/test';
import { writeMachineSettings } from '../host/editorSettings';
import { repositoryRoot } from '../host/paths';
import {
	openWorkbench,
	REQUESTS_FILE,
	REQUESTS_FILE_NAME,
	resetRequestsFolder,
	type OpenedWorkbench,
	type OpenWorkbenchOptions,
} from './openWorkbench';
import { startRecordingServer, type RecordingServer } from './recordingServer';

export { expect };

/** An extension that uses API keys: it signs in, and starts the gateway. */
export const CONSUMER = join(repositoryRoot, 'test/support/consumer');

/** How long opening or closing the shared workbench may take, in milliseconds. */
const OPEN_TIMEOUT_MS = 300_000;

/** Opens a workbench that's closed at the end of the test. If the test failed, its logs are kept. */
export type OpenWorkbench = (options?: Partial<OpenWorkbenchOptions>) => Promise<OpenedWorkbench>;

export interface E2eFixtures {
	readonly openWorkbench: OpenWorkbench;
	/** An API that records the requests it receives. */
	readonly api: RecordingServer;
	/** A folder that's deleted after the test. */
	readonly temporaryFolder: string;
}

export interface E2eWorkerFixtures {
	/** The workbench of all tests that call `shareWorkbench`. After a test has failed, the next one gets a new worker and a new workbench. */
	readonly sharedWorkbench: OpenedWorkbench;
}

/**
 * Settings of the shared workbench: any free port, because the windows of several workers would use the same one. They are machine settings,
 * because in the server build, VS Code applies a port in the user settings only while it starts.
 */
export const SHARED_SETTINGS = { 'connectTokens.gateway.port': 0 };

/** A test of the whole workbench. Each workbench has a profile, a workspace, and a server of its own; the browser is shared. */
export const test = base.extend<E2eFixtures, E2eWorkerFixtures>({
	sharedWorkbench: [
		async ({ browser }, use, { project, workerIndex }) => {
			const workbench = await openWorkbench({
				browser,
				failureLogs: join(project.outputDir, `shared-workbench-${workerIndex}`),
				extraExtensions: [CONSUMER],
				seed: ({ userDataDir }) => writeMachineSettings(userDataDir, SHARED_SETTINGS),
			});
			await use(workbench);
			await workbench.close();
		},
		{ scope: 'worker', timeout: OPEN_TIMEOUT_MS },
	],
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
			const workbench = await openWorkbench({ ...options, browser, failureLogs: testInfo.outputPath(`workbench-${opened.length + 1}`) });
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
 * Lets the tests of a file use the workbench that each worker shares between its tests, because opening one takes longer than most journeys.
 * Each test starts with these settings, and without tokens, editors, notifications, and files other than `requests.http`, at the actual time.
 * @returns a function that returns the workbench during a test
 */
export function shareWorkbench(settings: Record<string, unknown> = {}): () => OpenedWorkbench {
	let workbench: OpenedWorkbench | undefined;
	test.beforeEach(async ({ sharedWorkbench }) => {
		workbench = sharedWorkbench;
		await resetWorkbench(workbench, { ...SHARED_SETTINGS, ...settings });
	});
	test.afterEach(({ sharedWorkbench }, testInfo) => keepLogsOfFailure(sharedWorkbench, testInfo, 'workbench'));
	return () => workbench!;
}

async function resetWorkbench(workbench: OpenedWorkbench, settings: Record<string, unknown>): Promise<void> {
	const { driver, folder, page } = workbench;
	await driver.reset(settings);
	await resetRequestsFolder(folder);
	// VS Code may still have the text that another test saved.
	await expect.poll(() => driver.readDocument(join(folder, REQUESTS_FILE_NAME))).toBe(REQUESTS_FILE);
	await expect(page.locator('.part.sidebar [role="treeitem"][aria-level="2"]')).toHaveCount(0);
	await clearClipboard(workbench);
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
