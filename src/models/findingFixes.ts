import * as l10n from '@vscode/l10n';
import type { Allowance } from '../domain/allowedHosts';
import type { Finding } from '../domain/finding';
import { getAvailableActions, type TokenAction } from '../domain/tokenLifecycle';
import type { SourceToken } from '../domain/tokenSources';
import { escapeLabel } from './localization';
import { commandIds } from './manifestIds';

/** An entry of the light bulb menu that runs a command. */
export interface QuickFix {
	readonly title: string;
	readonly command: string;
	readonly argument?: object;
	readonly isPreferred?: boolean;
}

/** The context of a finding that its fixes depend on. */
export interface FixContext {
	/** The document's URI. */
	readonly uri: string;
	/** URI of the file that is allowed for a token: the document's, or that of the notebook it's a part of. */
	readonly file: string;
	/** Zero-based position where the finding starts. */
	readonly position: { readonly line: number; readonly character: number };
	/** What can replace a plain-text key: in a program, an environment variable; undefined if nothing can. */
	readonly keyReplacement: 'reference' | 'environmentVariable' | undefined;
}

/** Files in which VS Code and other programs look for MCP servers. */
const MCP_FILE = /\/\.(?:vscode\/)?mcp\.json$/;

/** Returns the quick fixes for a finding, the most useful first. */
export function fixesForFinding(finding: Finding, context: FixContext): readonly QuickFix[] {
	switch (finding.kind) {
		case 'plain-key':
			return plainKeyFixes(finding, context);
		case 'unknown-token':
			return [changeReferenceFix(context)];
		case 'disabled':
			return [...tokenActionFixes(finding.sourceToken, 'enable'), changeReferenceFix(context)];
		case 'expired':
			return [...(finding.sourceToken.token.lease ? [] : tokenActionFixes(finding.sourceToken, 'rotate')), changeReferenceFix(context)];
		case 'expiring':
			return [...tokenActionFixes(finding.sourceToken, 'renew'), ...tokenActionFixes(finding.sourceToken, 'rotate')];
		case 'foreign-host':
			return finding.sourceToken.token.lease
				? [changeHostFix(finding.sourceToken, context.uri, finding.origin)]
				: [allowHostFix(finding.sourceToken, { origin: finding.origin })];
		case 'unknown-host':
			return finding.sourceToken.token.lease ? [] : [allowHostFix(finding.sourceToken, { file: context.file })];
		case 'gateway-only':
		case 'account-only':
			return wrongRecipientFixes(finding, context);
		case 'not-covered':
		case 'read-only':
			return [...tokenActionFixes(finding.sourceToken, 'edit'), replaceAuthorizationFix()];
	}
}

/** Returns the fix for a request without an Authorization header. */
export function insertAuthorizationFix(): QuickFix {
	return { title: l10n.t('Insert Authorization Header'), command: commandIds.insertAuthorization };
}

/** Returns the fix that sends a file's requests to an account through the gateway instead. */
export function useGatewayFix(uri: string): QuickFix {
	return { title: l10n.t('Use Gateway and Workspace Token in This File'), command: commandIds.useGatewayInFile, argument: { uri } };
}

/** Returns the fix that sends a file's requests with the token to where it's valid instead of to `origin`. */
export function changeHostFix({ source, token }: SourceToken, uri: string, origin: string): QuickFix {
	return {
		title: source.remote ? l10n.t('Send to the Account') : l10n.t('Send Through the Gateway'),
		command: commandIds.changeRequestHost,
		argument: { uri, tokenId: token.id, sourceId: source.id, origin },
		isPreferred: true,
	};
}

/** Returns the fix that allows a host for the token, or requests of a file whose host can't be determined. */
export function allowHostFix({ source, token }: SourceToken, allowance: Allowance): QuickFix {
	return {
		title: 'origin' in allowance ? l10n.t('Allow This Host for the Token') : l10n.t('Allow for This File'),
		command: commandIds.allowHost,
		argument: { tokenId: token.id, sourceId: source.id, ...allowance },
	};
}

/** To send the request to where the token is valid, or to use a token that's valid where the request is sent. */
function wrongRecipientFixes(
	{ sourceToken, origin, recipient }: Extract<Finding, { kind: 'gateway-only' | 'account-only' }>,
	{ uri, position: { line, character } }: FixContext,
): readonly QuickFix[] {
	return [
		changeHostFix(sourceToken, uri, origin),
		{
			title: recipient === 'gateway' ? l10n.t('Use a Workspace Token') : l10n.t('Use an Account Token'),
			command: commandIds.changeRequestToken,
			argument: { uri, line, character, origin },
		},
		// The key of an imported token can be valid there, too. The gateway needs no permission.
		...(recipient === 'gateway' || sourceToken.token.lease ? [] : [allowHostFix(sourceToken, { origin })]),
	];
}

function plainKeyFixes(
	{ start, sourceToken }: Extract<Finding, { kind: 'plain-key' }>,
	{ uri, keyReplacement }: FixContext,
): readonly QuickFix[] {
	// What reads such a file doesn't know references.
	const definesMcpServers = MCP_FILE.test(uri);
	return [
		...(definesMcpServers
			? [{ title: l10n.t('Use Gateway for MCP Servers…'), command: commandIds.useGatewayForMcpServers, isPreferred: true }]
			: []),
		...(keyReplacement
			? [
					{
						title: replacementTitle(keyReplacement, sourceToken !== undefined),
						command: commandIds.replaceKey,
						argument: { uri, start },
						isPreferred: !definesMcpServers,
					},
				]
			: []),
		...(sourceToken ? tokenActionFixes(sourceToken, 'rotate') : []),
	];
}

function replacementTitle(replacement: 'reference' | 'environmentVariable', isKnownToken: boolean): string {
	if (replacement === 'environmentVariable') {
		return l10n.t('Replace with environment variable CONNECT_API_KEY');
	}
	return isKnownToken ? l10n.t('Replace with reference') : l10n.t('Import API key and replace with reference');
}

/** Returns the fix that runs the action, if the token's status allows it. */
function tokenActionFixes(
	{ source, token }: SourceToken,
	action: Extract<TokenAction, 'enable' | 'rotate' | 'renew' | 'edit'>,
): readonly QuickFix[] {
	const name = escapeLabel(token.name);
	const fixes = {
		enable: { title: l10n.t('Enable token “{0}”', name), command: commandIds.enableToken, isPreferred: true },
		rotate: { title: l10n.t('Rotate token “{0}”', name), command: commandIds.rotateToken },
		renew: { title: l10n.t('Renew token “{0}”', name), command: commandIds.renewToken, isPreferred: true },
		edit: { title: l10n.t('Edit token “{0}”', name), command: commandIds.editToken },
	};
	return getAvailableActions(token).includes(action) ? [{ ...fixes[action], argument: { tokenId: token.id, sourceId: source.id } }] : [];
}

/** Changes the reference itself, which may be in a variable or in any header. */
function changeReferenceFix({ uri, position: { line, character } }: FixContext): QuickFix {
	return { title: l10n.t('Change referenced token'), command: commandIds.replaceReference, argument: { uri, line, character } };
}

/** Changes the request at the cursor, because its reference may be somewhere else. */
function replaceAuthorizationFix(): QuickFix {
	return { title: l10n.t('Change referenced token'), command: commandIds.insertAuthorization, argument: { form: 'reference' } };
}
