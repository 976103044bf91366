import * as vscode from 'vscode';
import { isUsable } from '../../domain/token';
import { worstVerdict } from '../../domain/tokenHosts';
import { commandIds } from '../../models/manifestIds';
import { markOwn } from '../../models/ownArguments';
import { sendLinkTitle } from '../../models/tokenMessages';
import { checkUse, type HostCheckSource } from '../../requestFiles/hostCheck';
import { listSentVariables } from '../../requestFiles/sendTarget';
import { installedClients, type RequestClient } from './requestClients';
import type { DocumentRequests } from './documentRequests';
import { fileOf } from './requestDocuments';
import { readExposeKeys } from '../settings';
import type { TokenReferences } from './tokenReferences';

/** Shows *Send as …* above each request that references a usable token, for each installed client that can send it. Names its host unless it's obvious. */
export class SendCodeLensProvider implements vscode.CodeLensProvider, vscode.Disposable {
	readonly #onDidChange = new vscode.EventEmitter<void>();
	readonly #subscriptions: vscode.Disposable;
	readonly onDidChangeCodeLenses = this.#onDidChange.event;

	constructor(
		private readonly references: TokenReferences,
		private readonly hosts: HostCheckSource,
		private readonly documentRequests: DocumentRequests,
	) {
		const fire = () => this.#onDidChange.fire();
		this.#subscriptions = vscode.Disposable.from(
			references.onDidChange(fire),
			hosts.onDidChange(fire),
			documentRequests.onDidChange(fire),
			vscode.extensions.onDidChange(fire),
			vscode.workspace.onDidGrantWorkspaceTrust(fire),
			vscode.workspace.onDidChangeConfiguration((event) => {
				if (event.affectsConfiguration('connectTokens.http.exposeKeys')) {
					fire();
				}
			}),
		);
	}

	async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
		const clients = vscode.workspace.isTrusted && readExposeKeys() !== 'never' ? installedClients() : [];
		const { requests } = clients.length > 0 ? await this.documentRequests.load(document) : { requests: [] };
		const tokens =
			requests.length > 0 ? await this.references.tokensByVariableIn(requests.flatMap(({ variables }) => variables).join('\n')) : undefined;
		const context = await this.hosts.read();
		return requests.flatMap((found) => {
			const { line } = document.positionAt(found.request.requestLine.start);
			return clients.flatMap((client) => {
				const sent = listSentVariables(client, found).flatMap((variable) => {
					const sourceToken = tokens?.get(variable);
					return sourceToken && isUsable(sourceToken.token) ? [{ variable, sourceToken }] : [];
				});
				if (sent.length === 0) {
					return [];
				}
				const verdict = worstVerdict(
					sent.map(({ variable, sourceToken }) =>
						checkUse(found, variable, sourceToken, fileOf(document), { ...context, clients: [client.syntax] }),
					),
				);
				const title = sendLinkTitle(
					sent.map(({ sourceToken }) => sourceToken.token),
					clients.length > 1 ? client.name : undefined,
					verdict,
				);
				return [createLens(document, line, client, title)];
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
