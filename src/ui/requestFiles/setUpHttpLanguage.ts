import * as vscode from 'vscode';
import { installedClients } from './requestClients';

const HTTP_LANGUAGE: vscode.LanguageConfiguration = {
	comments: { lineComment: '#' },
	brackets: [
		['{', '}'],
		['[', ']'],
	],
	autoClosingPairs: [
		{ open: '{', close: '}' },
		{ open: '[', close: ']' },
		{ open: '"', close: '"' },
	],
};

/**
 * Provides comments and brackets for request files while no client is installed. In the manifest, they would override those of a client, or not,
 * depending on the names of the folders that the extensions are installed in.
 */
export function setUpHttpLanguage(): vscode.Disposable {
	let configuration: vscode.Disposable | undefined;
	const update = () => {
		configuration?.dispose();
		configuration = installedClients().length === 0 ? vscode.languages.setLanguageConfiguration('http', HTTP_LANGUAGE) : undefined;
	};
	update();
	const disposeConfiguration = () => {
		configuration?.dispose();
	};
	return vscode.Disposable.from(vscode.extensions.onDidChange(update), { dispose: disposeConfiguration });
}
