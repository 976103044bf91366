import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { repositoryRoot } from '../host/paths';
import { HOUR_MS } from '../../src/domain/tokenUsage';
import { launchWorkbench, type Workbench, type WorkbenchOptions } from '../host/workbench';
import { assertNoSecretsInLogs, TRACE_LOG_LEVEL } from './extensionLogs';
import { DRIVER_EXTENSION, DriverServer, type WindowDriver } from './windowDriver';

export const REQUESTS_FILE_NAME = 'requests.http';

/** The request file in the workspace. */
export const REQUESTS_FILE = `### List accounts
GET https://api.connect.cloudblue.com/public/v1/accounts?limit=1
Accept: application/json

### Create a product
POST https://api.connect.cloudblue.com/public/v1/products
Content-Type: application/json

{ "name": "Tutorial" }
`;

/** Where a workbench stores things before it's opened. */
export interface WorkbenchFolders {
	/** The workspace. */
	readonly folder: string;
	readonly userDataDir: string;
}

export interface OpenWorkbenchOptions extends Omit<WorkbenchOptions, 'folder' | 'userDataDir'> {
	/** Prepares the workspace and the profile before VS Code opens them. */
	readonly seed: (folders: WorkbenchFolders) => Promise<void>;
	/** Where the logs are copied to if the workbench can't be opened. */
	readonly failureLogs: string;
}

/** A workbench in which the extension is active. */
export interface OpenedWorkbench extends Omit<Workbench, 'newWindow' | 'reload'>, WorkbenchFolders {
	/** Uses VS Code's API in the first window. A reload replaces it. */
	readonly driver: WindowDriver;
	/** Opens another window, by default on the same folder. Resolves when the extension is active in it. */
	newWindow(otherFolder?: string): Promise<{ page: Page; driver: WindowDriver }>;
	/** Reloads a window, by default the first one. Resolves with its new driver when the extension is active again. */
	reload(page?: Page): Promise<WindowDriver>;
	/** Copies the logs of VS Code, its server, and the extension to a folder. */
	copyLogs(target: string): Promise<void>;
}

/**
 * Opens the real workbench with the extension in a new profile, on a new workspace that contains `requests.http`, which isn't opened. By
 * default, it has only few built-in extensions. Resolves when the extension is active. The extension logs everything, and closing the
 * workbench rejects if there is an API key in its log. Tooltips appear only with `showTooltip`.
 */
export async function openWorkbench({ seed, failureLogs, ...options }: Partial<OpenWorkbenchOptions> = {}): Promise<OpenedWorkbench> {
	const temporary = await mkdtemp(join(tmpdir(), 'connect-tokens-'));
	const folders = { folder: join(temporary, 'workspace'), userDataDir: join(temporary, 'data') };
	const drivers = await DriverServer.start();
	const copyLogs = async (target: string) => {
		await cp(join(folders.userDataDir, 'logs'), join(target, 'logs'), { recursive: true });
		await cp(join(folders.userDataDir, 'server', 'server.log'), join(target, 'server.log'));
	};
	const cleanUp = async () => {
		drivers.stop();
		await rm(temporary, { recursive: true, force: true, maxRetries: 5 });
	};
	let launched: Promise<Workbench> | undefined;
	try {
		await mkdir(folders.folder);
		await resetRequestsFolder(folders.folder);
		await seed?.(folders);
		const withDriver = async <T>(opening: Promise<T>): Promise<[T, WindowDriver]> => Promise.all([opening, drivers.nextWindow()]);
		const target = {
			...(options.isInstalled ? {} : { extensionDevelopmentPath: repositoryRoot }),
			logLevel: TRACE_LOG_LEVEL,
			...options,
			folder: folders.folder,
			// The tooltip of a row where the mouse was left would cover the rows that are clicked next.
			// Buttons in the header of a view would appear only while the mouse is over it.
			settings: {
				'workbench.hover.delay': HOUR_MS,
				'workbench.view.alwaysShowHeaderActions': true,
				// A command that ran before would be above another one whose whole title is entered.
				'workbench.commandPalette.history': 0,
				...options.settings,
			},
		};
		launched = launchWorkbench({
			hasFewBuiltInExtensions: true,
			...target,
			...folders,
			env: { ...options.env, ...drivers.env },
			extraExtensions: [DRIVER_EXTENSION, ...(options.extraExtensions ?? [])],
		});
		const [workbench, driver] = await withDriver(launched);
		let currentDriver = driver;
		return {
			...workbench,
			...folders,
			get driver() {
				return currentDriver;
			},
			newWindow: async (folder = folders.folder) => {
				const [page, newDriver] = await withDriver(workbench.newWindow({ ...target, folder }));
				return { page, driver: newDriver };
			},
			reload: async (page = workbench.page) => {
				const [, newDriver] = await withDriver(workbench.reload(page));
				if (page === workbench.page) {
					currentDriver = newDriver;
				}
				return newDriver;
			},
			copyLogs,
			close: async () => {
				await workbench.close();
				try {
					await assertNoSecretsInLogs(folders.userDataDir);
				} finally {
					await cleanUp();
				}
			},
		};
	} catch (error) {
		// The workbench may have written no logs, or closed itself. The first error says what happened.
		await (failureLogs === undefined ? undefined : copyLogs(failureLogs).catch(() => undefined));
		await launched?.then((workbench) => workbench.close()).catch(() => undefined);
		await cleanUp();
		throw failureLogs === undefined ? error : new Error(`${(error as Error).message}\nLogs: ${failureLogs}`, { cause: error });
	}
}

/** Leaves only the request file in a workspace folder, with its original text. */
export async function resetRequestsFolder(folder: string): Promise<void> {
	for (const name of await readdir(folder)) {
		if (name !== REQUESTS_FILE_NAME) {
			await rm(join(folder, name), { recursive: true });
		}
	}
	await writeFile(join(folder, REQUESTS_FILE_NAME), REQUESTS_FILE);
}
