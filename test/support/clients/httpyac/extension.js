const { join } = require('node:path');
const vscode = require('vscode');

exports.activate = (context) => {
	const { extensionPath } = vscode.extensions.getExtension('connect-tokens.connect-tokens');
	const { httpyac, store, send } = require(join(extensionPath, 'test/support/clients/extension.js'));
	const output = vscode.window.createOutputChannel('httpYac - Request');
	context.subscriptions.push(
		output,
		vscode.commands.registerCommand('httpyac.send', async (document, line) => {
			const { document: active, selection } = vscode.window.activeTextEditor;
			const { logged } = await send(document ?? active, line ?? selection.active.line);
			output.appendLine(logged);
			output.show(true);
		}),
	);
	return { httpyac, documentStore: { clear: () => store.clear() } };
};
