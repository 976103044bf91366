import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { ensureBrowser } from './browser';
import { startServer } from './server';
import { restricted, themes, writeSettings, type Theme } from './settings';
import { workbenchUrl, type Opening } from './url';

/** How long the workbench may take to show itself, in milliseconds. */
const PAINT_LIMIT = 120_000;

export interface WorkbenchOptions extends Opening {
	/** Folders of extensions to install beside the one under development; each with its package.json. */
	readonly extraExtensions?: readonly string[];
	/** Where the installed extensions lie; by default a folder of this workbench's own. */
	readonly extensionsDir?: string;
	/** Keeps settings, storage and the browser's profile, in which the secrets lie; by default a temporary folder. */
	readonly userDataDir?: string;
	/** Secrets are found again only at the same port. 0, the default, takes any free one. */
	readonly port?: number;
	/** User settings on top of the quiet ones. */
	readonly settings?: Record<string, unknown>;
	/** Dark by default. */
	readonly theme?: Theme;
	/** In pixels; 1280 × 800 by default. */
	readonly viewport?: { width: number; height: number };
	/** Added to the environment of the extension host. */
	readonly env?: Record<string, string | undefined>;
	/** Opens the folder in Restricted Mode, in which it stays until its user trusts it. */
	readonly isUntrusted?: boolean;
	/** Called before the workbench loads, for what its page must have from the beginning. */
	readonly prepare?: (context: BrowserContext) => Promise<void>;
}

export interface Workbench {
	/** The first window. */
	readonly page: Page;
	readonly context: BrowserContext;
	readonly url: string;
	/** Rejects when the server ends, a page crashes or the browser closes; never resolves. */
	readonly failed: Promise<never>;
	/** Settings, the extensions' storage (`User/globalStorage`) and logs. */
	readonly userDataDir: string;
	/** Opens another window of the same profile, on the same folder unless told otherwise. */
	newWindow(opening?: Opening): Promise<Page>;
	/** Reloads a window, which starts its extension host anew; resolves like `launchWorkbench`. */
	reload(page: Page): Promise<void>;
	/** Ends browser and server, and removes what was temporary. */
	close(): Promise<void>;
}

/**
 * Opens a folder in the real VS Code workbench: the server build with a headless Chromium, both installed where they are missing.
 * Resolves once the workbench shows its status bar; extensions may still be starting.
 * Rejects when the browser, the server or the workbench does not start.
 */
export async function launchWorkbench(options: WorkbenchOptions): Promise<Workbench> {
	const executablePath = await ensureBrowser();
	const temporary = await mkdtemp(join(tmpdir(), 'connect-tokens-'));
	const userDataDir = options.userDataDir ?? join(temporary, 'data');
	const extensionsDir = options.extensionsDir ?? join(temporary, 'extensions');
	await installExtensions(options.extraExtensions ?? [], extensionsDir);
	await writeSettings(userDataDir, {
		'workbench.colorTheme': themes[options.theme ?? 'dark'],
		...(options.isUntrusted ? restricted : {}),
		...options.settings,
	});
	const ends: (() => Promise<unknown>)[] = [() => rm(temporary, { recursive: true, force: true, maxRetries: 5 })];
	const close = async () => {
		for (const end of ends.splice(0).reverse()) {
			await end();
		}
	};
	try {
		const server = await startServer({
			dataDir: join(userDataDir, 'server'),
			userDataDir,
			extensionsDir,
			...(options.port === undefined ? {} : { port: options.port }),
			...(options.env === undefined ? {} : { env: options.env }),
			...(options.isUntrusted === undefined ? {} : { asksForTrust: options.isUntrusted }),
		});
		ends.push(() => server.stop());
		const context = await chromium.launchPersistentContext(join(userDataDir, 'browser'), {
			executablePath,
			viewport: options.viewport ?? { width: 1280, height: 800 },
			args: ['--disable-gpu', '--disable-background-networking'],
			chromiumSandbox: false,
			permissions: ['clipboard-read', 'clipboard-write'],
			handleSIGINT: false,
			handleSIGTERM: false,
			handleSIGHUP: false,
		});
		ends.push(() => context.close());
		const failed = Promise.race([server.failed, browserFailed(context)]);
		failed.catch(() => undefined);
		await options.prepare?.(context);
		const url = workbenchUrl(server.authority, options);
		const [page = await context.newPage()] = context.pages();
		await shown(
			page.goto(url).then(() => page),
			failed,
		);
		return {
			page,
			context,
			url,
			failed,
			userDataDir,
			newWindow: async (opening = options) => {
				const another = await context.newPage();
				await shown(
					another.goto(workbenchUrl(server.authority, opening)).then(() => another),
					failed,
				);
				return another;
			},
			reload: (one) =>
				shown(
					one.reload().then(() => one),
					failed,
				),
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}

/** Resolves once the workbench of a page that loads shows its status bar. */
async function shown(loading: Promise<Page>, failed: Promise<never>): Promise<void> {
	const statusBar = async () => (await loading).locator('.monaco-workbench .part.statusbar').waitFor({ timeout: PAINT_LIMIT });
	await Promise.race([statusBar(), failed]);
}

function browserFailed(context: BrowserContext): Promise<never> {
	return new Promise((_, reject) => {
		const watch = (page: Page) => page.on('crash', () => reject(new Error('The page of the workbench crashed.')));
		context.pages().forEach(watch);
		context.on('page', watch);
		context.on('close', () => reject(new Error('The browser closed.')));
	});
}

async function installExtensions(folders: readonly string[], extensionsDir: string): Promise<void> {
	await mkdir(extensionsDir, { recursive: true });
	for (const folder of folders) {
		const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Record<'publisher' | 'name' | 'version', string>;
		const installed = join(extensionsDir, `${manifest.publisher}.${manifest.name}-${manifest.version}`);
		await cp(folder, installed, { recursive: true, dereference: true });
	}
}
