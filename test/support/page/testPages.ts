import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test';
import type { MessageTransport } from '../../../src/protocol/peer';
import { ensureBrowser } from '../../host/browser';
import { savePageCoverage, startPageCoverage } from '../coverage/pageCoverage';
import { applyTheme, getThemeAppearance, type ThemeName } from './applyTheme';
import { servePage } from './pageServer';

export interface PageOptions {
	readonly name: 'wizard' | 'details';
	readonly theme?: ThemeName;
	readonly width?: number;
	/** The state that the page restores. */
	readonly state?: unknown;
	/** Whether the test controls the page's clock with `page.clock`. */
	readonly clock?: boolean;
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

const STATE_STORAGE_KEY = 'page-state';

/**
 * Opens built pages in a real browser, with their own Content Security Policy, for the tests of one `describe`.
 * A violation of the policy or an error in the browser's console fails the test.
 */
export function usePages(): { open(options: PageOptions): Promise<TestPage>; expectProblem(pattern: RegExp): void } {
	let browser: Browser;
	let server: Server;
	let contexts: BrowserContext[] = [];
	let problems: string[] = [];
	let expectedProblem: RegExp | undefined;

	before(async function () {
		this.timeout(120_000);
		browser = await chromium.launch({ executablePath: await ensureBrowser(), args: ['--no-sandbox', '--disable-gpu'] });
		server = await startPageServer();
	});
	after(async () => {
		await browser.close();
		server.close();
	});
	afterEach(async () => {
		await Promise.all(contexts.flatMap((context) => context.pages()).map(savePageCoverage));
		await Promise.all(contexts.map((context) => context.close()));
		const unexpected = problems.filter((problem) => !expectedProblem?.test(problem));
		[contexts, problems, expectedProblem] = [[], [], undefined];
		assert.deepEqual(unexpected, []);
	});

	return {
		expectProblem: (pattern) => {
			expectedProblem = pattern;
		},
		open: async ({ name, theme = 'dark', width = 900, state, clock }) => {
			const context = await browser.newContext({
				viewport: { width, height: 800 },
				locale: 'en-GB',
				timezoneId: 'Europe/Madrid',
				reducedMotion: 'reduce',
			});
			contexts.push(context);
			const page = await context.newPage();
			await startPageCoverage(page);
			page.setDefaultTimeout(10_000);
			page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
			page.on('pageerror', (error) => problems.push(error.message));
			if (clock) {
				await page.clock.install();
			}
			const listeners = new Set<(message: unknown) => void>();
			await page.exposeFunction('toHost', (json: string) => {
				const message: unknown = JSON.parse(json);
				listeners.forEach((listener) => listener(message));
			});
			await page.exposeFunction('onViolation', (text: string) => problems.push(text));
			await page.addInitScript(installEditorApi, {
				stateKey: STATE_STORAGE_KEY,
				state: JSON.stringify(state),
			});
			const setTheme = (newTheme: ThemeName) => page.evaluate(applyTheme, getThemeAppearance(newTheme));
			await page.addInitScript(
				`addEventListener('DOMContentLoaded', () => (${applyTheme.toString()})(${JSON.stringify(getThemeAppearance(theme))}))`,
			);
			const { port } = server.address() as AddressInfo;
			const transport: MessageTransport = {
				// A page that's being unloaded receives no messages, as in VS Code.
				send: (message) => void page.evaluate((data) => window.postMessage(data), message).catch(() => undefined),
				onMessage: (listener) => {
					listeners.add(listener);
					return { dispose: () => listeners.delete(listener) };
				},
			};
			await page.goto(`http://127.0.0.1:${port}/${name}`, { waitUntil: 'commit' });
			return {
				page,
				transport,
				state: async () => JSON.parse((await page.evaluate((key) => sessionStorage.getItem(key), STATE_STORAGE_KEY)) ?? 'null') as unknown,
				setTheme,
			};
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
	const server = createServer((request, response) => servePage(request, response));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return server;
}
