import * as crypto from 'node:crypto';
import * as vscode from 'vscode';
import { Peer, type MethodHandlers, type MethodSchemas, type MessageTransport } from '../../protocol/peer';
import { createPageHtml } from '../../models/pageHtml';

/** Puts a page of ours into a panel and returns the host's end of the conversation with it. */
export function createWebviewPage<Host extends MethodSchemas, Page extends MethodSchemas>(
	panel: vscode.WebviewPanel,
	extensionUri: vscode.Uri,
	page: { readonly name: string; readonly host: Host; readonly handlers: MethodHandlers<Host>; readonly page: Page },
): Peer<Host, Page> {
	const { webview } = panel;
	const folder = vscode.Uri.joinPath(extensionUri, 'out', 'webview');
	webview.options = { enableScripts: true, localResourceRoots: [folder] };
	panel.iconPath = {
		light: vscode.Uri.joinPath(extensionUri, 'media', 'key-light.svg'),
		dark: vscode.Uri.joinPath(extensionUri, 'media', 'key-dark.svg'),
	};
	const peer = new Peer(createWebviewWire(webview), page.host, page.handlers, page.page);
	panel.onDidDispose(() => peer.dispose());
	webview.html = createPageHtml({
		title: panel.title,
		lang: vscode.env.language,
		script: webview.asWebviewUri(vscode.Uri.joinPath(folder, `${page.name}.js`)).toString(),
		style: webview.asWebviewUri(vscode.Uri.joinPath(folder, `${page.name}.css`)).toString(),
		cspSource: webview.cspSource,
		nonce: crypto.randomBytes(16).toString('base64'),
	});
	return peer;
}

/** What every page needs to speak the user's language. */
export function pageLanguage(): { locale: string; texts: Record<string, string> } {
	return { locale: vscode.env.language, texts: vscode.l10n.bundle ?? {} };
}

function createWebviewWire(webview: vscode.Webview): MessageTransport {
	return {
		send: (message) => void webview.postMessage(message),
		onMessage: (listener) => webview.onDidReceiveMessage(listener),
	};
}
