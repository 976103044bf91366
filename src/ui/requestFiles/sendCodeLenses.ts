import * as vscode from 'vscode';
import { isUsable } from '../../domain/token';
import { commandIds } from '../../models/manifestIds';
import { sendLinkTitle } from '../../models/tokenMessages';
import { canClientSend } from '../../requestFiles/sendTarget';
import { installedClients } from './requestClients';
import { findReferencingRequestsIn } from './requestDocuments';
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
		const requests = clients.length > 0 ? findReferencingRequestsIn(document) : [];
		const tokens = requests.length > 0 ? await this.references.tokensByVariableIn(document.getText()) : undefined;
		return requests.flatMap((found) => {
			const usableTokens = found.variables
				.map((variable) => tokens?.get(variable)?.token)
				.filter((token) => token !== undefined)
				.filter(isUsable);
			const { line } = document.positionAt(found.request.requestLine.start);
			return (usableTokens.length === 0 ? [] : clients.filter((client) => canClientSend(client, found))).map(
				({ id, name }) =>
					new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
						title: sendLinkTitle(usableTokens, clients.length > 1 ? name : undefined),
						command: commandIds.sendAs,
						arguments: [{ isFromLink: true, uri: document.uri.toString(), line, client: id }],
					}),
			);
		});
	}

	dispose(): void {
		this.#subscriptions.dispose();
		this.#onDidChange.dispose();
	}
}
