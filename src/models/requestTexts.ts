import * as l10n from '@vscode/l10n';
import { ALL_MODULES } from '../domain/catalog';
import type { DenialReason } from '../domain/loggedRequest';
import { getLanguage } from './localization';
import { quotableName } from './quotableName';

/** Says in a few words why a request was denied. */
export function denialLabel(reason: DenialReason, getModuleName: (id: string) => string): string {
	switch (reason.kind) {
		case 'invalidKey':
			return l10n.t('invalid API key');
		case 'disabled':
			return l10n.t('token disabled');
		case 'expired':
			return reason.isPreviousKey ? l10n.t('previous key expired') : l10n.t('token expired');
		case 'missingModule':
			return l10n.t('no access to {0}', moduleNames(reason.modules, getModuleName));
		case 'readOnly':
			return l10n.t('read-only');
		case 'noModule':
			return l10n.t('no module covers the path');
		case 'ambiguousPath':
			return l10n.t('ambiguous path');
		case 'pathTraversal':
			return l10n.t('path traversal');
		case 'limit':
			return reason.limit === 'rate' ? l10n.t('rate reached') : l10n.t('total reached');
		case 'approval':
			return reason.outcome === 'denied' ? l10n.t('denied by you') : l10n.t('not approved');
		case 'hostNotAllowed':
			return l10n.t('host not allowed');
		case 'originNotAllowed':
			return l10n.t('origin not allowed');
		case 'storeUnavailable':
			return l10n.t('tokens unavailable');
		case 'noUpstream':
			return l10n.t('no upstream');
		case 'upstream':
			return l10n.t('no response from the upstream');
		case 'invalidRequest':
			return l10n.t('invalid request');
	}
}

/** Says why a request was denied, and what to do about it. */
export function denialText(reason: DenialReason, getModuleName: (id: string) => string): string {
	switch (reason.kind) {
		case 'invalidKey':
			return l10n.t("The API key is missing or isn't valid. Copy the token's current key, or rotate the token.");
		case 'disabled':
			return l10n.t('The token is disabled. Enable it to allow the request.');
		case 'expired':
			return reason.isPreviousKey
				? l10n.t('The key from before the renewal has expired. Use the current key.')
				: l10n.t('The token has expired. Rotate it and use the new key.');
		case 'missingModule':
			return l10n.t("The token doesn't have access to {0}. Add the module to its permissions.", moduleNames(reason.modules, getModuleName));
		case 'readOnly':
			return reason.modules.includes(ALL_MODULES)
				? l10n.t('The token is only allowed to read. Edit its permissions to allow writing.')
				: l10n.t(
						'The token is only allowed to read {0}. Edit its permissions to allow writing.',
						moduleNames(reason.modules, getModuleName),
					);
		case 'noModule':
			return l10n.t('No module covers this path, so only tokens with access to all modules can use it.');
		case 'ambiguousPath':
			return l10n.t(
				'The path is ambiguous, so only tokens with access to all modules can use it. Use the casing from the API documentation, and remove empty segments and unnecessary escapes.',
			);
		case 'pathTraversal':
			return l10n.t('The path contains dot segments or line breaks (plain or encoded). Remove them.');
		case 'limit':
			return reason.limit === 'rate'
				? l10n.t('The token has made as many requests as its rate allows. Try again later, or change its limits.')
				: l10n.t('The token has made as many requests as it may in total. Change its limits to allow more.');
		case 'approval':
			return approvalText(reason.outcome);
		case 'hostNotAllowed':
			return l10n.t(
				"The host “{0}” isn't allowed. If you trust it, add it to connectTokens.gateway.allowedHosts.",
				quotableName(reason.host),
			);
		case 'originNotAllowed':
			return l10n.t(
				"Pages of “{0}” aren't allowed to call the gateway. If you trust them, add the origin to connectTokens.gateway.allowedOrigins.",
				quotableName(reason.origin),
			);
		case 'storeUnavailable':
			return l10n.t("The tokens can't be read. See the Tokens view for details.");
		case 'noUpstream':
			return l10n.t('WebSockets require an upstream. Set one in connectTokens.gateway.upstream.');
		case 'upstream':
			return l10n.t(
				"The gateway couldn't get a response from the upstream ({0}). Make sure it's running and reachable.",
				quotableName(reason.code),
			);
		case 'invalidRequest':
			return l10n.t("The request isn't valid, or can't be forwarded. The response says why.");
	}
}

function approvalText(outcome: Extract<DenialReason, { kind: 'approval' }>['outcome']): string {
	switch (outcome) {
		case 'denied':
			return l10n.t('You denied the request.');
		case 'timeout':
			return l10n.t("The request wasn't approved in time. Send it again and answer the question.");
		case 'unavailable':
			return l10n.t('No window could ask for approval. Send the request again while a window is open.');
	}
}

function moduleNames(ids: readonly string[], getModuleName: (id: string) => string): string {
	const names = ids.map((id) => `“${quotableName(getModuleName(id))}”`);
	return new Intl.ListFormat(getLanguage(), { type: 'disjunction' }).format(names);
}
