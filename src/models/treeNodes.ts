import * as l10n from '@vscode/l10n';
import type { GatewayOverview, TokenSource } from '../domain/ports';
import type { Problem } from '../domain/problems';
import type { Token, TokenStatus } from '../domain/token';
import { getAvailableActions } from '../domain/tokenLifecycle';
import type { SourceToken } from '../domain/tokenSources';
import { hasEndableKey, hasReduciblePermissions, isEndableLease } from './eligibleTokens';
import { escapeMarkdown } from './escapeMarkdown';
import { escapeLabel, localizeProblem } from './localization';
import { agentLabel } from './leaseTexts';
import { commandIds } from './manifestIds';
import type { IconName } from './multiStepInput';
import { msUntilTextChanges } from './relativeTime';
import { lastReadTexts, sourceIconName, sourceLabel, syncTexts } from './sourceTexts';
import { approvalText, limitTexts, requestRuleTexts } from './requestRuleTexts';
import { expirationLabel, STATUS_ICONS, statusText, tokenIcon } from './statusTexts';
import { upstreamLabel } from './upstreamTexts';
import {
	dateTimeText,
	expirationText,
	relativeExpirationText,
	permissionsList,
	permissionsSummary,
	shortExpirationText,
} from './tokenTexts';

/** The token or source that a node represents. A command gets the node as its argument, and uses only these properties. */
export interface NodeTarget {
	readonly sourceId: string;
	readonly tokenId?: string;
}

/** A node of the Tokens view. */
export type TokensTreeNode = SourceNode | GroupNode | TokenNode | ProblemNode;

/** What the Tokens view shows of a node. */
export interface NodeContent {
	/** Unique in the view, and the same after every refresh. */
	readonly id: string;
	readonly label: string;
	readonly description?: string;
	readonly icon: IconName;
	/** What screen readers read instead of the tooltip. */
	readonly accessibleLabel: string;
	/** For the `when` clauses of menus. */
	readonly contextValue: string;
	/** Undefined if it takes a while to create, see `tokenTooltip`. */
	readonly tooltip?: string;
	/** Whether it has nodes below it, which are shown at first. */
	readonly isExpanded?: true;
	/** Command that a click runs, with its argument. */
	readonly command?: readonly [id: string, argument: unknown];
}

/** Whether a command's argument is a node of the Tokens view. */
export function isTreeNode(argument: unknown): argument is TokensTreeNode {
	return [SourceNode, GroupNode, TokenNode, ProblemNode].some((type) => argument instanceof type);
}

/** Returns the target of a tree node. Any other argument of a command is returned as it is. */
export function toTarget(argument: unknown): unknown {
	return isTreeNode(argument) ? argument.target : argument;
}

/** The workspace or an account. */
export class SourceNode {
	readonly target: NodeTarget;

	constructor(readonly source: TokenSource) {
		this.target = { sourceId: source.id };
	}

	/** @param gateway enforces the workspace's tokens */
	describe(now: Date, gateway: Pick<GatewayOverview, 'url' | 'upstream'>): NodeContent {
		const { source } = this;
		const label = sourceLabel(source);
		const texts = source.remote ? accountTexts(source, now) : workspaceTexts(gateway);
		return {
			id: source.id,
			label,
			...texts,
			icon: [sourceIconName(source)],
			accessibleLabel: [label, texts.description].filter(Boolean).join(', '),
			contextValue: source.remote ? 'account' : 'workspace',
			isExpanded: true,
		};
	}
}

function workspaceTexts({ url, upstream }: Pick<GatewayOverview, 'url' | 'upstream'>) {
	return {
		// The account and the host come last, because a narrow view cuts off the end.
		description:
			url === undefined ? '' : [l10n.t('gateway :{0}', new URL(url).port), ...(upstream ? [upstreamLabel(upstream)] : [])].join(' · '),
		tooltip: [
			l10n.t('Tokens of this workspace, stored on this machine'),
			url === undefined ? l10n.t('Gateway: stopped') : l10n.t('Gateway: {0}', url),
			upstream ? l10n.t('Upstream: {0}', upstreamLabel(upstream)) : upstreamLabel(upstream),
		].join('\n'),
	};
}

function accountTexts(source: TokenSource, now: Date) {
	const { id, name, endpoint } = source.remote!.account;
	return {
		// The host comes last, because a narrow view cuts off the end.
		description: [...syncTexts(source, now), new URL(endpoint).host].join(' · '),
		tooltip: [`${name} (${id})`, endpoint, ...lastReadTexts(source), ...(source.problem ? [localizeProblem(source.problem)] : [])].join(
			'\n',
		),
	};
}

/** Why an account's tokens can't be shown, or aren't current. A click reloads the account. */
export class ProblemNode {
	readonly target: NodeTarget;

	constructor(
		source: TokenSource,
		private readonly problem: Problem,
	) {
		this.target = { sourceId: source.id };
	}

	describe(): NodeContent {
		const { sourceId } = this.target;
		const label = localizeProblem(this.problem);
		return {
			id: `${sourceId}/problem`,
			label,
			icon: ['warning', 'list.warningForeground'],
			accessibleLabel: label,
			contextValue: 'problem',
			tooltip: `${label}\n${l10n.t('Click to try again.')}`,
			command: [commandIds.reloadAccount, { sourceId, isFromLink: true }],
		};
	}
}

/** The tokens of a source that have the same status. */
export class GroupNode {
	readonly target: NodeTarget;

	constructor(
		source: TokenSource,
		readonly status: TokenStatus,
		readonly nodes: readonly TokenNode[],
	) {
		this.target = { sourceId: source.id };
	}

	describe(): NodeContent {
		const label = statusText({ status: this.status });
		const count = this.nodes.length;
		return {
			id: `${this.target.sourceId}/group/${this.status}`,
			label,
			description: String(count),
			icon: STATUS_ICONS[this.status],
			accessibleLabel: `${label}, ${count === 1 ? l10n.t('1 token') : l10n.t('{0} tokens', count)}`,
			contextValue: 'group',
			isExpanded: true,
		};
	}
}

/** A token. A click previews its details. */
export class TokenNode {
	readonly target: NodeTarget;
	/** When the description changes because time passes: milliseconds since the epoch, `Infinity` for never. */
	textValidUntil = Infinity;

	constructor(
		readonly sourceToken: SourceToken,
		now: Date,
	) {
		this.target = { tokenId: sourceToken.token.id, sourceId: sourceToken.source.id };
		this.refreshText(now);
	}

	/** Updates `textValidUntil` for a description of `now`. */
	refreshText(now: Date): void {
		const { expirationDate } = this.sourceToken.token;
		this.textValidUntil =
			expirationDate === null ? Infinity : now.getTime() + msUntilTextChanges(Date.parse(expirationDate) - now.getTime());
	}

	/** The context value lists the actions that the token's status allows: `token;disable;rotate;edit;delete;`. */
	describe(now: Date): NodeContent {
		const { source, token } = this.sourceToken;
		const label = escapeLabel(token.name);
		const { lease } = token;
		const kind = lease ? l10n.t('Agent') : escapeLabel(token.extension.name);
		const details = [
			token.id,
			lease ? agentLabel(lease) : kind,
			permissionsSummary(token.permissions, source),
			...requestRuleTexts(token),
			relativeExpirationText(token, now),
		];
		return {
			id: `${source.id}/${token.id}`,
			label,
			// The tooltip has the rest. The end of a row is cut off in a narrow view.
			description: [shortExpirationText(token, now), kind].join(' · '),
			icon: tokenIcon(token),
			accessibleLabel: `${label}, ${statusText(token)}, ${details.join(' · ')}`,
			contextValue: [
				'token',
				...getAvailableActions(token),
				...(hasEndableKey(this.sourceToken) ? ['endPreviousKey'] : []),
				...(lease ? ['lease'] : []),
				...(isEndableLease(this.sourceToken) ? ['endLease'] : []),
				...(hasReduciblePermissions(this.sourceToken) ? ['reducePermissions'] : []),
				'',
			].join(';'),
			command: [commandIds.previewDetails, this],
		};
	}
}

/** What a token's tooltip shows, as plain text that can contain markup. */
export interface TokenTooltip {
	readonly title: string;
	readonly description: string;
	readonly properties: readonly (readonly [label: string, value: string])[];
}

/** @param lastUsed undefined if it isn't known */
export function tokenTooltip({ source, token }: SourceToken, now: Date, lastUsed: string | undefined): TokenTooltip {
	return {
		title: token.name,
		description: token.description,
		properties: [
			['ID', token.id],
			...(source.remote ? [[l10n.t('Account'), source.remote.account.name] as const] : []),
			[l10n.t('Status'), statusText(token)],
			...leaseProperties(token),
			[l10n.t('Extension'), `${token.extension.name} (${token.extension.id})`],
			[l10n.t('Permissions'), permissionsList(token.permissions, source)],
			...requestRuleProperties(token),
			[expirationLabel(token), expirationText(token, now)],
			...renewedKeyProperties(token, now),
			...(lastUsed === undefined ? [] : [[l10n.t('Last used'), lastUsed] as const]),
			[l10n.t('External ID'), token.externalId ?? '–'],
			[l10n.t('Created'), l10n.t('{0} by {1}', dateTimeText(token.created.at), token.created.by)],
			[l10n.t('Updated'), l10n.t('{0} by {1}', dateTimeText(token.updated.at), token.updated.by)],
		],
	};
}

/** The tooltip as Markdown. Shows names literally, because they can contain Markdown. */
export function tooltipMarkdown({ title, description, properties }: TokenTooltip): string {
	return [
		`**${escapeMarkdown(title)}**`,
		...description.split('\n').filter(Boolean).map(escapeMarkdown),
		properties.map(([label, value]) => `- **${label}:** ${escapeMarkdown(value)}`).join('\n'),
	].join('\n\n');
}

/** What the token was leased for, and to whom. */
function leaseProperties({ lease }: Token): TokenTooltip['properties'] {
	return lease
		? [
				[l10n.t('Agent'), lease.agent],
				[l10n.t('Task'), lease.task],
			]
		: [];
}

/** What restricts the token's requests beyond its permissions. */
function requestRuleProperties({ limits, approval }: Token): TokenTooltip['properties'] {
	return [
		...(limits ? [[l10n.t('Limits'), limitTexts(limits).join(' · ')] as const] : []),
		...(approval ? [[l10n.t('Approval'), approvalText(approval)] as const] : []),
	];
}

/** Expiration of the key created by the last renewal. */
function renewedKeyProperties({ status, renewedExpirationDate }: Token, now: Date): TokenTooltip['properties'] {
	return status === 'revitalised' ? [[l10n.t('New key expires'), expirationText({ expirationDate: renewedExpirationDate }, now)]] : [];
}
