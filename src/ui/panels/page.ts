import * as crypto from 'node:crypto';
import * as vscode from 'vscode';
import { Peer, type Handlers, type Methods, type Wire } from '../../protocol/peer';
import { pageHtml } from './pageHtml';

/** Puts a page of ours into a panel and returns the host's end of the conversation with it. */
export function openPage<Host extends Methods, Page extends Methods>(
	panel: vscode.WebviewPanel,
	extensionUri: vscode.Uri,
	page: { readonly name: string; readonly host: Host; readonly handlers: Handlers<Host>; readonly page: Page },
): Peer<Host, Page> {
	const { webview } = panel;
	const folder = vscode.Uri.joinPath(extensionUri, 'out', 'webview');
	webview.options = { enableScripts: true, localResourceRoots: [folder] };
	panel.iconPath = {
		light: vscode.Uri.joinPath(extensionUri, 'media', 'key-light.svg'),
		dark: vscode.Uri.joinPath(extensionUri, 'media', 'key-dark.svg'),
	};
	const peer = new Peer(wireTo(webview), page.host, page.handlers, page.page);
	panel.onDidDispose(() => peer.dispose());
	webview.html = pageHtml({
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
export function language(): { locale: string; texts: Record<string, string> } {
	return { locale: vscode.env.language, texts: vscode.l10n.bundle ?? {} };
}

function wireTo(webview: vscode.Webview): Wire {
	return {
		post: (message) => void webview.postMessage(message),
		listen: (listener) => webview.onDidReceiveMessage(listener),
	};
}
