import type * as vscode from 'vscode';
import { detailsHostMethods, detailsPageMethods, type DetailsSnapshot, type InitialAction } from '../../../src/protocol/detailsMessages';
import { Peer } from '../../../src/protocol/peer';
import { createLinkedTransports } from '../linkedTransports';

/** A panel with a details page that a test controls: it exchanges the same messages with the extension as the real page. */
export class FakeDetailsPanel {
	readonly #disposeListeners = new Set<() => void>();
	readonly #peer: Peer<typeof detailsPageMethods, typeof detailsHostMethods>;
	/** What VS Code would return to the extension. */
	readonly panel: vscode.WebviewPanel;
	/** What the page shows. */
	snapshot: DetailsSnapshot | undefined;
	initialAction: InitialAction | null = null;
	isRevealed = false;

	constructor(title: string) {
		const [pageEnd, hostEnd] = createLinkedTransports();
		this.panel = {
			title,
			visible: true,
			webview: {
				cspSource: '',
				asWebviewUri: (uri: vscode.Uri) => uri,
				postMessage: (message: unknown) => {
					hostEnd.send(message);
					return Promise.resolve(true);
				},
				onDidReceiveMessage: (listener: (message: unknown) => void) => hostEnd.onMessage(listener),
			},
			reveal: () => (this.isRevealed = true),
			dispose: () => this.dispose(),
			onDidChangeViewState: () => ({ dispose: () => undefined }),
			onDidDispose: (listener: () => void) => {
				this.#disposeListeners.add(listener);
				return { dispose: () => this.#disposeListeners.delete(listener) };
			},
		} as unknown as vscode.WebviewPanel;
		this.#peer = new Peer(
			pageEnd,
			detailsPageMethods,
			{
				show: (snapshot) => {
					this.snapshot = snapshot;
					return {};
				},
				showUsage: () => ({}),
				showKeyCleared: () => ({}),
				startAction: ({ action }) => {
					this.initialAction = action;
					return {};
				},
			},
			detailsHostMethods,
		);
	}

	/** Does what the page does when it has loaded. */
	async load(): Promise<DetailsSnapshot> {
		const { snapshot, initialAction } = await this.#peer.request('ready', {});
		Object.assign(this, { snapshot, initialAction });
		return snapshot;
	}

	/** Sends a request of the page. */
	readonly request: Peer<typeof detailsPageMethods, typeof detailsHostMethods>['request'] = (method, params) =>
		this.#peer.request(method, params);

	/** Closes the panel, as a user does. */
	dispose(): void {
		this.#disposeListeners.forEach((listener) => listener());
		this.#peer.dispose();
	}
}
