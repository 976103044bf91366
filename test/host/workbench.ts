import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { recordPageCoverage } from '../support/coverage/pageCoverage';
import { ensureBrowser } from './browser';
import { receiveBuffers } from './bufferedMessages';
import { installExtensions, installThisExtension } from './installExtensions';
import { startVsCodeServer } from './vscodeServer';
import { restrictedModeSettings, colorThemes, writeUserSettings, type ColorTheme } from './editorSettings';
import { workbenchUrl, type WorkbenchTarget } from './workbenchUrl';

const STARTUP_TIMEOUT_MS = 120_000;

export interface WorkbenchOptions extends WorkbenchTarget {
	/** Folders of extensions to install in addition to the one under development, each with its package.json. */
	readonly extraExtensions?: readonly string[];
	/**
	 * Whether this extension is installed as users install it, instead of being under development. VS Code then shows notifications as toasts,
	 * but the extension has no clock that tests control.
	 */
	readonly isInstalled?: boolean;
	/** Whether to load only those built-in extensions that tests use. */
	readonly hasFewBuiltInExtensions?: boolean;
	/** Folder of the installed extensions; a temporary folder by default. */
	readonly extensionsDir?: string;
	/** Folder for settings, storage, and logs; a temporary folder by default. */
	readonly userDataDir?: string;
	/** The browser to open the windows in, in a context of their own, which contains the secrets. By default, starts one. */
	readonly browser?: Browser;
	/** User settings in addition to the quiet ones. */
	readonly settings?: Record<string, unknown>;
	/** Dark by default. */
	readonly theme?: ColorTheme;
	/** In pixels; 1280 × 800 by default. */
	readonly viewport?: { width: number; height: number };
	/** Added to the environment of the extension host. */
	readonly env?: Record<string, string | undefined>;
	/** Opens the folder in Restricted Mode. */
	readonly isUntrusted?: boolean;
	/** Called before the workbench's page loads. */
	readonly prepare?: (context: BrowserContext) => Promise<void>;
}

export interface Workbench {
	/** The first window. */
	readonly page: Page;
	readonly context: BrowserContext;
	readonly url: string;
	/** Rejects if the server exits, a page crashes, or the browser closes; never resolves. */
	readonly failed: Promise<never>;
	/** The home folder of everything that runs in the workbench, so that tests don't change the user's. */
	readonly home: string;
	/** Folder with settings, the extensions' storage (`User/globalStorage`), and logs. */
	readonly userDataDir: string;
	/** Opens another window of the same profile, by default on the same folder. */
	newWindow(target?: WorkbenchTarget): Promise<Page>;
	/** Reloads a window and restarts its extension host. Resolves under the same condition as `launchWorkbench`. */
	reload(page: Page): Promise<void>;
	/** Closes the browser, stops the server, and removes temporary folders. */
	close(): Promise<void>;
}

/**
 * Opens a folder in the real VS Code workbench: the server build and a headless Chromium, both of which are installed if necessary.
 * Resolves once the workbench shows its status bar; extensions may still be starting.
 * Rejects if the browser, the server, or the workbench doesn't start.
 */
export async function launchWorkbench(options: WorkbenchOptions): Promise<Workbench> {
	const temporary = await mkdtemp(join(tmpdir(), 'connect-tokens-'));
	const userDataDir = options.userDataDir ?? join(temporary, 'data');
	const extensionsDir = options.extensionsDir ?? join(temporary, 'extensions');
	const home = join(temporary, 'home');
	await mkdir(home);
	await installExtensions(options.extraExtensions ?? [], extensionsDir);
	if (options.isInstalled) {
		await installThisExtension(extensionsDir);
	}
	await writeUserSettings(userDataDir, {
		'workbench.colorTheme': colorThemes[options.theme ?? 'dark'],
		...(options.isUntrusted ? restrictedModeSettings : {}),
		...options.settings,
	});
	const cleanups: (() => Promise<unknown>)[] = [() => rm(temporary, { recursive: true, force: true, maxRetries: 5 })];
	const close = async () => {
		for (const cleanup of cleanups.splice(0).reverse()) {
			await cleanup();
		}
	};
	try {
		const server = await startVsCodeServer({
			dataDir: join(userDataDir, 'server'),
			userDataDir,
			extensionsDir,
			env: { HOME: home, ...options.env },
			hasFewBuiltInExtensions: options.hasFewBuiltInExtensions ?? false,
			isAutomated: !options.isInstalled,
			...(options.isUntrusted === undefined ? {} : { hasWorkspaceTrust: options.isUntrusted }),
		});
		cleanups.push(() => server.stop());
		const browser = options.browser ?? (await launchBrowser());
		if (options.browser === undefined) {
			cleanups.push(() => browser.close());
		}
		const context = await browser.newContext({
			viewport: options.viewport ?? { width: 1280, height: 800 },
			// VS Code then shows no animations, each frame of which is drawn by the processor.
			reducedMotion: 'reduce',
			permissions: ['clipboard-read', 'clipboard-write'],
		});
		cleanups.push(() => context.close());
		const failed = Promise.race([server.failed, rejectOnBrowserFailure(context)]);
		// Callers may start awaiting it only later, or never.
		failed.catch(() => undefined);
		cleanups.push(await recordPageCoverage(context));
		await context.addInitScript(receiveBuffers);
		await options.prepare?.(context);
		const url = workbenchUrl(server.authority, options);
		const page = await context.newPage();
		await waitForStatusBar(
			page.goto(url).then(() => page),
			failed,
		);
		return {
			page,
			context,
			url,
			failed,
			home,
			userDataDir,
			newWindow: async (target = options) => {
				const newPage = await context.newPage();
				await waitForStatusBar(
					newPage.goto(workbenchUrl(server.authority, target)).then(() => newPage),
					failed,
				);
				return newPage;
			},
			reload: (reloadedPage) =>
				waitForStatusBar(
					reloadedPage.reload().then(() => reloadedPage),
					failed,
				),
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}

async function launchBrowser(): Promise<Browser> {
	return chromium.launch({
		executablePath: await ensureBrowser(),
		args: ['--disable-gpu', '--disable-background-networking'],
		chromiumSandbox: false,
		handleSIGINT: false,
		handleSIGTERM: false,
		handleSIGHUP: false,
	});
}

/** Resolves once the workbench in the loading page shows its status bar. */
async function waitForStatusBar(loading: Promise<Page>, failed: Promise<never>): Promise<void> {
	const statusBar = async () => (await loading).locator('.monaco-workbench .part.statusbar').waitFor({ timeout: STARTUP_TIMEOUT_MS });
	await Promise.race([statusBar(), failed]);
}

function rejectOnBrowserFailure(context: BrowserContext): Promise<never> {
	return new Promise((_, reject) => {
		const watch = (page: Page) => page.on('crash', () => reject(new Error('The page of the workbench crashed.')));
		context.pages().forEach(watch);
		context.on('page', watch);
		context.on('close', () => reject(new Error('The browser closed.')));
	});
}
