import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { Wire } from '../../../src/protocol/peer';
import { pageHtml } from '../../../src/ui/panels/pageHtml';
import { ensureBrowser } from '../../host/browser';
import { fonts, themes } from './themes';

export interface PageOptions {
	readonly name: 'wizard' | 'details';
	readonly theme?: keyof typeof themes;
	readonly width?: number;
	/** What the page is to find as kept by an earlier one. */
	readonly state?: unknown;
	/** Whether the test moves the page's clock, by `page.clock`. */
	readonly clock?: boolean;
}

/** A built page in a real browser, and the host's end of its wire. */
export interface OpenedPage {
	readonly page: Page;
	readonly wire: Wire;
	/** What the page has kept for its return. */
	readonly state: () => Promise<unknown>;
	/** Changes the theme, as the editor does while a page is open. */
	readonly setTheme: (theme: keyof typeof themes) => Promise<void>;
}

const STATE_KEY = 'editor-keeps';

/**
 * Opens built pages in a real browser, under their own Content Security Policy, for the tests of one `describe`.
 * After each test, a violation of the policy or an error in the browser's console fails it.
 */
export function usePages(): { open(options: PageOptions): Promise<OpenedPage>; expectProblem(pattern: RegExp): void } {
	let browser: Browser;
	let server: Server;
	let contexts: BrowserContext[] = [];
	let problems: string[] = [];
	let expected: RegExp | undefined;

	before(async function () {
		this.timeout(120_000);
		browser = await chromium.launch({ executablePath: await ensureBrowser(), args: ['--no-sandbox', '--disable-gpu'] });
		server = await serve();
	});
	after(async () => {
		await browser.close();
		server.close();
	});
	afterEach(async () => {
		await Promise.all(contexts.map((context) => context.close()));
		const unexpected = problems.filter((problem) => !expected?.test(problem));
		[contexts, problems, expected] = [[], [], undefined];
		assert.deepEqual(unexpected, []);
	});

	return {
		expectProblem: (pattern) => {
			expected = pattern;
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
			await page.addInitScript(actAsEditor, {
				stateKey: STATE_KEY,
				state: JSON.stringify(state),
			});
			const setTheme = (to: keyof typeof themes) => page.evaluate(applyTheme, appearance(to));
			await page.addInitScript(
				`addEventListener('DOMContentLoaded', () => (${applyTheme.toString()})(${JSON.stringify(appearance(theme))}))`,
			);
			const { port } = server.address() as AddressInfo;
			const wire: Wire = {
				// A page that is being left hears nothing any more, as in the editor.
				post: (message) => void page.evaluate((data) => window.postMessage(data), message).catch(() => undefined),
				listen: (listener) => {
					listeners.add(listener);
					return { dispose: () => listeners.delete(listener) };
				},
			};
			await page.goto(`http://127.0.0.1:${port}/${name}`, { waitUntil: 'commit' });
			return {
				page,
				wire,
				state: async () => JSON.parse((await page.evaluate((key) => sessionStorage.getItem(key), STATE_KEY)) ?? 'null') as unknown,
				setTheme,
			};
		},
	};
}

interface Editor {
	readonly stateKey: string;
	readonly state: string | undefined;
}

/** Runs in the page, before it: what the editor gives to every page. */
function actAsEditor({ stateKey, state }: Editor): void {
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

interface Appearance {
	readonly variables: Record<string, string>;
	readonly kind: string;
}

function appearance(theme: keyof typeof themes): Appearance {
	return { variables: { ...fonts, ...themes[theme].variables }, kind: themes[theme].kind };
}

/** Runs in the page: what the editor tells it about a theme. */
function applyTheme({ variables, kind }: Appearance): void {
	document.documentElement.removeAttribute('style');
	for (const [name, value] of Object.entries(variables)) {
		document.documentElement.style.setProperty(`--vscode-${name}`, value);
	}
	document.body.className = kind === 'vscode-high-contrast-light' ? `vscode-high-contrast ${kind}` : kind;
	document.body.dataset.vscodeThemeKind = kind;
}

const TYPES: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf' };

/** Serves `/wizard` and `/details` as the editor would put them together, and the built files beside them. */
async function serve(): Promise<Server> {
	const folder = join(__dirname, '../../webview');
	const server = createServer((request, response) => {
		const origin = `http://${request.headers.host ?? ''}`;
		const { pathname } = new URL(request.url ?? '/', origin);
		const extension = extname(pathname);
		if (extension) {
			readFile(join(folder, pathname)).then(
				(bytes) => response.setHeader('Content-Type', TYPES[extension] ?? 'application/octet-stream').end(bytes),
				() => response.writeHead(404).end(),
			);
		} else {
			const html = pageHtml({
				title: 'Page under test',
				lang: 'en',
				script: `${pathname}.js`,
				style: `${pathname}.css`,
				cspSource: origin,
				nonce: 'only-for-tests',
			});
			response.setHeader('Content-Type', 'text/html; charset=utf-8').end(html);
		}
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return server;
}
