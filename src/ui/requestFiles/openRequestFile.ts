import * as vscode from 'vscode';

/** Opens an unsaved file in the first workspace folder, and adds a text at its end. */
export async function openRequestFile(name: string, text: string): Promise<void> {
	const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
	const uri = folder ? vscode.Uri.joinPath(folder, name).with({ scheme: 'untitled' }) : vscode.Uri.from({ scheme: 'untitled', path: name });
	const document = await vscode.workspace.openTextDocument(uri);
	const editor = await vscode.window.showTextDocument(document);
	await editor.edit((builder) => builder.insert(document.positionAt(document.getText().length), text));
}
