import * as l10n from '@vscode/l10n';
import { ALL_MODULES } from '../domain/catalog';
import type { UsedModule } from '../domain/moduleUsage';
import { getLanguage } from './localization';

/** How often and when a module was used, such as "12 reads, 3 writes · last on Nov 20". */
export function moduleUsageText({ read, write, lastUsed }: Omit<UsedModule, 'moduleId'>): string {
	const counts = [...(read > 0 ? [readsText(read)] : []), ...(write > 0 ? [writesText(write)] : [])].join(', ');
	return l10n.t('{0} · last on {1}', counts, formatDay(lastUsed));
}

/**
 * Says that a module wasn't used.
 * @param since the first day that was counted, `yyyy-mm-dd` UTC; undefined if that's all of the last 30
 */
export function unusedModuleText(since: string | undefined): string {
	return since === undefined ? l10n.t('Not used in 30 days') : l10n.t('Not used since {0}', formatDay(since));
}

/** The name of a module that was used; for `MD-0000`, what the paths are called that need access to all modules. */
export function usedModuleName(moduleId: string, getModuleName: (id: string) => string): string {
	return moduleId === ALL_MODULES ? l10n.t('Paths that need access to all modules') : getModuleName(moduleId);
}

/** A UTC day (`yyyy-mm-dd`) in the user's language, without the year. */
export function formatDay(date: string): string {
	return new Intl.DateTimeFormat(getLanguage(), { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(date));
}

function readsText(count: number): string {
	return count === 1 ? l10n.t('1 read') : l10n.t('{0} reads', formatCount(count));
}

function writesText(count: number): string {
	return count === 1 ? l10n.t('1 write') : l10n.t('{0} writes', formatCount(count));
}

/** A number with the digits grouped as in the user's language. */
export function formatCount(count: number): string {
	return new Intl.NumberFormat(getLanguage()).format(count);
}
