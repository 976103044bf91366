import * as vscode from 'vscode';
import type { Disposable, GatewayState } from '../../domain/ports';
import type { TokenSources } from '../../domain/sources';
import { tokensNamedIn } from '../requestFiles/variables';
import { documentFindings, rangeOf } from './documentFindings';
import { toDiagnostic } from './texts';

/** How long typing must pause before a document is looked through again, in milliseconds. */
const PAUSE = 300;

/** Files on disk, wherever that is, the cells of notebooks, and what is not saved yet; not the output of programs or the other side of a comparison. */
const SCHEMES = ['file', 'untitled', 'vscode-remote', 'vscode-vfs', 'vscode-userdata', 'vscode-notebook-cell'];

/** Shows in every open document what its developer should know about keys and tokens in it. */
export class Diagnostics implements Disposable {
	readonly #collection = vscode.languages.createDiagnosticCollection('connectTokens');
	readonly #pending = new Map<vscode.TextDocument, NodeJS.Timeout>();
	readonly #listening: readonly Disposable[];

	/** Documents that the search has found keys in. */
	readonly #searched = new WeakSet<vscode.TextDocument>();

	/** @param searched what the search has found in files. What is said of an open document is newer, and takes its place until it is closed */
	constructor(
		private readonly sources: TokenSources,
		private readonly gateway: GatewayState,
		private readonly searched: vscode.DiagnosticCollection,
	) {
		const all = () => this.lookAtAll();
		this.#listening = [
			sources.onDidChange(all),
			gateway.onDidChange(all),
			vscode.workspace.onDidOpenTextDocument((document) => this.#schedule(document, 0)),
			vscode.workspace.onDidChangeTextDocument(({ document }) => this.#schedule(document, PAUSE)),
			vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document)),
			vscode.workspace.onDidChangeConfiguration((event) => {
				if (event.affectsConfiguration('connectTokens')) {
					all();
				}
			}),
		];
	}

	lookAtAll(): void {
		vscode.workspace.textDocuments.forEach((document) => this.#schedule(document, 0));
	}

	dispose(): void {
		this.#listening.forEach((one) => one.dispose());
		this.#pending.forEach((timer) => clearTimeout(timer));
		this.#collection.dispose();
	}

	#schedule(document: vscode.TextDocument, pause: number): void {
		if (SCHEMES.includes(document.uri.scheme)) {
			clearTimeout(this.#pending.get(document));
			this.#pending.set(
				document,
				setTimeout(() => void this.#look(document), pause),
			);
		}
	}

	async #look(document: vscode.TextDocument): Promise<void> {
		this.#pending.delete(document);
		const { version } = document;
		// Tokens that cannot be read are the view's to report; keys in plain text are found all the same.
		const tokens = await tokensNamedIn(document.getText(), this.sources);
		if (!document.isClosed && document.version === version && !this.#pending.has(document)) {
			if (this.searched.has(document.uri)) {
				this.searched.delete(document.uri);
				this.#searched.add(document);
			}
			const findings = documentFindings(document, tokens, this.sources, this.gateway.url);
			this.#collection.set(
				document.uri,
				findings.map((finding) => toDiagnostic(finding, rangeOf(document, finding))),
			);
		}
	}

	#forget(document: vscode.TextDocument): void {
		clearTimeout(this.#pending.get(document));
		this.#pending.delete(document);
		if (this.#searched.has(document)) {
			const keys = this.#collection.get(document.uri)?.filter(({ code }) => code === 'plain-key');
			this.searched.set(document.uri, keys);
		}
		this.#collection.delete(document.uri);
	}
}
