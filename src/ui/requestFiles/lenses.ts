import * as vscode from 'vscode';
import { works } from '../../domain/token';
import { commands } from '../ids';
import { verbatim } from '../messages';
import { installedClients } from './clients';
import { referringRequestsOf } from './documents';
import type { ReferencedTokens } from './referencedTokens';
import { canSend } from './sendAs';

/** *Send as …* above each request that refers to a token that works, where the editor has a client to send it. */
export class SendLenses implements vscode.CodeLensProvider, vscode.Disposable {
	readonly #changed = new vscode.EventEmitter<void>();
	readonly #listening: vscode.Disposable;
	readonly onDidChangeCodeLenses = this.#changed.event;

	constructor(private readonly references: ReferencedTokens) {
		const fire = () => this.#changed.fire();
		this.#listening = vscode.Disposable.from(
			references.onDidChange(fire),
			vscode.extensions.onDidChange(fire),
			vscode.workspace.onDidGrantWorkspaceTrust(fire),
		);
	}

	async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
		const clients = vscode.workspace.isTrusted ? installedClients() : [];
		const requests = clients.length > 0 ? referringRequestsOf(document) : [];
		const tokens = requests.length > 0 ? await this.references.namedIn(document.getText()) : undefined;
		return requests.flatMap((found) => {
			const working = found.variables
				.map((one) => tokens?.get(one)?.token)
				.filter((token) => token !== undefined)
				.filter(works);
			const names = working.map(({ name }) => verbatim(name)).join(', ');
			const { line } = document.positionAt(found.request.requestLine.start);
			return (names === '' ? [] : clients.filter((client) => canSend(client, found))).map(
				({ id, name }) =>
					new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
						title: clients.length > 1 ? vscode.l10n.t('Send as {0} with {1}', names, name) : vscode.l10n.t('Send as {0}', names),
						command: commands.sendAs,
						arguments: [{ isFromLink: true, uri: document.uri.toString(), line, client: id }],
					}),
			);
		});
	}

	dispose(): void {
		this.#listening.dispose();
		this.#changed.dispose();
	}
}
