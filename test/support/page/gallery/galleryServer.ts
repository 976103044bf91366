import { existsSync, watch } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { repositoryRoot } from '../../../host/paths';
import { PAGES_FOLDER, serveFile, servePage } from '../pageServer';

/** The folder of the gallery's own script. */
const GALLERY_FOLDER = join(repositoryRoot, 'out/test/pageGallery');

/** A build writes several files. The gallery reloads once they're all written. */
const RELOAD_DELAY_MS = 300;

const GALLERY_HTML = `<!DOCTYPE html>
<html lang="en">
<head>
	<meta charset="utf-8">
	<meta name="viewport" content="width=device-width, initial-scale=1">
	<title>Page Gallery</title>
	<link rel="stylesheet" href="/gallery/gallery.css">
	<link rel="icon" href="data:,">
</head>
<body>
	<script src="/gallery/main.js"></script>
</body>
</html>
`;

export interface GalleryServer {
	readonly url: string;
	close(): void;
}

/**
 * Serves the gallery of all states of the pages, which reloads whenever the pages are built again.
 * Rejects if the port is in use.
 * @param port 0 for any free port
 */
export async function startGalleryServer(port: number): Promise<GalleryServer> {
	const openStreams = new Set<ServerResponse>();
	const server = createServer((request, response) => {
		// Parsing the URL resolves dot segments, so only files in the served folders can be read.
		const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname;
		if (path === '/') {
			response.setHeader('Content-Type', 'text/html; charset=utf-8').end(GALLERY_HTML);
		} else if (path === '/changes') {
			response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
			openStreams.add(response);
			response.on('close', () => openStreams.delete(response));
		} else if (path === '/page-api.js') {
			response.setHeader('Content-Type', 'text/javascript').end(`(${installPageApi.toString()})();`);
		} else if (path.startsWith('/gallery/')) {
			serveFile(join(GALLERY_FOLDER, path.slice('/gallery/'.length)), response);
		} else {
			servePage(request, response, '/page-api.js');
		}
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject).listen(port, '127.0.0.1', resolve);
	});
	let timer: NodeJS.Timeout | undefined;
	const watchers = [PAGES_FOLDER, GALLERY_FOLDER].filter(existsSync).map((folder) =>
		watch(folder, () => {
			clearTimeout(timer);
			timer = setTimeout(() => openStreams.forEach((stream) => stream.write('data: reload\n\n')), RELOAD_DELAY_MS);
		}),
	);
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		close: () => {
			clearTimeout(timer);
			watchers.forEach((watcher) => watcher.close());
			server.close();
			server.closeAllConnections();
		},
	};
}

/** Runs in the browser before the page's script. Provides what VS Code provides to pages, and connects the page to the gallery. */
function installPageApi(): void {
	let state: unknown;
	const gallery = window.parent;
	Object.assign(window, {
		// VS Code hides the window that contains the page.
		parent: window,
		acquireVsCodeApi: () => ({
			postMessage: (message: unknown) => gallery.postMessage(message, location.origin),
			getState: () => state,
			setState: (newState: unknown) => {
				state = newState;
			},
		}),
	});
}
