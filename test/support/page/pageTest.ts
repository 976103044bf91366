import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { expect, test as base, type BrowserContext, type BrowserContextOptions, type Page } from '@playwright/test';
import { hashSecret } from '../../../src/domain/apiKey';
import { silentLog } from '../../../src/domain/log';
import type { Clock } from '../../../src/domain/ports';
import type { Token } from '../../../src/domain/token';
import { TokenSources } from '../../../src/domain/tokenSources';
import type { TokenUsage } from '../../../src/domain/tokenUsage';
import type { PageLanguage } from '../../../src/protocol/messageSchemas';
import type { MessageTransport } from '../../../src/protocol/peer';
import { UsageFile } from '../../../src/sources/workspace/usageFile';
import { serializeUsageFile } from '../../../src/sources/workspace/usageFileSchema';
import { WorkspaceSource } from '../../../src/sources/workspace/workspaceSource';
import type { WorkspaceSourceOptions } from '../../../src/sources/workspace/workspaceSourceOptions';
import { savePageCoverage, startPageCoverage } from '../coverage/pageCoverage';
import { MemoryVault } from '../store/memoryVault';
import { DEFAULT_OPTIONS } from '../store/sourceOptions';
import { createExampleDrafts } from '../exampleDrafts';
import { applyTheme, getThemeAppearance, type ThemeName } from './applyTheme';
import { exampleRecord, exampleSecrets, TOKEN_ID, type ExampleChanges } from './exampleToken';
import { DetailsHost, WizardHost } from './pageHosts';
import { AXE_PATH, serveFile, servePage } from './pageServer';

export { expect };

export interface PageOptions {
	readonly name: 'wizard' | 'details' | 'review';
	readonly theme?: ThemeName;
	readonly width?: number;
	/** The state that the page restores. */
	readonly state?: unknown;
	/** Whether the test controls the page's clock with `page.clock`, or the time at which that clock and the host's start. */
	readonly clock?: boolean | string;
}

/** A built page in a real browser, and the host's end of the connection to it. */
export interface TestPage {
	readonly page: Page;
	readonly transport: MessageTransport;
	/** Returns the state that the page has saved. */
	readonly state: () => Promise<unknown>;
	/** Changes the theme, as VS Code does while a page is open. */
	readonly setTheme: (theme: ThemeName) => Promise<void>;
}

/** Opens pages, with their own Content Security Policy. A violation of the policy or an error in the browser's console fails the test. */
export interface Pages {
	open(options: PageOptions): Promise<TestPage>;
	/** Accepts violations and errors that match. */
	expectProblem(pattern: RegExp): void;
}

/** The store of a workspace in a temporary folder, with the example token. */
export interface TestWorkspace {
	readonly source: WorkspaceSource;
	readonly sources: TokenSources;
	readonly vault: MemoryVault;
	readonly clock: Clock;
	/** Moves the host's clock forward. */
	advanceClock(milliseconds: number): void;
	/** Adds usage of the example token, as the gateway of another window does. */
	addUsage(usage: TokenUsage): Promise<void>;
	/** Makes the pages read the token again, although it hasn't changed. */
	changeAnotherToken(): Promise<void>;
}

export interface WorkspaceOptions extends Partial<Pick<WorkspaceSourceOptions, 'modules'>> {
	/** The example token's usage. */
	readonly usage?: TokenUsage;
	/** The host's time; the current time by default. */
	readonly now?: string;
}

interface HostedPageOptions extends Partial<Omit<PageOptions, 'name'>>, WorkspaceOptions {
	readonly language?: PageLanguage;
	/** What the user entered before the page was closed. */
	readonly draft?: unknown;
}

export interface DetailsOptions extends HostedPageOptions {
	/** Changes the host before it receives the first request. */
	readonly prepare?: (host: DetailsHost) => void;
}

export interface DetailsTestPage extends TestPage {
	readonly host: DetailsHost;
	readonly workspace: TestWorkspace;
	/** Reads the token that the page shows. */
	readonly readToken: () => Promise<Token | undefined>;
}

export interface WizardTestPage extends TestPage {
	readonly host: WizardHost;
	readonly workspace: TestWorkspace;
	/** Reads the tokens that the wizard has created. */
	readonly readCreated: () => Promise<readonly Token[]>;
}

export type OpenDetails = (token?: ExampleChanges, options?: DetailsOptions) => Promise<DetailsTestPage>;
export type OpenWizard = (options?: HostedPageOptions) => Promise<WizardTestPage>;

interface Fixtures {
	readonly pages: Pages;
	readonly openWorkspace: (token?: ExampleChanges, options?: WorkspaceOptions) => Promise<TestWorkspace>;
	/** Opens the details page of the example token, with the given changes. */
	readonly openDetails: OpenDetails;
	/** Opens the wizard in a workspace that has a token named "Tutorial Token". */
	readonly openWizard: OpenWizard;
}

interface WorkerFixtures {
	/** Address of the server of the built pages. */
	readonly pageServerUrl: string;
	/**
	 * The context of all pages whose clock isn't controlled. Each test has its own pages in it, and pages store nothing outside their tab.
	 * A context of its own would take more time than most tests: Chromium creates a profile and a window for it.
	 */
	readonly sharedContext: BrowserContext;
}

const CONTEXT_OPTIONS: BrowserContextOptions = {
	viewport: { width: 900, height: 800 },
	locale: 'en-GB',
	timezoneId: 'Europe/Madrid',
	reducedMotion: 'reduce',
};

const STATE_STORAGE_KEY = 'page-state';

/** A test of the pages in a real browser, with their real models, the real domain, and a real store. */
export const test = base.extend<Fixtures, WorkerFixtures>({
	pageServerUrl: [
		async ({}, use) => {
			const server = await startPageServer();
			await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
			server.close();
			server.closeAllConnections();
		},
		{ scope: 'worker' },
	],

	sharedContext: [
		async ({ browser }, use) => {
			const context = await browser.newContext(CONTEXT_OPTIONS);
			// Keeps the window open between the tests.
			await context.newPage();
			await use(context);
			await context.close();
		},
		{ scope: 'worker' },
	],

	pages: async ({ browser, sharedContext, pageServerUrl }, use) => {
		const problems: string[] = [];
		let expectedProblem: RegExp | undefined;
		const pages: Page[] = [];
		const contexts: BrowserContext[] = [];
		await use({
			expectProblem: (pattern) => {
				expectedProblem = pattern;
			},
			open: async (options) => {
				let context = sharedContext;
				if (options.clock !== undefined && options.clock !== false) {
					// Playwright controls the clock of all pages in a context.
					context = await browser.newContext(CONTEXT_OPTIONS);
					contexts.push(context);
				}
				const page = await context.newPage();
				pages.push(page);
				await startPageCoverage(page);
				return openPage(page, pageServerUrl, options, problems);
			},
		});
		await Promise.all(pages.map(savePageCoverage));
		await Promise.all([...pages, ...contexts].map((item) => item.close()));
		expect(problems.filter((problem) => !expectedProblem?.test(problem))).toEqual([]);
	},

	openWorkspace: async ({}, use) => {
		const cleanups: (() => Promise<void>)[] = [];
		await use(async (token, options) => {
			const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-pages-'));
			const workspace = await openWorkspace(folder, token, options);
			cleanups.push(async () => {
				await workspace.source.whenSwept;
				workspace.sources.dispose();
				workspace.source.dispose();
				await rm(folder, { recursive: true, force: true, maxRetries: 10 });
			});
			return workspace;
		});
		for (const cleanUp of cleanups) {
			await cleanUp();
		}
	},

	openDetails: async ({ pages, openWorkspace }, use) => {
		const hosts: DetailsHost[] = [];
		await use(async (token, { prepare, language, usage, now, modules, draft, ...pageOptions } = {}) => {
			const [testPage, workspace] = await Promise.all([
				pages.open({ name: 'details', ...pageOptions }),
				openWorkspace(token, { ...(usage && { usage }), ...(modules && { modules }), ...getHostTime(now, pageOptions) }),
			]);
			const host = new DetailsHost(
				{ transport: testPage.transport, language, drafts: createExampleDrafts({ [`edit workspace ${TOKEN_ID}`]: draft }), ...workspace },
				TOKEN_ID,
			);
			hosts.push(host);
			prepare?.(host);
			await expectLoaded(testPage.page, 1);
			return { ...testPage, host, workspace, readToken: () => workspace.source.get(TOKEN_ID) };
		});
		hosts.forEach((host) => host.dispose());
	},

	openWizard: async ({ pages, openWorkspace }, use) => {
		const hosts: WizardHost[] = [];
		await use(async ({ language, usage: _usage, now, modules, draft, ...pageOptions } = {}) => {
			const [testPage, workspace] = await Promise.all([
				pages.open({ name: 'wizard', ...pageOptions }),
				openWorkspace({ name: 'Tutorial Token' }, { ...(modules && { modules }), ...getHostTime(now, pageOptions) }),
			]);
			const host = new WizardHost({
				transport: testPage.transport,
				language,
				drafts: createExampleDrafts({ 'create workspace': draft }),
				...workspace,
			});
			hosts.push(host);
			await expectLoaded(testPage.page, 2);
			const readCreated = async () => (await workspace.source.list()).filter(({ id }) => id !== TOKEN_ID);
			return { ...testPage, host, workspace, readCreated };
		});
		hosts.forEach((host) => host.dispose());
	},
});

/** Expects that the page shows its heading of this level, and not the one of a page that is loading. */
export async function expectLoaded(page: Page, level: 1 | 2): Promise<void> {
	await expect(page.getByRole('heading', { level }).and(page.locator(':not(.loading)'))).toBeVisible();
}

function getHostTime(now: string | undefined, { clock }: Pick<PageOptions, 'clock'>): Pick<WorkspaceOptions, 'now'> {
	const time = now ?? clock;
	return typeof time === 'string' ? { now: time } : {};
}

async function openPage(
	page: Page,
	serverUrl: string,
	{ name, theme = 'dark', width, state, clock = false }: PageOptions,
	problems: string[],
): Promise<TestPage> {
	page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
	page.on('pageerror', (error) => problems.push(error.message));
	const messages = new ReceivedMessages();
	await Promise.all([
		width !== undefined && page.setViewportSize({ width, height: 800 }),
		clock !== false && page.clock.install(clock === true ? {} : { time: clock }),
		page.exposeFunction('toHost', (json: string) => messages.receive(JSON.parse(json))),
		page.exposeFunction('onViolation', (text: string) => problems.push(text)),
		page.addInitScript(installEditorApi, { stateKey: STATE_STORAGE_KEY, state: JSON.stringify(state) }),
		page.addInitScript(
			`addEventListener('DOMContentLoaded', () => (${applyTheme.toString()})(${JSON.stringify(getThemeAppearance(theme))}))`,
		),
	]);
	await page.goto(`${serverUrl}/${name}`, { waitUntil: 'commit' });
	return {
		page,
		transport: {
			// A page that's being unloaded receives no messages, as in VS Code.
			send: (message) => void page.evaluate((data) => window.postMessage(data), message).catch(() => undefined),
			onMessage: (listener) => messages.onMessage(listener),
		},
		state: async () => JSON.parse((await page.evaluate((key) => sessionStorage.getItem(key), STATE_STORAGE_KEY)) ?? 'null') as unknown,
		setTheme: async (newTheme) => {
			await page.evaluate(applyTheme, getThemeAppearance(newTheme));
			await waitForToolkit(page);
		},
	};
}

/** Waits until the toolkit's components have the colors of a new theme: it updates them before the browser draws the next frame. */
async function waitForToolkit(page: Page): Promise<void> {
	await page.evaluate(() => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))));
}

/** The messages that a page has sent. Those that arrive before the host listens are kept for it. */
class ReceivedMessages {
	readonly #listeners = new Set<(message: unknown) => void>();
	#early: unknown[] = [];

	receive(message: unknown): void {
		if (this.#listeners.size === 0) {
			this.#early.push(message);
		}
		this.#listeners.forEach((listener) => listener(message));
	}

	onMessage(listener: (message: unknown) => void): { dispose(): void } {
		this.#listeners.add(listener);
		const early = this.#early;
		this.#early = [];
		// Later, because the host isn't complete while it's being constructed.
		queueMicrotask(() => early.forEach((message) => listener(message)));
		return { dispose: () => this.#listeners.delete(listener) };
	}
}

async function openWorkspace(
	root: string,
	token: ExampleChanges = {},
	{ usage, now, modules }: WorkspaceOptions = {},
): Promise<TestWorkspace> {
	let offset = 0;
	const clock = () => new Date((now === undefined ? Date.now() : Date.parse(now)) + offset);
	const folder = join(root, 'one');
	const vault = new MemoryVault();
	Object.entries(exampleSecrets).forEach(([keyId, secret]) => vault.secrets.set(keyId, secret));
	await mkdir(folder);
	await writeFile(join(folder, 'tokens.json'), JSON.stringify({ version: 1, tokens: [exampleRecord(clock(), token, hashSecret)] }));
	if (usage) {
		await writeFile(join(folder, 'statistics.json'), serializeUsageFile({ [TOKEN_ID]: usage }));
	}
	const source = new WorkspaceSource({ ...DEFAULT_OPTIONS, folder, vault, clock, ...(modules && { modules }) });
	return {
		source,
		sources: new TokenSources(source, silentLog),
		vault,
		clock,
		advanceClock: (milliseconds) => {
			offset += milliseconds;
		},
		addUsage: async (added) => {
			const file = new UsageFile(folder, clock, silentLog);
			await file.add({ [TOKEN_ID]: added });
			file.dispose();
		},
		changeAnotherToken: async () => {
			await source.create({ name: 'Another token' });
		},
	};
}

interface EditorApiOptions {
	readonly stateKey: string;
	readonly state: string | undefined;
}

/** Runs in the browser before the page's script. Provides what VS Code provides to pages. */
function installEditorApi({ stateKey, state }: EditorApiOptions): void {
	const editor = window as unknown as Record<'toHost' | 'onViolation' | 'acquireVsCodeApi', (...args: unknown[]) => unknown>;
	document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) =>
		editor.onViolation(`violation of ${violatedDirective}: ${blockedURI} ${sample}`),
	);
	if (state !== undefined && sessionStorage.getItem(stateKey) === null) {
		sessionStorage.setItem(stateKey, state);
	}
	editor.acquireVsCodeApi = () => ({
		postMessage: (message: unknown) => void editor.toHost(JSON.stringify(message)),
		getState: () => JSON.parse(sessionStorage.getItem(stateKey) ?? 'null') as unknown,
		setState: (next: unknown) => sessionStorage.setItem(stateKey, JSON.stringify(next)),
	});
}

async function startPageServer(): Promise<Server> {
	const server = createServer((request, response) => {
		if (extname(request.url!)) {
			// Otherwise, the browser would read and compile the same files for each page.
			response.setHeader('Cache-Control', 'max-age=3600');
		}
		if (request.url === AXE_PATH) {
			serveFile(require.resolve('axe-core/axe.min.js'), response);
		} else {
			servePage(request, response);
		}
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return server;
}
