import * as vscode from 'vscode';
import { ALL_MODULES } from '../domain/catalogue';
import type { TokenSource } from '../domain/ports';
import type { Token, TokenStatus } from '../domain/token';
import { relativeTime } from '../protocol/relativeTime';
import { markdownText } from './markdownText';
import { verbatim } from './messages';

/** How a status is called; `inactive` is the platform's word for what its interface shows as Disabled. */
export function statusText({ status, platformStatus }: Pick<Token, 'status' | 'platformStatus'>): string {
	switch (status) {
		case 'active':
			return vscode.l10n.t('Active');
		case 'expiring':
			return vscode.l10n.t('Expiring');
		case 'revitalised':
			return vscode.l10n.t('Revitalised');
		case 'expired':
			return vscode.l10n.t('Expired');
		case 'inactive':
			return vscode.l10n.t('Disabled');
		case 'other':
			return platformStatus === undefined ? vscode.l10n.t('Other') : verbatim(platformStatus);
	}
}

const ICONS: Record<TokenStatus, readonly [icon: string, color: string]> = {
	active: ['pass', 'testing.iconPassed'],
	expiring: ['warning', 'list.warningForeground'],
	revitalised: ['sync', 'charts.blue'],
	expired: ['error', 'list.errorForeground'],
	inactive: ['circle-slash', 'disabledForeground'],
	other: ['question', 'disabledForeground'],
};

export function statusIcon(status: TokenStatus): vscode.ThemeIcon {
	const [icon, color] = ICONS[status];
	return new vscode.ThemeIcon(icon, new vscode.ThemeColor(color));
}

/** The status with its icon, for Markdown that supports theme icons. */
export function statusMarkdown(token: Pick<Token, 'status' | 'platformStatus'>): string {
	return `$(${ICONS[token.status][0]}) ${markdownText(statusText(token))}`;
}

/** The account that tokens are of, by its name; nothing for those of the workspace. */
export function accountNames({ account }: TokenSource): readonly string[] {
	return account ? [verbatim(account.name)] : [];
}

/** The modules a token reaches, short: "Full", the names of up to two, or their number. */
export function permissionsText(permissions: readonly string[], source: TokenSource): string {
	if (permissions.includes(ALL_MODULES)) {
		return vscode.l10n.t('Full');
	}
	if (permissions.length === 0) {
		return vscode.l10n.t('No modules');
	}
	return permissions.length <= 2 ? moduleNames(permissions, source) : vscode.l10n.t('{0} modules', permissions.length);
}

/** The modules a token reaches, each by its name. */
export function permissionNames(permissions: readonly string[], source: TokenSource): string {
	return permissions.includes(ALL_MODULES) || permissions.length === 0
		? permissionsText(permissions, source)
		: moduleNames(permissions, source);
}

function moduleNames(ids: readonly string[], source: TokenSource): string {
	return ids.map((id) => verbatim(source.moduleName(id))).join(', ');
}

/** When the token ends, in words that count from `now`. */
export function expiryText({ expirationDate }: Pick<Token, 'expirationDate'>, now: Date): string {
	if (expirationDate === null) {
		return vscode.l10n.t('no expiration');
	}
	const left = Date.parse(expirationDate) - now.getTime();
	return left > 0
		? vscode.l10n.t('expires {0}', relativeTime(vscode.env.language, left))
		: vscode.l10n.t('expired {0}', relativeTime(vscode.env.language, left));
}

/** When the token ends: the date, and in words that count from `now`. */
export function endText(token: Pick<Token, 'expirationDate'>, now: Date): string {
	return token.expirationDate === null ? vscode.l10n.t('Never') : `${dateText(token.expirationDate)}, ${expiryText(token, now)}`;
}

/** When a token was last used, to the minute. */
export function lastUsedText(lastUsed: string | null): string {
	return lastUsed === null ? vscode.l10n.t('Never') : dateText(lastUsed);
}

/** How long a preset of the Expiration step is, in words. */
export function presetText(preset: string): string {
	return preset === 'year1' ? vscode.l10n.t('1 year') : vscode.l10n.t('{0} days', preset.replace('days', ''));
}

/** An instant in the user's language and time zone. */
export function dateText(iso: string): string {
	return new Intl.DateTimeFormat(vscode.env.language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));
}

/** An instant where there is little room: of today the time, of another day the date. */
export function shortDateText(iso: string, now: Date): string {
	const instant = new Date(iso);
	const isToday = instant.toDateString() === now.toDateString();
	return new Intl.DateTimeFormat(vscode.env.language, isToday ? { timeStyle: 'short' } : { dateStyle: 'medium' }).format(instant);
}
