import * as vscode from 'vscode';
import type { TokenAction } from '../../domain/tokenLifecycle';
import { getAvailableActions } from '../../domain/tokenLifecycle';
import type { GatewayState } from '../../domain/ports';
import type { SourceToken, TokenSources } from '../../domain/tokenSources';
import { hasAuthorization } from '../../requestFiles/authorizationEdits';
import { findRequestInFile, findRequestInMarkdown } from '../../requestFiles/requestFileParser';
import { toTokenRef } from '../commands/pickToken';
import { commandIds } from '../../models/manifestIds';
import { escapeLabel } from '../../models/localization';
import { canContainRequests, isRequestFile } from '../requestFiles/requestDocuments';
import { findReferencedTokens } from '../../requestFiles/tokenVariables';
import { findInDocument, toRange } from './documentFindings';
import type { Finding } from '../../domain/finding';
import { environmentLiteral, type PlainKeyLocation } from './replacePlainKey';
import { DIAGNOSTIC_SOURCE } from './toDiagnostic';

/** Offers what can be done about the findings at the cursor. */
export class QuickFixProvider implements vscode.CodeActionProvider {
	static readonly kinds = [vscode.CodeActionKind.QuickFix];

	constructor(
		private readonly sources: TokenSources,
		private readonly gateway: GatewayState,
	) {}

	async provideCodeActions(
		document: vscode.TextDocument,
		range: vscode.Range,
		{ diagnostics }: vscode.CodeActionContext,
	): Promise<vscode.CodeAction[]> {
		const ownDiagnostics = diagnostics.filter((item) => item.source === DIAGNOSTIC_SOURCE);
		const tokens = ownDiagnostics.length > 0 ? await findReferencedTokens(document.getText(), this.sources) : [];
		const findings = ownDiagnostics.length > 0 ? findInDocument(document, tokens, this.sources, this.gateway.url) : [];
		const fixes = ownDiagnostics.flatMap((diagnostic) => {
			const finding = findings.find((item) => item.kind === diagnostic.code && toRange(document, item).isEqual(diagnostic.range));
			return finding ? fixesForFinding(document, finding).map((fix) => toCodeAction(fix, diagnostic)) : [];
		});
		return [...fixes, ...insertAuthorizationActions(document, range)];
	}
}

interface QuickFix {
	readonly title: string;
	readonly command: string;
	readonly argument: unknown;
	readonly isPreferred?: boolean;
}

function fixesForFinding(document: vscode.TextDocument, finding: Finding): readonly QuickFix[] {
	switch (finding.kind) {
		case 'plain-key':
			return plainKeyFixes(document, finding);
		case 'unknown-token':
			return [chooseAnotherTokenFix(document, finding)];
		case 'disabled':
			return [...tokenActionFixes(finding.sourceToken, 'enable'), chooseAnotherTokenFix(document, finding)];
		case 'expired':
			return [...tokenActionFixes(finding.sourceToken, 'rotate'), chooseAnotherTokenFix(document, finding)];
		case 'expiring':
			return [...tokenActionFixes(finding.sourceToken, 'renew'), ...tokenActionFixes(finding.sourceToken, 'rotate')];
		case 'not-covered':
			return [...tokenActionFixes(finding.sourceToken, 'edit'), chooseAnotherTokenForRequestFix()];
	}
}

function plainKeyFixes(
	document: vscode.TextDocument,
	{ start, tokenId, sourceToken, ...rest }: Extract<Finding, { kind: 'plain-key' }>,
): readonly QuickFix[] {
	const location: PlainKeyLocation = { uri: document.uri.toString(), start };
	const fixes: QuickFix[] = [];
	if (tokenId !== undefined && (canContainRequests(document) || environmentLiteral(document, { start, end: rest.end }))) {
		const title = canContainRequests(document)
			? sourceToken
				? vscode.l10n.t('Replace with reference')
				: vscode.l10n.t('Import API key and replace with reference')
			: vscode.l10n.t('Replace with environment variable CONNECT_API_KEY');
		fixes.push({ title, command: commandIds.replaceKey, argument: location, isPreferred: true });
	}
	return [...fixes, ...(sourceToken ? tokenActionFixes(sourceToken, 'rotate') : [])];
}

/** The token's own action, where its status allows it. */
function tokenActionFixes(sourceToken: SourceToken, action: TokenAction): readonly QuickFix[] {
	const { token } = sourceToken;
	const fixes: Partial<Record<TokenAction, Omit<QuickFix, 'argument'>>> = {
		enable: { title: vscode.l10n.t('Enable token “{0}”', escapeLabel(token.name)), command: commandIds.enableToken, isPreferred: true },
		rotate: { title: vscode.l10n.t('Rotate token “{0}”', escapeLabel(token.name)), command: commandIds.rotateToken },
		renew: { title: vscode.l10n.t('Renew token “{0}”', escapeLabel(token.name)), command: commandIds.renewToken, isPreferred: true },
		edit: { title: vscode.l10n.t('Edit token “{0}”', escapeLabel(token.name)), command: commandIds.editToken },
	};
	const fix = fixes[action];
	return fix && getAvailableActions(token).includes(action) ? [{ ...fix, argument: toTokenRef(sourceToken) }] : [];
}

/** For the reference itself, which may stand in a variable or in another header. */
function chooseAnotherTokenFix(document: vscode.TextDocument, { start }: Finding): QuickFix {
	const { line, character } = document.positionAt(start);
	const argument = { uri: document.uri.toString(), line, character };
	return { title: vscode.l10n.t('Choose another token'), command: commandIds.replaceReference, argument };
}

/** For the request at the cursor, whose reference may stand somewhere else. */
function chooseAnotherTokenForRequestFix(): QuickFix {
	return { title: vscode.l10n.t('Choose another token'), command: commandIds.insertAuthorization, argument: { form: 'reference' } };
}

function toCodeAction({ title, command, argument, isPreferred = false }: QuickFix, diagnostic: vscode.Diagnostic): vscode.CodeAction {
	const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
	action.command = { command, title, arguments: [argument] };
	action.diagnostics = [diagnostic];
	action.isPreferred = isPreferred;
	return action;
}

/** A header for the request at the cursor that has none. */
function insertAuthorizationActions(document: vscode.TextDocument, { start }: vscode.Range): readonly vscode.CodeAction[] {
	if (!canContainRequests(document)) {
		return [];
	}
	const text = document.getText();
	const request = (isRequestFile(document) ? findRequestInFile : findRequestInMarkdown)(text, document.offsetAt(start));
	if (!request || request.kind === 'broker' || hasAuthorization(text, request)) {
		return [];
	}
	const title = vscode.l10n.t('Insert Authorization Header');
	const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
	action.command = { command: commandIds.insertAuthorization, title };
	return [action];
}
