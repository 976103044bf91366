import * as l10n from '@vscode/l10n';
import { ALL_MODULES } from '../domain/catalog';
import type { TokenSource } from '../domain/ports';
import type { Token } from '../domain/token';
import { formatRelativeTime } from './relativeTime';
import { escapeMarkdown } from './escapeMarkdown';
import { escapeLabel, getLanguage } from './localization';
import { accessSummary, permissionLabel } from './permissionTexts';
import { statusIcon, statusText } from './statusTexts';

/** The status with its icon, as Markdown that supports theme icons. */
export function statusMarkdown(token: Pick<Token, 'status' | 'platformStatus' | 'lease'>): string {
	return `$(${statusIcon(token)[0]}) ${escapeMarkdown(statusText(token))}`;
}

/** Name of the account that a source's tokens belong to; empty for the workspace. */
export function accountLabels({ remote }: TokenSource): readonly string[] {
	return remote ? [escapeLabel(remote.account.name)] : [];
}

/** The modules a token can access, in short: "Full", the names of up to two, or their number. */
export function permissionsSummary(permissions: readonly string[], source: TokenSource): string {
	return permissions.length <= 2 ? permissionsList(permissions, source) : accessSummary(permissions);
}

/** The names of all modules a token can access, and which of them are read-only. */
export function permissionsList(permissions: readonly string[], source: TokenSource): string {
	return permissions.includes(ALL_MODULES) || permissions.length === 0
		? accessSummary(permissions)
		: permissions.map((permission) => escapeLabel(permissionLabel(permission, (id) => source.getModuleName(id)))).join(', ');
}

/** When the token expires, relative to `now`. */
export function relativeExpirationText({ expirationDate, lease }: Pick<Token, 'expirationDate' | 'lease'>, now: Date): string {
	if (expirationDate === null) {
		return l10n.t('no expiration');
	}
	const remainingMs = Date.parse(expirationDate) - now.getTime();
	const relative = formatRelativeTime(getLanguage(), remainingMs);
	if (lease) {
		return remainingMs > 0 ? l10n.t('ends {0}', relative) : l10n.t('ended {0}', relative);
	}
	return remainingMs > 0 ? l10n.t('expires {0}', relative) : l10n.t('expired {0}', relative);
}

/** Like `relativeExpirationText`, for narrow lists: “in 30 days”. */
export function shortExpirationText(token: Pick<Token, 'expirationDate' | 'lease'>, now: Date): string {
	const { expirationDate } = token;
	const remainingMs = expirationDate === null ? 0 : Date.parse(expirationDate) - now.getTime();
	return remainingMs > 0 ? formatRelativeTime(getLanguage(), remainingMs) : relativeExpirationText(token, now);
}

/** When the token expires: the date, and relative to `now`. */
export function expirationText(token: Pick<Token, 'expirationDate' | 'lease'>, now: Date): string {
	return token.expirationDate === null ? l10n.t('Never') : `${dateTimeText(token.expirationDate)}, ${relativeExpirationText(token, now)}`;
}

/** When a token was last used, to the minute. */
export function lastUsedText(lastUsed: string | null): string {
	return lastUsed === null ? l10n.t('Never') : dateTimeText(lastUsed);
}

/** Formats an instant in the user's language and time zone. */
export function dateTimeText(iso: string): string {
	return new Intl.DateTimeFormat(getLanguage(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));
}

/** A short form of an instant: the time if it's today, otherwise the date. */
export function timeOrDateText(iso: string, now: Date): string {
	const instant = new Date(iso);
	const isToday = instant.toDateString() === now.toDateString();
	return new Intl.DateTimeFormat(getLanguage(), isToday ? { timeStyle: 'short' } : { dateStyle: 'medium' }).format(instant);
}
