import * as vscode from 'vscode';
import { isUsable } from '../../domain/token';
import { commandIds } from '../../models/manifestIds';
import { markOwn } from '../../models/ownArguments';
import { sendLinkTitle } from '../../models/tokenMessages';
import { listSentVariables } from '../../requestFiles/sendTarget';
import { installedClients, type RequestClient } from './requestClients';
import { findRequestUsesIn } from './requestDocuments';
import type { TokenReferences } from './tokenReferences';

/** Shows *Send as …* above each request that references a usable token, for each installed client that can send it. */
export class SendCodeLensProvider implements vscode.CodeLensProvider, vscode.Disposable {
	readonly #onDidChange = new vscode.EventEmitter<void>();
	readonly #subscriptions: vscode.Disposable;
	readonly onDidChangeCodeLenses = this.#onDidChange.event;

	constructor(private readonly references: TokenReferences) {
		const fire = () => this.#onDidChange.fire();
		this.#subscriptions = vscode.Disposable.from(
			references.onDidChange(fire),
			vscode.extensions.onDidChange(fire),
			vscode.workspace.onDidGrantWorkspaceTrust(fire),
		);
	}

	async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
		const clients = vscode.workspace.isTrusted ? installedClients() : [];
		const requests = clients.length > 0 ? findRequestUsesIn(document) : [];
		const tokens = requests.length > 0 ? await this.references.tokensByVariableIn(document.getText()) : undefined;
		return requests.flatMap((found) => {
			const { line } = document.positionAt(found.request.requestLine.start);
			return clients.flatMap((client) => {
				const usableTokens = listSentVariables(client, found)
					.map((variable) => tokens?.get(variable)?.token)
					.filter((token) => token !== undefined)
					.filter(isUsable);
				return usableTokens.length === 0
					? []
					: [createLens(document, line, client, sendLinkTitle(usableTokens, clients.length > 1 ? client.name : undefined))];
			});
		});
	}

	dispose(): void {
		this.#subscriptions.dispose();
		this.#onDidChange.dispose();
	}
}

function createLens({ uri }: vscode.TextDocument, line: number, client: RequestClient, title: string): vscode.CodeLens {
	return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
		title,
		command: commandIds.sendAs,
		arguments: [markOwn({ isFromLink: true, uri: uri.toString(), line, client: client.id })],
	});
}
