import * as crypto from 'node:crypto';
import * as vscode from 'vscode';
import { createPageHtml } from '../../models/pageHtml';
import type { PageLanguage } from '../../protocol/messageSchemas';
import type { MessageTransport } from '../../protocol/peer';

/** Shows one of the extension's pages in a panel and returns the connection to it. */
export function showWebviewPage(
	panel: vscode.WebviewPanel,
	extensionUri: vscode.Uri,
	name: 'details' | 'wizard' | 'review',
): MessageTransport {
	const { webview } = panel;
	const folder = vscode.Uri.joinPath(extensionUri, 'out', 'webview');
	webview.options = { enableScripts: true, localResourceRoots: [folder] };
	panel.iconPath = {
		light: vscode.Uri.joinPath(extensionUri, 'media', 'key-light.svg'),
		dark: vscode.Uri.joinPath(extensionUri, 'media', 'key-dark.svg'),
	};
	webview.html = createPageHtml({
		title: panel.title,
		lang: vscode.env.language,
		script: webview.asWebviewUri(vscode.Uri.joinPath(folder, `${name}.js`)).toString(),
		style: webview.asWebviewUri(vscode.Uri.joinPath(folder, `${name}.css`)).toString(),
		cspSource: webview.cspSource,
		nonce: crypto.randomBytes(16).toString('base64'),
	});
	return {
		send: (message) => void webview.postMessage(message),
		onMessage: (listener) => webview.onDidReceiveMessage(listener),
	};
}

export function getPageLanguage(): PageLanguage {
	return { locale: vscode.env.language, texts: vscode.l10n.bundle ?? {} };
}
