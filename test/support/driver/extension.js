const vscode = require('vscode');

/** Gets the public API the way other extensions do. */
async function tokens() {
	return (await vscode.extensions.getExtension('connect-tokens.connect-tokens').activate()).workspace;
}

exports.activate = (context) => {
	const window = Math.random().toString(36).slice(2);
	context.subscriptions.push(
		vscode.commands.registerCommand('driver.create200', async () => {
			const workspace = await tokens();
			await Promise.all(Array.from({ length: 200 }, (_, index) => workspace.create({ name: `${window} ${index}` })));
			await vscode.window.showInformationMessage('Created 200 tokens');
		}),
		vscode.commands.registerCommand('driver.authorization', async () => {
			const workspace = await tokens();
			const [token] = await workspace.list();
			const result = await workspace.authorization(token.id).then(
				(value) => `Allowed: ${value.length} characters`,
				(error) => `Denied: ${error.message}`,
			);
			await vscode.window.showInformationMessage(result);
		}),
	);
};
