import * as l10n from '@vscode/l10n';
import type { SourceToken } from '../domain/tokenSources';
import type { PickItem } from './pickItems';
import { getLanguage } from './localization';
import { formatRelativeTime } from './relativeTime';
import { lastUsedText } from './tokenTexts';

/** A file of the workspace that names a token. */
export interface TokenUseFile {
	readonly path: string;
	/** Where it does, in order. */
	readonly uses: readonly { readonly line: number; readonly column: number }[];
}

/** How many files a confirmation names. */
const MAX_NAMED_FILES = 3;

/** A line of a file to go to. */
export interface UsePosition {
	readonly path: string;
	readonly line: number;
	readonly column: number;
}

/** @param toLabel returns the path in the workspace */
export function usePickItems(files: readonly TokenUseFile[], toLabel: (path: string) => string): readonly PickItem<UsePosition>[] {
	return files.flatMap(({ path, uses }) =>
		uses.map(({ line, column }) => ({
			value: { path, line, column },
			label: toLabel(path),
			description: l10n.t('line {0}', line + 1),
			icon: ['file'] as const,
		})),
	);
}

/**
 * Says when a token was last used, and in which files, before its key ends.
 * @param lastUsed undefined if it's unknown; null if it never was
 * @param files undefined if they weren't searched completely
 */
export function usageLines(
	lastUsed: string | null | undefined,
	files: readonly TokenUseFile[] | undefined,
	toLabel: (path: string) => string,
	now: Date,
): readonly string[] {
	const names = (files ?? []).slice(0, MAX_NAMED_FILES).map(({ path }) => toLabel(path));
	const unnamedCount = (files?.length ?? 0) - names.length;
	const list = [...names, ...(unnamedCount > 0 ? [l10n.t('and {0} more', unnamedCount)] : [])].join(', ');
	return [
		...(lastUsed === undefined ? [] : [lastUseText(lastUsed, now)]),
		...(files === undefined ? [] : [usedInText(files.length, list)]),
	];
}

function lastUseText(lastUsed: string | null, now: Date): string {
	if (lastUsed === null) {
		return l10n.t('Never used');
	}
	const age = formatRelativeTime(getLanguage(), Math.min(Date.parse(lastUsed) - now.getTime(), 0));
	return l10n.t('Last used {0} ({1})', age, lastUsedText(lastUsed));
}

function usedInText(count: number, names: string): string {
	switch (count) {
		case 0:
			return l10n.t('Not used in files of this workspace');
		case 1:
			return l10n.t('Used in 1 file: {0}', names);
		default:
			return l10n.t('Used in {0} files: {1}', count, names);
	}
}

/** Title of the list of a token's uses. */
export function usesTitle({ token }: SourceToken): string {
	return l10n.t('Used In: {0}', token.id);
}
