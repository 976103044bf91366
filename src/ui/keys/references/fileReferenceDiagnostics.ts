import * as vscode from 'vscode';
import type { ConnectReferenceFinding } from '../../../domain/connectReferenceFinding';
import { logFailure } from '../../../domain/log';
import type { Disposable } from '../../../domain/ports';
import { addQuotesTitle, connectFindingSeverity, connectFindingText, fixesForConnectFinding } from '../../../models/connectReferenceTexts';
import { createQuotedValue } from '../../../requestFiles/fileReferences';
import { createDiagnostic, DEBOUNCE_MS, DIAGNOSED_SCHEMES } from '../../findings/createDiagnostic';
import { toCodeAction } from '../../findings/toCodeAction';
import { log } from '../../log';
import { fileOf } from '../../requestFiles/requestDocuments';
import { configurationFileKind, type FileReferences } from './fileReferences';

/** Shows problems with the references in every open configuration file. */
export class FileReferenceDiagnostics implements Disposable {
	readonly #collection = vscode.languages.createDiagnosticCollection('connectTokens.references');
	readonly #pending = new Map<vscode.TextDocument, NodeJS.Timeout>();
	readonly #subscriptions: readonly Disposable[];

	constructor(private readonly references: FileReferences) {
		this.#subscriptions = [
			references.onDidChange(() => this.refreshAll()),
			vscode.workspace.onDidOpenTextDocument((document) => this.#schedule(document, 0)),
			vscode.workspace.onDidChangeTextDocument(({ document }) => this.#schedule(document, DEBOUNCE_MS)),
			vscode.workspace.onDidCloseTextDocument((document) => {
				this.#cancel(document);
				this.#collection.delete(document.uri);
			}),
		];
	}

	refreshAll(): void {
		vscode.workspace.textDocuments.forEach((document) => this.#schedule(document, 0));
	}

	dispose(): void {
		this.#subscriptions.forEach((item) => item.dispose());
		this.#pending.forEach((timer) => clearTimeout(timer));
		this.#collection.dispose();
	}

	#schedule(document: vscode.TextDocument, delayMs: number): void {
		if (configurationFileKind(document) && DIAGNOSED_SCHEMES.includes(document.uri.scheme)) {
			this.#cancel(document);
			const refresh = () => void this.#refresh(document).catch(logFailure(log, 'check references'));
			this.#pending.set(document, setTimeout(refresh, delayMs));
		}
	}

	#cancel(document: vscode.TextDocument): void {
		clearTimeout(this.#pending.get(document));
		this.#pending.delete(document);
	}

	async #refresh(document: vscode.TextDocument): Promise<void> {
		this.#pending.delete(document);
		const { version } = document;
		const findings = await this.references.findFindings(document);
		if (!document.isClosed && document.version === version && !this.#pending.has(document)) {
			this.#collection.set(
				document.uri,
				findings.map((finding) =>
					createDiagnostic(finding.kind, connectFindingSeverity(finding), toRange(document, finding), connectFindingText(finding)),
				),
			);
		}
	}
}

/** Offers fixes for the problems with the references at the cursor. */
export function createFileQuickFixProvider(references: FileReferences): vscode.CodeActionProvider {
	return {
		provideCodeActions: async (document, range) => {
			const findings = await references.findFindings(document);
			return findings
				.filter((finding) => toRange(document, finding).intersection(range))
				.flatMap((finding) => createFixes(document, finding));
		},
	};
}

function createFixes(document: vscode.TextDocument, finding: ConnectReferenceFinding): readonly vscode.CodeAction[] {
	const range = toRange(document, finding);
	const diagnostic = createDiagnostic(finding.kind, connectFindingSeverity(finding), range, connectFindingText(finding));
	const fixes = fixesForConnectFinding(finding, {
		uri: document.uri.toString(),
		file: fileOf(document),
		position: range.start,
		keyReplacement: undefined,
	});
	return [
		...(finding.kind === 'unquoted-form' ? createQuotesFix(document, finding.value, diagnostic) : []),
		...fixes.map((fix) => toCodeAction(fix, diagnostic)),
	];
}

function createQuotesFix(
	document: vscode.TextDocument,
	value: { readonly start: number; readonly end: number },
	diagnostic: vscode.Diagnostic,
): readonly vscode.CodeAction[] {
	const replacement = createQuotedValue(document.getText(), value);
	if (!replacement) {
		return [];
	}
	const action = new vscode.CodeAction(addQuotesTitle(), vscode.CodeActionKind.QuickFix);
	action.edit = new vscode.WorkspaceEdit();
	action.edit.replace(document.uri, toRange(document, replacement), replacement.text);
	action.diagnostics = [diagnostic];
	action.isPreferred = true;
	return [action];
}

function toRange(document: vscode.TextDocument, { start, end }: { readonly start: number; readonly end: number }): vscode.Range {
	return new vscode.Range(document.positionAt(start), document.positionAt(end));
}
