import * as l10n from '@vscode/l10n';
import type { KeyGrant } from '../broker/keyRequest';
import type { Allowance, AllowedHosts, TokenKey } from '../domain/allowedHosts';
import { formatOrigin, isConfidential } from '../domain/origins';
import type { SourceToken } from '../domain/tokenSources';
import { requesterText } from './keyQuestion';
import { escapeLabel } from './localization';
import type { PickHeading, PickItem } from './pickItems';
import type { ExposeKeys } from './settings';
import { sourceLabel } from './sourceTexts';

/** A token whose key request clients can read now, and why. */
export interface KeyExposure extends SourceToken {
	/** URIs of visible files with requests that use it. */
	readonly files: readonly string[];
	/** Whether *Send Request as Token* is sending a request with it. */
	readonly isSending: boolean;
}

/** Everything that can get tokens' keys now, and what decides that. */
export interface KeyAccess {
	readonly exposures: readonly KeyExposure[];
	readonly hosts: AllowedHosts;
	readonly grants: { readonly session: readonly KeyGrant[]; readonly always: readonly KeyGrant[] };
	/** The tokens whose names are known. */
	readonly tokens: readonly SourceToken[];
	readonly exposeKeys: ExposeKeys;
	readonly isTrusted: boolean;
	/** Returns the name of the file with a URI, relative to the workspace. */
	readonly formatFile: (uri: string) => string;
}

/** What an item stands for. */
export interface KeyAccessTarget {
	readonly token: TokenKey;
	/** A host or file that the user can revoke. */
	readonly allowance?: Allowance;
	/** A requester that the user can revoke. */
	readonly grant?: KeyGrant;
}

type AllowanceTarget = KeyAccessTarget & { readonly allowance: Allowance };

/** An item of *Manage Key Access*. Its value is undefined if it only says that there's nothing. */
export type KeyAccessItem = PickItem<KeyAccessTarget | undefined>;

/** Lists exposed keys, allowed hosts, and allowed files, under a heading each. Where there's nothing, an item says what would appear there. */
export function createKeyAccessItems(access: KeyAccess): readonly (KeyAccessItem | PickHeading)[] {
	const allowances = listAllowances(access.hosts);
	return [
		...createGroup(
			l10n.t('Exposed now'),
			access.exposures.map((exposure) => exposureItem(exposure, access)),
			l10n.t('No API keys are exposed'),
			notExposedText(access),
		),
		...createGroup(
			l10n.t('Allowed requesters'),
			[
				...access.grants.always.map((grant) => grantItem(grant, l10n.t('Always allowed in this workspace'), access)),
				...access.grants.session.map((grant) => grantItem(grant, sessionText(grant), access)),
			],
			l10n.t('No requesters are allowed'),
			l10n.t('Programs, tasks, and extensions are asked about when they need a key.'),
		),
		...createGroup(
			l10n.t('Allowed hosts'),
			allowances.filter(({ allowance }) => 'origin' in allowance).map((target) => allowanceItem(target, access)),
			l10n.t('No other hosts are allowed'),
			l10n.t('To add one, use the quick fix “Allow This Host for the Token”.'),
		),
		...createGroup(
			l10n.t('Allowed files'),
			allowances.filter(({ allowance }) => 'file' in allowance).map((target) => allowanceItem(target, access)),
			l10n.t('No files are allowed'),
			l10n.t('For an unknown host, use the quick fix “Allow for This File”.'),
		),
	];
}

function createGroup(
	heading: string,
	items: readonly KeyAccessItem[],
	emptyLabel: string,
	emptyDetail: string,
): readonly (KeyAccessItem | PickHeading)[] {
	const emptyItem: KeyAccessItem = { value: undefined, label: emptyLabel, description: '', detail: emptyDetail, icon: ['info'] };
	return [{ heading }, ...(items.length > 0 ? items : [emptyItem])];
}

function listAllowances(hosts: AllowedHosts): readonly AllowanceTarget[] {
	return Object.entries(hosts).flatMap(([sourceId, tokens]) =>
		Object.entries(tokens).flatMap(([tokenId, { origins, files }]) =>
			[...origins.map((origin) => ({ origin })), ...files.map((file) => ({ file }))].map((allowance) => ({
				token: { sourceId, tokenId },
				allowance,
			})),
		),
	);
}

function exposureItem(exposure: KeyExposure, { formatFile }: KeyAccess): KeyAccessItem {
	const { source, token, files, isSending } = exposure;
	const fileNames = files.map((file) => escapeLabel(formatFile(file))).join(', ');
	const reasons = [
		...(files.length > 0 ? [l10n.t('Used by visible requests in {0}', fileNames)] : []),
		...(isSending ? [l10n.t('Used by a request that is being sent')] : []),
	];
	return {
		value: { token: { sourceId: source.id, tokenId: token.id } },
		label: escapeLabel(token.name),
		description: [token.id, ...accountNames(exposure)].join(' · '),
		detail: reasons.join(' · '),
		icon: ['key'],
	};
}

function allowanceItem(value: AllowanceTarget, { tokens, formatFile }: KeyAccess): KeyAccessItem {
	const { token, allowance } = value;
	const isPlain = 'origin' in allowance && !isConfidential(allowance.origin);
	return {
		value,
		label: escapeLabel('origin' in allowance ? formatOrigin(allowance.origin) : formatFile(allowance.file)),
		description: [...tokenNames(token, tokens), ...(isPlain ? [l10n.t('Not encrypted')] : [])].join(' · '),
		icon: ['origin' in allowance ? 'globe' : 'file'],
	};
}

function grantItem(grant: KeyGrant, duration: string, { tokens }: KeyAccess): KeyAccessItem {
	const token = { sourceId: grant.sourceId, tokenId: grant.tokenId };
	return {
		value: { token, grant },
		label: capitalize(requesterText(grant.requester)),
		description: '',
		// A requester's path can take the whole first line.
		detail: [...tokenNames(token, tokens), duration].join(' · '),
		icon: ['key'],
	};
}

/** A terminal ends before the window. */
function sessionText({ requester }: KeyGrant): string {
	return requester.kind === 'commandLine' ? l10n.t('Allowed in a terminal') : l10n.t('Allowed in this window');
}

function capitalize(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

/** An account may have been removed, or not be loaded yet. */
function tokenNames({ sourceId, tokenId }: TokenKey, tokens: readonly SourceToken[]): readonly string[] {
	const found = tokens.find(({ source, token }) => source.id === sourceId && token.id === tokenId);
	return found ? [escapeLabel(found.token.name), tokenId, ...accountNames(found)] : [tokenId, sourceId];
}

function accountNames({ source }: SourceToken): readonly string[] {
	return source.remote ? [sourceLabel(source)] : [];
}

/** Why no key is exposed, or when one is. A quick pick shows about 70 characters. */
function notExposedText({ exposeKeys, isTrusted }: KeyAccess): string {
	if (!isTrusted) {
		return l10n.t('API keys are exposed only in trusted workspaces.');
	}
	switch (exposeKeys) {
		case 'never':
			return l10n.t('The setting {0} is “never”.', 'connectTokens.http.exposeKeys');
		case 'onSend':
			return l10n.t('Keys are exposed only while “Send Request as Token” sends a request.');
		case 'whileVisible':
			return l10n.t('A key is exposed while an editor shows a request that uses it.');
	}
}
