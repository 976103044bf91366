import * as vscode from 'vscode';
import type { Finding } from '../../domain/finding';
import { fixesForFinding, insertAuthorizationFix, useGatewayFix, type FixContext, type QuickFix } from '../../models/findingFixes';
import { hasAuthorization } from '../../requestFiles/authorizationEdits';
import { findRequestAtOffset } from '../../requestFiles/requestFileKind';
import { findReferencedTokens } from '../../requestFiles/tokenVariables';
import { fileOf, requestFileKind } from '../requestFiles/requestDocuments';
import { canUseGateway } from '../requestFiles/useGatewayInFile';
import { findDocumentFindings, readDocumentTokens, toRange, type FindingServices } from './documentFindings';
import { DIAGNOSTIC_SOURCE } from './createDiagnostic';
import { findKeyReplacement } from './replacePlainKey';
import { toCodeAction } from './toCodeAction';

/** Offers fixes for the findings at the cursor, and a header for a request without one. */
export class QuickFixProvider implements vscode.CodeActionProvider {
	static readonly kinds = [vscode.CodeActionKind.QuickFix];

	constructor(private readonly services: FindingServices) {}

	async provideCodeActions(
		document: vscode.TextDocument,
		range: vscode.Range,
		{ diagnostics }: vscode.CodeActionContext,
	): Promise<vscode.CodeAction[]> {
		const ownDiagnostics = diagnostics.filter((item) => item.source === DIAGNOSTIC_SOURCE);
		const hasFindings = ownDiagnostics.length > 0;
		const tokens = await (hasFindings
			? readDocumentTokens(document, this.services)
			: findReferencedTokens(document.getText(), this.services.sources));
		const findings = hasFindings ? findDocumentFindings(document, tokens, this.services) : [];
		const reported = ownDiagnostics.flatMap((diagnostic) => {
			const finding = findings.find((item) => item.kind === diagnostic.code && toRange(document, item).isEqual(diagnostic.range));
			return finding ? [{ finding, diagnostic }] : [];
		});
		const fixes = await Promise.all(
			reported.map(async ({ finding, diagnostic }) => {
				const keyReplacement = finding.kind === 'plain-key' ? await findKeyReplacement(document, finding) : undefined;
				return listFixes(document, finding, keyReplacement).map((fix) => toCodeAction(fix, diagnostic));
			}),
		);
		return [
			...fixes.flat(),
			...(needsAuthorization(document, range.start) ? [toCodeAction(insertAuthorizationFix())] : []),
			...(canUseGateway(document, tokens) ? [toCodeAction(useGatewayFix(document.uri.toString()))] : []),
		];
	}
}

function listFixes(document: vscode.TextDocument, finding: Finding, keyReplacement: FixContext['keyReplacement']): readonly QuickFix[] {
	return fixesForFinding(finding, {
		uri: document.uri.toString(),
		file: fileOf(document),
		position: document.positionAt(finding.start),
		keyReplacement,
	});
}

/** Returns whether the position is in a request that could have an Authorization header but doesn't. */
function needsAuthorization(document: vscode.TextDocument, position: vscode.Position): boolean {
	const kind = requestFileKind(document);
	const text = document.getText();
	const request = kind && findRequestAtOffset(text, kind, document.offsetAt(position));
	return request !== undefined && request.kind !== 'broker' && !hasAuthorization(text, request);
}
