// A sample extension that creates a token with the public API of Connect Tokens and uses it for a request: see docs/api.md.
import * as vscode from 'vscode';
import type { ConnectTokensApi } from '../../docs/connect-tokens';

export function activate(context: vscode.ExtensionContext): void {
	context.subscriptions.push(vscode.commands.registerCommand('connectTokensSample.listProducts', listProducts));
}

async function listProducts(): Promise<void> {
	const api = await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')?.activate();
	if (!api) {
		throw new Error('Install the extension Connect Tokens first.');
	}
	const token = await api.workspace.create({ name: 'Product list', permissions: ['products'] });
	const { url } = await api.gateway.start();
	const headers = { Authorization: await api.workspace.authorization(token.id) };
	const response = await fetch(`${url}/products`, { headers });
	const [today] = await api.workspace.statistics(token.id);
	void vscode.window.showInformationMessage(`The gateway returned ${response.status}. Usage: ${JSON.stringify(today?.statuses ?? {})}`);
}
