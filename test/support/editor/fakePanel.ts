import type * as vscode from 'vscode';
import type { MessageTransport } from '../../../src/protocol/peer';
import { createLinkedTransports } from '../linkedTransports';

/** A panel that shows no page, and the page's end of the connection to the extension. */
export class FakePanel {
	readonly #disposeListeners = new Set<() => void>();
	/** What VS Code would return to the extension. */
	readonly panel: vscode.WebviewPanel;
	readonly pageTransport: MessageTransport;
	isRevealed = false;

	constructor(title: string) {
		const [pageEnd, hostEnd] = createLinkedTransports();
		this.pageTransport = pageEnd;
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
	}

	/** Closes the panel, as a user does. */
	dispose(): void {
		this.#disposeListeners.forEach((listener) => listener());
	}
}
