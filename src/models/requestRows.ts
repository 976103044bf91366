import * as l10n from '@vscode/l10n';
import type { DenialReason, NumberedRequest } from '../domain/loggedRequest';
import { SECRET_MASK } from '../domain/maskFullSecrets';
import type { Token } from '../domain/token';
import { getAvailableActions, type TokenAction } from '../domain/tokenLifecycle';
import { escapeLabel, getLanguage } from './localization';
import type { IconName } from './multiStepInput';
import { getOutcome, outcomeLabel, type RequestOutcome } from './requestFilter';
import { denialLabel, denialText } from './requestTexts';
import type { NodeContent } from './treeNodes';

/** The icons of the groups of statuses, with the colors that the Tokens view has for the same severity. */
export const OUTCOME_ICONS: Record<RequestOutcome, IconName> = {
	denied: ['circle-slash', 'list.errorForeground'],
	'5xx': ['error', 'list.errorForeground'],
	'4xx': ['warning', 'list.warningForeground'],
	'3xx': ['arrow-right', 'charts.blue'],
	'2xx': ['pass', 'testing.iconPassed'],
	'1xx': ['plug', 'charts.blue'],
};

/** What a command can do about a denial. */
export type RequestFix = 'enable' | 'rotate' | 'addModule' | 'edit' | 'setting';

/** The settings that a denial can depend on. */
const REASON_SETTINGS: Partial<Record<DenialReason['kind'], string>> = {
	hostNotAllowed: 'connectTokens.gateway.allowedHosts',
	originNotAllowed: 'connectTokens.gateway.allowedOrigins',
	noUpstream: 'connectTokens.gateway.upstream',
	upstream: 'connectTokens.gateway.upstream',
	noModule: 'connectTokens.modules',
};

/** A request in the Requests view. Commands for tokens use it as their argument, so it has a token only if the token exists. */
export class RequestRow {
	readonly tokenId: string | undefined;
	readonly sourceId: string | undefined;
	/** A menu has passed it to a command, so the command shows errors to the user. */
	readonly isFromLink = true;

	/**
	 * @param id the same after every refresh
	 * @param token of the workspace
	 */
	constructor(
		readonly id: string,
		readonly request: NumberedRequest,
		readonly token: Token | undefined,
		sourceId: string,
		private readonly getModuleName: (id: string) => string,
	) {
		this.tokenId = token?.id;
		this.sourceId = token && sourceId;
	}

	/** Whether the request can be sent again: its path is complete and has no masked key, and the token exists. */
	get isRepeatable(): boolean {
		const { path } = this.request;
		return this.token !== undefined && !path.endsWith('…') && !path.includes(SECRET_MASK) && (path === '' || path.startsWith('/'));
	}

	/** The setting that the request was denied because of. */
	get setting(): string | undefined {
		const { reason } = this.request;
		return reason && REASON_SETTINGS[reason.kind];
	}

	/** What a click can do about the denial, the most useful first. */
	get fixes(): readonly RequestFix[] {
		const { reason } = this.request;
		const fixes = reason === undefined ? [] : fixesFor(reason);
		return [...fixes.filter((fix) => this.#isAvailable(fix)), ...(this.setting === undefined ? [] : ['setting' as const])];
	}

	/** What the view shows, except the tooltip. */
	describe(): NodeContent {
		const { method, path, status, durationMs, time, reason } = this.request;
		const label = `${method} ${path || '/'}`;
		// Why a request was denied matters more than how long that took.
		const result = reason === undefined ? durationText(durationMs) : escapeLabel(denialLabel(reason, this.getModuleName));
		const details = [String(status), result, this.#tokenText(), timeText(time)].filter((text) => text !== '');
		const outcome = getOutcome(this.request);
		return {
			id: this.id,
			label,
			description: details.join(' · '),
			icon: OUTCOME_ICONS[outcome],
			accessibleLabel: [label, ...(outcome === 'denied' ? [outcomeLabel(outcome)] : []), ...details].join(', '),
			contextValue: [
				'request',
				...(this.token === undefined ? [] : ['token']),
				...(this.isRepeatable ? ['repeatable'] : []),
				...this.fixes,
				'',
			].join(';'),
		};
	}

	/** The details of the request as plain text. */
	createTooltip(): string {
		const { method, path, status, durationMs, time, tokenId, reason } = this.request;
		return [
			`${method} ${path || '/'}`,
			...(reason === undefined ? [] : [denialText(reason, this.getModuleName)]),
			l10n.t('Status: {0}', status),
			l10n.t('Time until the response: {0}', durationText(durationMs)),
			l10n.t('Token: {0}', tokenId === null ? l10n.t('none') : this.token ? `${escapeLabel(this.token.name)} (${tokenId})` : tokenId),
			l10n.t('Received: {0}', dateTimeFormat().format(time)),
		].join('\n');
	}

	#tokenText(): string {
		return this.token ? escapeLabel(this.token.name) : (this.request.tokenId ?? '');
	}

	#isAvailable(fix: RequestFix): boolean {
		// A lease that has ended stays ended: its task is done.
		if (this.token === undefined || (this.token.lease && fix === 'rotate')) {
			return false;
		}
		const action: TokenAction = fix === 'enable' || fix === 'rotate' ? fix : 'edit';
		return getAvailableActions(this.token).includes(action);
	}
}

function fixesFor(reason: DenialReason): readonly RequestFix[] {
	switch (reason.kind) {
		case 'disabled':
			return ['enable'];
		case 'expired':
		case 'invalidKey':
			return ['rotate'];
		case 'missingModule':
		case 'readOnly':
			return ['addModule'];
		case 'noModule':
		case 'limit':
		case 'approval':
			return ['edit'];
		default:
			return [];
	}
}

/** A time in milliseconds, or in seconds if it's longer. */
function durationText(milliseconds: number): string {
	const inSeconds = milliseconds >= 10_000;
	const value = inSeconds ? milliseconds / 1000 : milliseconds;
	const number = (value < 10 ? Math.round(value * 10) / 10 : Math.round(value)).toLocaleString(getLanguage());
	return inSeconds ? l10n.t('{0} s', number) : l10n.t('{0} ms', number);
}

function timeText(time: number): string {
	return timeFormat().format(time);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Cached, because creating a format takes a hundred times as long as formatting. */
function getFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
	const key = `${getLanguage()} ${JSON.stringify(options)}`;
	const format = formats.get(key) ?? new Intl.DateTimeFormat(getLanguage(), options);
	formats.set(key, format);
	return format;
}

function timeFormat(): Intl.DateTimeFormat {
	return getFormat({ timeStyle: 'medium' });
}

function dateTimeFormat(): Intl.DateTimeFormat {
	return getFormat({ dateStyle: 'medium', timeStyle: 'medium' });
}
