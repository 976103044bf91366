import * as vscode from 'vscode';
import type { ConnectReference } from '../../../domain/connectReference';
import type { ConnectReferenceFinding } from '../../../domain/connectReferenceFinding';
import type { Disposable } from '../../../domain/ports';
import type { SourceToken, TokenSources } from '../../../domain/tokenSources';
import { findFileReferenceFindings, findFileReferences, findReferencedToken, listTokensOf } from '../../../requestFiles/fileReferences';
import { getConfigurationFileKind, type ConfigurationFileKind } from '../../../requestFiles/configurationValues';
import { hasAllTokens } from '../../../requestFiles/tokenVariables';
import { fileNameOf } from '../../requestFiles/requestDocuments';
import type { TokenReference } from '../../requestFiles/tokenReferences';
import { TokenStatuses, type TokenStatusServices } from '../../requestFiles/tokenStatuses';

/** A reference to a key in a configuration file. */
export interface DocumentReference extends TokenReference {
	readonly reference: ConnectReference;
}

/**
 * Selects the documents that `configurationFileKind` can know, like JSON's own providers do, so that VS Code asks both. User
 * settings have a scheme of their own, and so has the other side of a diff.
 */
export const fileReferenceSelector: vscode.DocumentSelector = [
	{ scheme: '*', language: 'dotenv' },
	{ scheme: '*', language: 'yaml' },
	{ scheme: '*', language: 'dockercompose' },
	{ scheme: '*', pattern: '**/{.env*,*.env,launch.json,tasks.json,settings.json,mcp.json,.mcp.json,*.code-workspace,*.yml,*.yaml}' },
];

/** Returns the kind of a document whose values can be references outside of requests. */
export function configurationFileKind(document: vscode.TextDocument): ConfigurationFileKind | undefined {
	return getConfigurationFileKind(document.languageId, fileNameOf(document));
}

/** Finds the references in configuration files, and notifies when their tokens change. */
export class FileReferences implements Disposable {
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
	async findInDocument(document: vscode.TextDocument): Promise<readonly DocumentReference[]> {
		const { references, tokens } = await this.#read(document);
		const isComplete = hasAllTokens(this.#sources);
		return references.flatMap(({ start, end, reference }) => {
			const sourceToken = reference && findReferencedToken(reference, tokens);
			const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
			return reference && (sourceToken || isComplete) ? [{ range, reference, tokenId: reference.tokenId, sourceToken }] : [];
		});
	}

	/** Finds problems with a document's references, in order. */
	async findFindings(document: vscode.TextDocument): Promise<readonly ConnectReferenceFinding[]> {
		const text = document.getText();
		const { kind, references, tokens } = await this.#read(document);
		return kind ? findFileReferenceFindings(text, kind, references, { tokens, sources: this.#sources.all }) : [];
	}

	/** Lists all tokens that can be referenced. */
	listTokens(): Promise<readonly SourceToken[]> {
		return this.#sources.list('available');
	}

	dispose(): void {
		this.#statuses.dispose();
	}

	async #read(document: vscode.TextDocument) {
		const kind = configurationFileKind(document);
		const references = kind ? findFileReferences(document.getText(), kind) : [];
		const tokens = await listTokensOf(references, this.#sources);
		this.#statuses.track(tokens);
		return { kind, references, tokens };
	}
}
