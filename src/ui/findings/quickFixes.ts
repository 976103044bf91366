import * as vscode from 'vscode';
import type { TokenAction } from '../../domain/lifecycle';
import { allowedActions } from '../../domain/lifecycle';
import type { GatewayState } from '../../domain/ports';
import type { SourceToken, TokenSources } from '../../domain/sources';
import { hasAuthorization } from '../../http/authorization';
import { requestInFile, requestInMarkdown } from '../../http/requestFile';
import { refTo } from '../commands/pickToken';
import { commands } from '../ids';
import { verbatim } from '../messages';
import { holdsRequests, isRequestFile } from '../requestFiles/documents';
import { tokensNamedIn } from '../requestFiles/variables';
import { documentFindings, rangeOf } from './documentFindings';
import type { Finding } from './findings';
import { environmentLiteral, type KeyPlace } from './replaceKey';
import { SOURCE } from './texts';

/** Offers what can be done about the findings at the cursor. */
export class QuickFixes implements vscode.CodeActionProvider {
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
		const ours = diagnostics.filter((one) => one.source === SOURCE);
		const tokens = ours.length > 0 ? await tokensNamedIn(document.getText(), this.sources) : [];
		const findings = ours.length > 0 ? documentFindings(document, tokens, this.sources, this.gateway.url) : [];
		const fixes = ours.flatMap((diagnostic) => {
			const finding = findings.find((one) => one.kind === diagnostic.code && rangeOf(document, one).isEqual(diagnostic.range));
			return finding ? fixesOf(document, finding).map((fix) => fixOf(fix, diagnostic)) : [];
		});
		return [...fixes, ...insertion(document, range)];
	}
}

interface Fix {
	readonly title: string;
	readonly command: string;
	readonly argument: unknown;
	readonly isPreferred?: boolean;
}

function fixesOf(document: vscode.TextDocument, finding: Finding): readonly Fix[] {
	switch (finding.kind) {
		case 'plain-key':
			return keyFixes(document, finding);
		case 'unknown-token':
			return [another(document, finding)];
		case 'disabled':
			return [...actionOn(finding.found, 'enable'), another(document, finding)];
		case 'expired':
			return [...actionOn(finding.found, 'rotate'), another(document, finding)];
		case 'expiring':
			return [...actionOn(finding.found, 'renew'), ...actionOn(finding.found, 'rotate')];
		case 'not-covered':
			return [...actionOn(finding.found, 'edit'), anotherHeader()];
	}
}

function keyFixes(
	document: vscode.TextDocument,
	{ start, tokenId, found, ...rest }: Extract<Finding, { kind: 'plain-key' }>,
): readonly Fix[] {
	const place: KeyPlace = { uri: document.uri.toString(), start };
	const fixes: Fix[] = [];
	if (tokenId !== undefined && (holdsRequests(document) || environmentLiteral(document, { start, end: rest.end }))) {
		const title = holdsRequests(document)
			? found
				? vscode.l10n.t('Replace by a reference')
				: vscode.l10n.t('Import the key and replace it by a reference')
			: vscode.l10n.t('Replace by the environment variable CONNECT_API_KEY');
		fixes.push({ title, command: commands.replaceKey, argument: place, isPreferred: true });
	}
	return [...fixes, ...(found ? actionOn(found, 'rotate') : [])];
}

/** The token's own action, where its status allows it. */
function actionOn(found: SourceToken, action: TokenAction): readonly Fix[] {
	const { token } = found;
	const fixes: Partial<Record<TokenAction, Omit<Fix, 'argument'>>> = {
		enable: { title: vscode.l10n.t('Enable the token “{0}”', verbatim(token.name)), command: commands.enableToken, isPreferred: true },
		rotate: { title: vscode.l10n.t('Rotate the token “{0}”', verbatim(token.name)), command: commands.rotateToken },
		renew: { title: vscode.l10n.t('Renew the token “{0}”', verbatim(token.name)), command: commands.renewToken, isPreferred: true },
		edit: { title: vscode.l10n.t('Edit the token “{0}”', verbatim(token.name)), command: commands.editToken },
	};
	const fix = fixes[action];
	return fix && allowedActions(token).includes(action) ? [{ ...fix, argument: refTo(found) }] : [];
}

/** For the reference itself, which may stand in a variable or in another header. */
function another(document: vscode.TextDocument, { start }: Finding): Fix {
	const { line, character } = document.positionAt(start);
	const argument = { uri: document.uri.toString(), line, character };
	return { title: vscode.l10n.t('Choose another token'), command: commands.replaceReference, argument };
}

/** For the request at the cursor, whose reference may stand somewhere else. */
function anotherHeader(): Fix {
	return { title: vscode.l10n.t('Choose another token'), command: commands.insertAuthorization, argument: { form: 'reference' } };
}

function fixOf({ title, command, argument, isPreferred = false }: Fix, diagnostic: vscode.Diagnostic): vscode.CodeAction {
	const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
	action.command = { command, title, arguments: [argument] };
	action.diagnostics = [diagnostic];
	action.isPreferred = isPreferred;
	return action;
}

/** A header for the request at the cursor that has none. */
function insertion(document: vscode.TextDocument, { start }: vscode.Range): readonly vscode.CodeAction[] {
	if (!holdsRequests(document)) {
		return [];
	}
	const text = document.getText();
	const request = (isRequestFile(document) ? requestInFile : requestInMarkdown)(text, document.offsetAt(start));
	if (!request || request.kind === 'broker' || hasAuthorization(text, request)) {
		return [];
	}
	const title = vscode.l10n.t('Insert Authorization Header');
	const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
	action.command = { command: commands.insertAuthorization, title };
	return [action];
}
