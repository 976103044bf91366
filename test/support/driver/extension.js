// Lets the end-to-end tests of a window use VS Code's API: prepare state, run commands, and move the clock.
const vscode = require('vscode');

const EXTENSION_ID = 'connect-tokens.connect-tokens';

/** Replaces the user settings of the extension under test. */
async function replaceUserSettings(settings) {
	const configuration = vscode.workspace.getConfiguration();
	const { properties } = vscode.extensions.getExtension(EXTENSION_ID).packageJSON.contributes.configuration;
	for (const name of Object.keys(properties)) {
		if (configuration.inspect(name).globalValue !== settings[name]) {
			await configuration.update(name, settings[name], vscode.ConfigurationTarget.Global);
		}
	}
}

/** Connects to the test once the extension under test is active. */
exports.activate = async (context) => {
	const api = await vscode.extensions.getExtension(EXTENSION_ID).activate();
	const methods = {
		executeCommand: (command, ...args) => vscode.commands.executeCommand(command, ...args),
		// For commands that end only when the user has answered.
		startCommand: (command, ...args) => void vscode.commands.executeCommand(command, ...args),
		openFile: async (path) => {
			await vscode.window.showTextDocument(vscode.Uri.file(path), { preview: false });
		},
		readDocument: async (path) => (await vscode.workspace.openTextDocument(path)).getText(),
		isFocused: () => vscode.window.state.focused,
		reset: async (settings) => {
			await api.gateway.stop();
			await vscode.commands.executeCommand('connectTokens.clearRequests');
			// Closing an editor with changes would ask the user, also if a page covers it.
			for (const document of vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
				await vscode.window.showTextDocument(document);
				await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
			}
			for (const command of ['closeAllEditors', 'closePanel', 'closeQuickOpen']) {
				await vscode.commands.executeCommand(`workbench.action.${command}`);
			}
			await vscode.commands.executeCommand('notifications.clearAll');
			// A webview may have had the focus.
			await vscode.commands.executeCommand('workbench.action.focusSideBar');
			for (const { id } of await api.workspace.list()) {
				await api.workspace.delete(id);
			}
			await replaceUserSettings(settings);
		},
		createToken: (draft) => api.workspace.create(draft),
		// As other extensions get it: the user is asked.
		authorization: async () => {
			const [token] = await api.workspace.list();
			return api.workspace.authorization(token.id);
		},
		// As other extensions call a tool, and as a language model does.
		invokeTool: async (name, input) => {
			const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
			return content.map(({ value }) => value).join('');
		},
		updateSetting: (name, value) => vscode.workspace.getConfiguration().update(name, value, vscode.ConfigurationTarget.Global),
		getSetting: (name) => vscode.workspace.getConfiguration().get(name),
		// Extensions of a window share the environment.
		hasEnvironmentVariable: (name) => name in process.env,
	};
	const socket = new WebSocket(process.env.CONNECT_TOKENS_DRIVER);
	socket.onmessage = async ({ data }) => {
		const { id, method, args } = JSON.parse(data);
		const response = await Promise.resolve()
			.then(() => methods[method](...args))
			.then(
				(result) => ({ id, result: result ?? null }),
				(error) => ({ id, error: String(error?.message ?? error) }),
			);
		socket.send(JSON.stringify(response));
	};
	context.subscriptions.push({ dispose: () => socket.close() });
};
