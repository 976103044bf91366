import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { createPageHtml } from '../../../src/models/pageHtml';
import { repositoryRoot } from '../../host/paths';

/** The folder of the built pages. */
export const PAGES_FOLDER = join(repositoryRoot, 'out/webview');

/** Where the server of the tests has axe. */
export const AXE_PATH = '/axe.min.js';

const NONCE = 'only-for-tests';
const CONTENT_TYPES: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf' };

/**
 * Serves the pages at `/wizard` and `/details`, and their files.
 * @param firstScript path of a script that runs before the page's own
 */
export function servePage(request: IncomingMessage, response: ServerResponse, firstScript?: string): void {
	const origin = `http://${request.headers.host ?? ''}`;
	const { pathname } = new URL(request.url ?? '/', origin);
	if (extname(pathname)) {
		serveFile(join(PAGES_FOLDER, pathname), response);
		return;
	}
	const html = createPageHtml({
		title: 'Page under test',
		lang: 'en',
		script: `${pathname}.js`,
		style: `${pathname}.css`,
		cspSource: origin,
		nonce: NONCE,
	});
	const script = firstScript === undefined ? '' : `<script nonce="${NONCE}" src="${firstScript}"></script>`;
	response.setHeader('Content-Type', 'text/html; charset=utf-8').end(html.replace('</head>', `${script}</head>`));
}

/** Responds with a file, or with 404 if it doesn't exist. */
export function serveFile(path: string, response: ServerResponse): void {
	readFile(path).then(
		(bytes) => response.setHeader('Content-Type', CONTENT_TYPES[extname(path)] ?? 'application/octet-stream').end(bytes),
		() => response.writeHead(404).end(),
	);
}
