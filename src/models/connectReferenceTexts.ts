import * as l10n from '@vscode/l10n';
import { maskApiKey } from '../domain/apiKey';
import type { KeyForm } from '../domain/connectReference';
import type { ConnectReferenceFinding } from '../domain/connectReferenceFinding';
import { isUsable } from '../domain/token';
import type { SourceToken } from '../domain/tokenSources';
import { fixesForFinding, type FixContext, type QuickFix } from './findingFixes';
import { FINDING_SEVERITIES, findingText, type FindingSeverity } from './findingTexts';
import { escapeLabel } from './localization';
import { commandIds } from './manifestIds';

/** Returns the severity of a finding's diagnostic. */
export function connectFindingSeverity({ kind }: ConnectReferenceFinding): FindingSeverity {
	switch (kind) {
		case 'malformed-reference':
		case 'unknown-account':
			return 'error';
		case 'unquoted-form':
			return 'warning';
		default:
			return FINDING_SEVERITIES[kind];
	}
}

/** Says what the problem with a reference outside of request files is, and what to do about it. */
export function connectFindingText(finding: ConnectReferenceFinding): string {
	switch (finding.kind) {
		case 'unknown-token':
			return l10n.t(
				"Token {0} wasn't found, so this reference provides no API key. Reference another token or import its key.",
				finding.tokenId,
			);
		case 'unknown-account':
			return l10n.t(
				"Account {0} wasn't found, so this reference provides no API key. Add the account or reference another token.",
				finding.sourceId,
			);
		case 'disabled':
			return l10n.t(
				'Token “{0}” is disabled, so this reference provides no API key. Enable the token.',
				escapeLabel(finding.sourceToken.token.name),
			);
		case 'expired':
			if (finding.sourceToken.token.lease) {
				return l10n.t(
					'The lease “{0}” has ended, so this reference provides no API key. Reference another token.',
					escapeLabel(finding.sourceToken.token.name),
				);
			}
			return l10n.t(
				'Token “{0}” has expired, so this reference provides no API key. Rotate the token.',
				escapeLabel(finding.sourceToken.token.name),
			);
		case 'expiring':
			return findingText(finding);
		case 'malformed-reference':
			return l10n.t(
				'Invalid token reference. Expected format: {0}, optionally with {1} or {2} at the end.',
				'connect://SU-000-000-000',
				'#credential',
				'#secret',
			);
		case 'unquoted-form':
			return l10n.t('Other programs may read the text from # on as a comment because the value has no quotes. Add quotes.');
	}
}

/**
 * Returns the quick fixes that run a command, the most useful first. Quotes are added by an edit.
 * @param context of the finding
 */
export function fixesForConnectFinding(finding: ConnectReferenceFinding, context: FixContext): readonly QuickFix[] {
	switch (finding.kind) {
		case 'unquoted-form':
			return [];
		case 'malformed-reference':
			// The range is that of the reference, as it is for a token that doesn't exist.
			return fixesForFinding({ ...finding, kind: 'unknown-token', tokenId: '' }, context);
		case 'unknown-account':
			return [
				{ title: l10n.t('Add Connect Account'), command: commandIds.addAccount, isPreferred: true },
				...fixesForFinding({ ...finding, kind: 'unknown-token', tokenId: '' }, context),
			];
		default:
			return fixesForFinding(finding, context);
	}
}

/** Title of the quick fix that adds quotes to a value. */
export function addQuotesTitle(): string {
	return l10n.t('Add quotes');
}

/** Says what a reference stands for, without the secret. */
export function keyFormText(form: KeyForm, tokenId: string): string {
	switch (form) {
		case 'authorization':
			return l10n.t('Stands for the value of the Authorization header: {0}', maskApiKey(tokenId));
		case 'credential':
			return l10n.t('Stands for the API key without its scheme: {0}', maskApiKey(tokenId).replace(/^ApiKey /, ''));
		case 'secret':
			return l10n.t('Stands for the secret: the 40 characters after the colon of the API key');
	}
}

/** A form in the list of completions. */
export function keyFormDescription(form: KeyForm): string {
	return { authorization: 'ApiKey SU-…:…', credential: 'SU-…:…', secret: l10n.t('40 characters') }[form];
}

/** Why a reference provides no API key; undefined if it does. */
export function missingReferenceKeyReason(sourceToken: SourceToken | undefined, tokenId: string, isTrusted: boolean): string | undefined {
	if (!sourceToken) {
		return l10n.t("Token {0} wasn't found, so this reference provides no API key.", tokenId);
	}
	if (!isUsable(sourceToken.token)) {
		return l10n.t('This reference provides no API key because the token is disabled or expired.');
	}
	return isTrusted ? undefined : l10n.t("This reference provides no API key because this workspace isn't trusted.");
}
