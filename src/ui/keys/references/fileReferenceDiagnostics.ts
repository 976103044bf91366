import * as vscode from 'vscode';
import type { ConnectReferenceFinding } from '../../../domain/connectReferenceFinding';
import { addQuotesTitle, connectFindingSeverity, connectFindingText, fixesForConnectFinding } from '../../../models/connectReferenceTexts';
import { createQuotedValue } from '../../../requestFiles/fileReferences';
import { createDiagnostic } from '../../findings/createDiagnostic';
import { DocumentDiagnostics } from '../../findings/documentDiagnostics';
import { toCodeAction } from '../../findings/toCodeAction';
import { fileOf } from '../../requestFiles/requestDocuments';
import { configurationFileKind, type FileReferences } from './fileReferences';

/** Shows problems with the references in every open configuration file. */
export function showFileReferenceDiagnostics(references: FileReferences): vscode.Disposable {
	const diagnostics = new DocumentDiagnostics({
		name: 'connectTokens.references',
		accepts: (document) => configurationFileKind(document) !== undefined,
		read: async (document) => {
			const findings = await references.findFindings(document);
			return () => findings.map((finding) => toDiagnostic(document, finding));
		},
	});
	diagnostics.refreshAll();
	return vscode.Disposable.from(
		diagnostics,
		references.onDidChange(() => diagnostics.refreshAll()),
	);
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
	const diagnostic = toDiagnostic(document, finding);
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

function toDiagnostic(document: vscode.TextDocument, finding: ConnectReferenceFinding): vscode.Diagnostic {
	return createDiagnostic(finding.kind, connectFindingSeverity(finding), toRange(document, finding), connectFindingText(finding));
}

function toRange(document: vscode.TextDocument, { start, end }: { readonly start: number; readonly end: number }): vscode.Range {
	return new vscode.Range(document.positionAt(start), document.positionAt(end));
}
