// Opens the walkthrough of Connect Tokens in the first window of a profile, as VS Code does after the user has installed an extension.
const vscode = require('vscode');

exports.activate = async ({ globalState }) => {
	if (!globalState.get('isOpened')) {
		await globalState.update('isOpened', true);
		await vscode.commands.executeCommand('workbench.action.openWalkthrough', 'connect-tokens.connect-tokens#firstSteps');
	}
};
