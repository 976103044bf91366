import * as vscode from 'vscode';
import type { Disposable } from '../../domain/ports';
import { canContainRequests } from './requestDocuments';

/** Remembers the editor with requests that was active last, for commands that start where no editor is active, such as on a details page. */
export class LastRequestEditor implements Disposable {
	#uri: vscode.Uri | undefined;
	readonly #subscription: vscode.Disposable;

	constructor() {
		this.#remember(vscode.window.activeTextEditor);
		this.#subscription = vscode.window.onDidChangeActiveTextEditor((editor) => this.#remember(editor));
	}

	/** Brings the editor to the front, with its cursor where it was. Returns undefined if there's none, or if its tab was closed. */
	async show(): Promise<vscode.TextEditor | undefined> {
		const key = this.#uri?.toString();
		const group = vscode.window.tabGroups.all.find(({ tabs }) =>
			tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === key),
		);
		return this.#uri && group && vscode.window.showTextDocument(this.#uri, { viewColumn: group.viewColumn });
	}

	dispose(): void {
		this.#subscription.dispose();
	}

	#remember(editor: vscode.TextEditor | undefined): void {
		// The editors of the Output panel have no column.
		if (editor?.viewColumn !== undefined && canContainRequests(editor.document)) {
			this.#uri = editor.document.uri;
		}
	}
}
