import * as l10n from '@vscode/l10n';
import { formatConnectReference } from '../domain/connectReference';
import type { TokenLocator } from '../domain/tokenSources';
import type { FoundKey, Place, PlaceKind } from '../keysOnDisk/foundKey';
import type { ReadFailure, WriteFailure } from '../keysOnDisk/placeFile';
import { escapeLabel } from './localization';
import type { PickHeading, PickItem } from './pickItems';

/** What's known about the key that was found. */
export interface KeyState {
	/** The token that it belongs to; undefined if that's unknown. */
	readonly owner: (TokenLocator & { readonly name: string }) | undefined;
	/** Whether the token's current key can be read, so that a reference can provide it. */
	readonly isReadable: boolean;
	/** Whether it's the current key. */
	readonly isCurrent: boolean;
	/** Whether the account of CloudBlue's command line was added here, and whether it's signed in with a key of this token. */
	readonly account: 'unknown' | 'added' | 'sameKey';
}

/** What selecting a finding does. */
export type FindingAction = 'replace' | 'import' | 'addAccount' | 'removeAccount' | 'cleanHistory' | 'open';

/** The same key in a file, once or several times. */
export interface DiskFinding {
	readonly place: Place;
	/** At least one. All have the same token, secret, and remedy. */
	readonly keys: readonly FoundKey[];
	readonly isInvalidJson: boolean;
	readonly state: KeyState;
	readonly action: FindingAction;
}

/** Decides what to offer for a key. A reference replaces only a key that it can provide. */
export function chooseAction({ remedy, tokenId, secret, isSecretOnly }: FoundKey, state: KeyState): FindingAction {
	if (remedy === undefined) {
		return 'open';
	}
	if (remedy === 'account') {
		return ({ unknown: 'addAccount', added: 'open', sameKey: 'removeAccount' } as const)[state.account];
	}
	if (!state.owner) {
		return tokenId !== undefined && secret !== undefined && !isSecretOnly ? 'import' : 'open';
	}
	if (remedy === 'history') {
		return 'cleanHistory';
	}
	// A repository can name a server of its own, and a known token with a made-up secret: it must not become a reference to the real key.
	const mustBeCurrent = isSecretOnly || remedy !== 'reference';
	return state.isReadable && (state.isCurrent || !mustBeCurrent) ? 'replace' : 'open';
}

/** Groups the keys of a file that are the same and have the same remedy, in their order. */
export function groupKeys(keys: readonly FoundKey[]): readonly (readonly FoundKey[])[] {
	const groups = new Map<string, FoundKey[]>();
	for (const key of keys) {
		const id = JSON.stringify([key.tokenId, key.secret, key.remedy, key.account]);
		const group = groups.get(id) ?? [];
		group.push(key);
		groups.set(id, group);
	}
	return [...groups.values()];
}

/** Name of the program that a file belongs to. */
function placeKindText(kind: PlaceKind): string {
	switch (kind) {
		case 'connectCli':
			return l10n.t("CloudBlue Connect's command line");
		case 'claudeCode':
			return 'Claude Code';
		case 'claudeDesktop':
			return 'Claude Desktop';
		case 'cursor':
			return 'Cursor';
		case 'vscode':
			return l10n.t('MCP servers of VS Code');
		case 'envFile':
			return l10n.t('Environment of a Connect project');
		case 'shellHistory':
			return l10n.t('Shell history');
		case 'restClientHistory':
			return l10n.t('REST Client history');
	}
}

/**
 * Lists the places to search: those that exist, which are selected, and the others.
 * @param formatPath shortens a path
 */
export function placeItems(places: readonly Place[], formatPath: (path: string) => string): readonly (PickItem<Place> | PickHeading)[] {
	const toItem = (place: Place): PickItem<Place> => ({
		value: place,
		label: escapeLabel(formatPath(place.path)),
		description: placeKindText(place.kind),
		icon: ['file'],
		picked: place.exists,
	});
	const missing = places.filter(({ exists }) => !exists);
	return [
		...places.filter(({ exists }) => exists).map(toItem),
		...(missing.length > 0 ? [{ heading: l10n.t('Not on this machine') }, ...missing.map(toItem)] : []),
	];
}

/** Lists what was found, under the name of each file. Nothing is selected. */
export function findingItems<F extends DiskFinding>(
	findings: readonly F[],
	formatPath: (path: string) => string,
): readonly (PickItem<F> | PickHeading)[] {
	return findings.flatMap((finding, index) => {
		const { path } = finding.place;
		const heading = { heading: escapeLabel(formatPath(path)) };
		return findings[index - 1]?.place.path === path ? [findingItem(finding)] : [heading, findingItem(finding)];
	});
}

function findingItem<F extends DiskFinding>(finding: F): PickItem<F> {
	const { keys, state } = finding;
	const [{ tokenId, account }] = keys as [FoundKey];
	const name = account?.name ?? state.owner?.name;
	return {
		value: finding,
		label: name === undefined ? l10n.t('Unknown token') : escapeLabel(name),
		description: [...(tokenId === undefined ? [] : [tokenId]), linesText(keys)].join(' · '),
		detail: actionText(finding),
		icon: [finding.action === 'open' ? 'warning' : 'key'],
	};
}

function linesText(keys: readonly FoundKey[]): string {
	const { line } = keys[0]!;
	return keys.length === 1 ? l10n.t('line {0}', line) : l10n.t('{0} times, first on line {1}', keys.length, line);
}

/** A quick pick shows about 60 characters, because the name of the file is on the same line. */
function actionText({ action, keys, place, isInvalidJson, state: { owner, isReadable } }: DiskFinding): string {
	const { form, remedy, account } = keys[0]!;
	switch (action) {
		case 'replace': {
			if (remedy === 'headersHelper') {
				return l10n.t('Replace with a headers helper that runs connect-tokens');
			}
			if (remedy === 'run') {
				return l10n.t('Replace, and start the server with connect-tokens run');
			}
			return place.kind === 'envFile'
				? l10n.t('Replace with a reference for connect-tokens run --env-file')
				: l10n.t('Replace with {0}', owner && form ? formatConnectReference({ ...owner, form }) : '');
		}
		case 'import':
			return l10n.t('Import the token, then replace the key');
		case 'addAccount':
			return l10n.t('Add the account {0}. The file keeps the key for ccli.', account?.id ?? '');
		case 'removeAccount':
			return l10n.t("Remove the account from ccli. It's in Connect Tokens.");
		case 'cleanHistory':
			return l10n.t('Replace the keys of all known tokens with references');
		case 'open':
			if (isInvalidJson) {
				return l10n.t("Open the file, which isn't valid JSON");
			}
			if (account) {
				return l10n.t('Open the file. Connect Tokens has another key of the account.');
			}
			return owner && !isReadable && remedy !== undefined
				? l10n.t("Open the file. The key of the token can't be read.")
				: l10n.t("Open the file. References aren't supported here.");
	}
}

/** Says that no keys were found. */
export function nothingFoundText(fileCount: number): string {
	if (fileCount === 0) {
		return l10n.t('None of the selected files exist. Select others to search.');
	}
	return fileCount === 1 ? l10n.t('Found no API keys in 1 file.') : l10n.t('Found no API keys in {0} files.', fileCount);
}

/** Says which files weren't searched, and why. */
export function notSearchedText(files: readonly { readonly path: string; readonly failure: ReadFailure }[]): string {
	return files
		.map(({ path, failure }) => {
			switch (failure) {
				case 'tooLarge':
					return l10n.t("{0} wasn't searched because it's larger than 20 MB.", escapeLabel(path));
				case 'notText':
					return l10n.t("{0} wasn't searched because it isn't UTF-8.", escapeLabel(path));
				case 'unreadable':
					return l10n.t("{0} wasn't searched because it can't be read. Check its permissions.", escapeLabel(path));
			}
		})
		.join(' ');
}

/** Says which files weren't changed, and why. */
export function notChangedText(files: readonly { readonly path: string; readonly failure: WriteFailure | 'unsaved' }[]): string {
	return files
		.map(({ path, failure }) => {
			switch (failure) {
				case 'changed':
					return l10n.t("{0} wasn't changed because another program just changed it. Search again.", escapeLabel(path));
				case 'unsaved':
					return l10n.t("{0} wasn't changed because it has unsaved changes. Save it and search again.", escapeLabel(path));
				case 'readOnly':
					return l10n.t("{0} wasn't changed because you don't have permission to write to it.", escapeLabel(path));
				case 'linked':
					return l10n.t("{0} wasn't changed because it has other names (hard links). Open it and replace the key.", escapeLabel(path));
				case 'failed':
					return l10n.t("{0} wasn't changed because it couldn't be written. Open it and replace the key.", escapeLabel(path));
			}
		})
		.join(' ');
}

/** Asks whether to replace keys, and says what to do so that they don't return. */
export function replaceConfirmation(findings: readonly DiskFinding[], formatPath: (path: string) => string) {
	const count = countKeys(findings);
	const places = new Map(findings.map(({ place }) => [place.path, place]));
	const kinds = new Set([...places.values()].map(({ kind }) => kind));
	return {
		message: count === 1 ? l10n.t('Replace 1 API key?') : l10n.t('Replace {0} API keys?', count),
		detail: [
			[...places.keys()].map(formatPath).join('\n'),
			l10n.t("This can't be undone. The references stand for the current API keys of the tokens."),
			...(kinds.has('shellHistory') ? [l10n.t('A shell that runs now may write its history again. Close other terminals first.')] : []),
			...(kinds.has('claudeCode') ? [l10n.t('Claude Code may write its settings again. Quit it first.')] : []),
		].join('\n\n'),
	};
}

/**
 * Says what was replaced, and that the keys may have been copied.
 * @param isCommandMissing whether files now start the command line, which isn't installed yet
 */
export function replacedText(findings: readonly DiskFinding[], isCommandMissing = false): string {
	const count = countKeys(findings);
	const fileCount = new Set(findings.map(({ place }) => place.path)).size;
	const replaced =
		count === 1
			? l10n.t('Replaced 1 API key.')
			: fileCount === 1
				? l10n.t('Replaced {0} API keys in 1 file.', count)
				: l10n.t('Replaced {0} API keys in {1} files.', count, fileCount);
	return [
		replaced,
		...(isCommandMissing ? [l10n.t("The files now use the connect-tokens command, which isn't installed yet.")] : []),
		count === 1
			? l10n.t('A key that was in a file may have been copied, such as to a backup. Rotate its token.')
			: l10n.t('Keys that were in files may have been copied, such as to a backup. Rotate their tokens.'),
	].join(' ');
}

/** Asks whether CloudBlue's command line may lose accounts. */
export function removeCliAccountsConfirmation(names: readonly string[], path: string) {
	return {
		message:
			names.length === 1
				? l10n.t('Remove the account “{0}” from {1}?', escapeLabel(names[0]!), path)
				: l10n.t('Remove {0} accounts from {1}?', names.length, path),
		detail: [
			...(names.length === 1 ? [] : [names.join('\n')]),
			l10n.t(
				"ccli can't use an account until you add it again. If the active account is removed, the first of the others becomes active. This can't be undone.",
			),
		].join('\n\n'),
	};
}

/** Says that CloudBlue's command line has lost accounts. */
export function removedCliAccountsText(names: readonly string[], path: string): string {
	return names.length === 1
		? l10n.t('Removed the account “{0}” from {1}.', escapeLabel(names[0]!), escapeLabel(path))
		: l10n.t('Removed {0} accounts from {1}.', names.length, escapeLabel(path));
}

function countKeys(findings: readonly DiskFinding[]): number {
	return findings.reduce((sum, { keys }) => sum + keys.length, 0);
}
