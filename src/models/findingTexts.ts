import * as l10n from '@vscode/l10n';
import { escapeLabel, localizeProblem } from './localization';
import { foreignHostText, unknownHostText, withheldKeyProblem, wrongRecipientProblem } from './tokenHostTexts';
import { ALL_MODULES } from '../domain/catalog';
import type { Finding } from '../domain/finding';
import type { Token } from '../domain/token';
import type { HostVerdict } from '../domain/tokenHosts';

/** Severity of a finding's diagnostic. */
export type FindingSeverity = 'error' | 'warning' | 'information';

export const FINDING_SEVERITIES: Readonly<Record<Finding['kind'], FindingSeverity>> = {
	'plain-key': 'warning',
	'unknown-token': 'error',
	disabled: 'error',
	expired: 'error',
	expiring: 'information',
	'foreign-host': 'error',
	'unknown-host': 'error',
	'gateway-only': 'error',
	'account-only': 'error',
	'not-covered': 'warning',
	'read-only': 'warning',
};

/** Says what the problem is, and what to do about it. */
export function findingText(finding: Finding): string {
	switch (finding.kind) {
		case 'plain-key':
			return finding.sourceToken
				? l10n.t(
						'Plain-text API key for token “{0}”. Remove it from this file, and rotate the token if the key might have been exposed.',
						escapeLabel(finding.sourceToken.token.name),
					)
				: l10n.t('Plain-text API key. Remove it from this file, and rotate its token if the key might have been exposed.');
		case 'unknown-token':
			return l10n.t(
				"Token {0} wasn't found, so the request will be sent without an API key. Reference another token or import its key.",
				finding.tokenId,
			);
		case 'disabled':
			return l10n.t(
				'Token “{0}” is disabled, so the request will be sent without an API key. Enable the token.',
				escapeLabel(finding.sourceToken.token.name),
			);
		case 'expired':
			if (finding.sourceToken.token.lease) {
				return l10n.t(
					'The lease “{0}” has ended, so the request will be sent without an API key. Reference another token.',
					escapeLabel(finding.sourceToken.token.name),
				);
			}
			return l10n.t(
				'Token “{0}” has expired, so the request will be sent without an API key. Rotate the token.',
				escapeLabel(finding.sourceToken.token.name),
			);
		case 'expiring':
			return l10n.t('Token “{0}” expires soon. Renew it.', escapeLabel(finding.sourceToken.token.name));
		case 'foreign-host':
			return (
				withheldLeaseText(finding.sourceToken.token, { ...finding, kind: 'foreign' }) ??
				`${foreignHostText(finding.sourceToken.token, finding.host)} ${l10n.t(
					'The request is sent without the key until you allow this host for the token.',
				)}`
			);
		case 'unknown-host':
			return (
				withheldLeaseText(finding.sourceToken.token, { kind: 'unknown' }) ??
				`${unknownHostText(finding.sourceToken.token)} ${l10n.t(
					'The request is sent without the key until you allow the token for this file.',
				)}`
			);
		case 'gateway-only':
		case 'account-only':
			return localizeProblem(wrongRecipientProblem(finding.sourceToken, finding.recipient, finding.host));
		case 'read-only':
			return finding.modules.includes(ALL_MODULES)
				? l10n.t(
						"Token “{0}” has read-only access, so this request will be denied. Edit the token's permissions or reference another token.",
						escapeLabel(finding.sourceToken.token.name),
					)
				: l10n.t(
						"Token “{0}” has read-only access to module {1}, so this request will be denied. Edit the token's permissions or reference another token.",
						escapeLabel(finding.sourceToken.token.name),
						finding.modules.map((id) => finding.sourceToken.source.getModuleName(id)).join(' / '),
					);
		case 'not-covered':
			return finding.modules.length > 0
				? l10n.t(
						"Token “{0}” doesn't have access to module {1}, so this request will be denied. Edit the token's permissions or reference another token.",
						escapeLabel(finding.sourceToken.token.name),
						finding.modules.map((id) => finding.sourceToken.source.getModuleName(id)).join(' / '),
					)
				: l10n.t(
						"This path isn't covered by any module. Only tokens with access to all modules can make this request, and “{0}” doesn't have it.",
						escapeLabel(finding.sourceToken.token.name),
					);
	}
}

/** Why a lease's key isn't sent to a host, which the user can't change; undefined for any other token. */
function withheldLeaseText(token: Token, verdict: HostVerdict): string | undefined {
	const withheld = token.lease && withheldKeyProblem(token, verdict);
	return withheld && localizeProblem(withheld);
}

/** Text of a finding in a file that wasn't opened: says in addition whether Git tracks the file. */
export function searchFindingText(finding: Finding, isTracked: boolean): string {
	return isTracked ? `${l10n.t('This file is tracked by Git.')} ${findingText(finding)}` : findingText(finding);
}

/** Result of a search for plain-text keys. */
export interface SearchSummary {
	readonly keyCount: number;
	/** Number of files that contain keys. */
	readonly fileCount: number;
	/** How many of those files Git tracks. */
	readonly trackedFileCount: number;
	/** Whether all files were searched: false if the user canceled the search. */
	readonly isComplete: boolean;
}

/** Summarizes a search, and says what to do if Git tracks any of the keys. */
export function searchSummaryText({ keyCount, fileCount, trackedFileCount, isComplete }: SearchSummary): string {
	if (keyCount === 0) {
		return isComplete
			? l10n.t('No plain-text API keys found in this workspace.')
			: l10n.t('Search canceled. No plain-text API keys found so far.');
	}
	return trackedFileCount === 0 ? foundText(keyCount, fileCount) : foundTrackedText(keyCount, fileCount, trackedFileCount);
}

function foundText(keyCount: number, fileCount: number): string {
	if (keyCount === 1) {
		return l10n.t('Found 1 API key in 1 file.');
	}
	return fileCount === 1
		? l10n.t('Found {0} API keys in 1 file.', keyCount)
		: l10n.t('Found {0} API keys in {1} files.', keyCount, fileCount);
}

function foundTrackedText(keyCount: number, fileCount: number, trackedFileCount: number): string {
	if (keyCount === 1) {
		return l10n.t(
			'Found 1 API key in 1 file, which is tracked by Git. Anyone with access to the repository can read the key. Rotate the affected token.',
		);
	}
	if (fileCount === 1) {
		return l10n.t(
			'Found {0} API keys in 1 file, which is tracked by Git. Anyone with access to the repository can read the keys. Rotate the affected tokens.',
			keyCount,
		);
	}
	return trackedFileCount === 1
		? l10n.t(
				'Found {0} API keys in {1} files. 1 of these files is tracked by Git, so anyone with access to the repository can read the keys. Rotate the affected tokens.',
				keyCount,
				fileCount,
			)
		: l10n.t(
				'Found {0} API keys in {1} files. {2} of these files are tracked by Git, so anyone with access to the repository can read the keys. Rotate the affected tokens.',
				keyCount,
				fileCount,
				trackedFileCount,
			);
}
