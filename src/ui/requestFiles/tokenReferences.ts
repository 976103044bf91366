import * as vscode from 'vscode';
import type { Disposable } from '../../domain/ports';
import type { SourceToken, TokenSources } from '../../domain/tokenSources';
import { findKeyReferences } from '../../requestFiles/keyReferences';
import { findReferencedTokens, hasAllTokens, tokensByVariable } from '../../requestFiles/tokenVariables';
import { TokenStatuses, type TokenStatusServices } from './tokenStatuses';

/** A reference to a token in a document. */
export interface TokenReference {
	readonly range: vscode.Range;
	readonly tokenId: string;
	/** Undefined if the token doesn't exist. */
	readonly sourceToken: SourceToken | undefined;
}

/** Finds the tokens that documents reference, and notifies when those tokens change. */
export class TokenReferences implements Disposable {
	readonly #sources: TokenSources;
	readonly #statuses: TokenStatuses;
	/** Fires when tokens change: through an action, in another window, or as time passes. */
	readonly onDidChange: vscode.Event<void>;

	constructor(services: TokenStatusServices) {
		this.#sources = services.sources;
		this.#statuses = new TokenStatuses(services);
		this.onDidChange = this.#statuses.onDidChange;
	}

	/** Finds a document's references, in order. References to unknown tokens are included only if all sources could be read. */
	async findInDocument(document: vscode.TextDocument): Promise<readonly TokenReference[]> {
		const text = document.getText();
		const references = findKeyReferences(text);
		if (references.length === 0) {
			return [];
		}
		const tokens = await this.tokensByVariableIn(text);
		const isComplete = hasAllTokens(this.#sources);
		return references.flatMap(({ start, end, variable, tokenId }) => {
			const sourceToken = tokens.get(variable);
			return sourceToken || isComplete
				? [{ range: new vscode.Range(document.positionAt(start), document.positionAt(end)), tokenId, sourceToken }]
				: [];
		});
	}

	async findAtPosition(document: vscode.TextDocument, position: vscode.Position): Promise<TokenReference | undefined> {
		return (await this.findInDocument(document)).find(({ range }) => range.contains(position));
	}

	/** Finds the tokens that a text may reference, by environment variable. */
	async tokensByVariableIn(text: string): Promise<ReadonlyMap<string, SourceToken>> {
		const tokens = await findReferencedTokens(text, this.#sources);
		this.#statuses.track(tokens);
		return tokensByVariable(tokens);
	}

	/** Lists all tokens that can be referenced. */
	listTokens(): Promise<readonly SourceToken[]> {
		return this.#sources.list('available');
	}

	dispose(): void {
		this.#statuses.dispose();
	}
}
