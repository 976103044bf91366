import * as vscode from 'vscode';
import { getAvailableActions } from '../../domain/tokenLifecycle';
import type { TokenSource } from '../../domain/ports';
import type { Problem } from '../../domain/problems';
import type { SourceToken } from '../../domain/tokenSources';
import type { Token } from '../../domain/token';
import { msUntilTextChanges } from '../../models/relativeTime';
import { sourceLabel } from '../../models/sourceTexts';
import { commandIds } from '../../models/manifestIds';
import { localizeProblem, escapeLabel } from '../../models/localization';
import { statusText } from '../../models/statusTexts';
import { dateTimeText, expirationText, expiryText, permissionsList, permissionsSummary, timeOrDateText } from '../../models/tokenTexts';
import { statusThemeIcon } from '../statusThemeIcon';

export type TokensTreeNode = SourceNode | TokenNode | ProblemNode;

/** Where tokens come from: the workspace, with the address of the gateway that enforces its tokens while it runs, or an account. */
export class SourceNode extends vscode.TreeItem {
	constructor(
		readonly source: TokenSource,
		now: Date,
		private readonly gatewayUrl?: string,
	) {
		super(sourceLabel(source), vscode.TreeItemCollapsibleState.Expanded);
		this.id = source.id;
		this.contextValue = source.remote ? 'account' : 'workspace';
		this.updateText(now);
	}

	/** Says how the source is at `now`. */
	updateText(now: Date): void {
		const { source, gatewayUrl } = this;
		const account = source.remote?.account;
		this.iconPath = new vscode.ThemeIcon(account ? accountIconName(source) : 'folder');
		if (account) {
			// What a narrow view cuts off is what is known anyway.
			this.description = [...freshnessTexts(source, now), new URL(account.endpoint).host].join(' · ');
			this.tooltip = [
				`${account.name} (${account.id})`,
				account.endpoint,
				...lastReadTexts(source),
				...(source.problem ? [localizeProblem(source.problem)] : []),
			].join('\n');
		} else {
			this.description = gatewayUrl === undefined ? '' : vscode.l10n.t('gateway {0}', new URL(gatewayUrl).host);
			this.tooltip = vscode.l10n.t('Tokens of this workspace, stored on this machine');
		}
		// Otherwise a screen reader says the tooltip and nothing else.
		this.accessibilityInformation = { label: [sourceLabel(source), this.description].filter(Boolean).join(', ') };
	}
}

/** Why the tokens of an account are not there, or not current; a click tries again. */
export class ProblemNode extends vscode.TreeItem {
	constructor(
		readonly source: TokenSource,
		problem: Problem,
	) {
		const text = localizeProblem(problem);
		super(text);
		this.id = `${source.id}/problem`;
		this.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
		this.tooltip = `${text}\n${vscode.l10n.t('Click to try again.')}`;
		this.contextValue = 'problem';
		this.command = { command: commandIds.reloadAccount, title: '', arguments: [{ sourceId: source.id, isFromLink: true }] };
	}
}

function accountIconName({ problem, remote }: TokenSource): string {
	const freshness = remote?.syncState;
	return freshness?.progress ? 'loading~spin' : problem ? 'warning' : 'cloud';
}

/** When the tokens of an account were read. */
function lastReadTexts({ remote }: TokenSource): readonly string[] {
	const freshness = remote?.syncState;
	return typeof freshness?.readAt === 'string' ? [vscode.l10n.t('Tokens as of {0}', dateTimeText(freshness.readAt))] : [];
}

/** How current what is shown of an account is; nothing where it is. */
function freshnessTexts({ problem, remote }: TokenSource, now: Date): readonly string[] {
	const freshness = remote?.syncState;
	if (freshness?.progress) {
		const { loaded: known, total } = freshness.progress;
		return [total === null ? vscode.l10n.t('loading…') : vscode.l10n.t('loading {0} of {1}', known, total)];
	}
	return problem && typeof freshness?.readAt === 'string' ? [vscode.l10n.t('as of {0}', timeOrDateText(freshness.readAt, now))] : [];
}

/**
 * One token; a click opens its details. Its context value, for the `when` clauses of menus, names the actions that its status allows:
 * `token;disable;rotate;edit;delete;`.
 */
export class TokenNode extends vscode.TreeItem {
	/** Until when its words are true: milliseconds since the epoch, `Infinity` for ever. */
	textValidUntil = Infinity;

	constructor(
		readonly sourceToken: SourceToken,
		now: Date,
	) {
		const { source, token } = sourceToken;
		super(escapeLabel(token.name));
		this.id = `${source.id}/${token.id}`;
		this.iconPath = statusThemeIcon(token.status);
		this.contextValue = ['token', ...getAvailableActions(token), ''].join(';');
		this.command = { command: commandIds.openDetails, title: '', arguments: [this] };
		this.updateText(now);
	}

	/** Puts what it says into words that are true at `now`. */
	updateText(now: Date): void {
		const { source, token } = this.sourceToken;
		this.description = [
			token.id,
			escapeLabel(token.extension.name),
			permissionsSummary(token.permissions, source),
			expiryText(token, now),
		].join(' · ');
		this.accessibilityInformation = { label: `${escapeLabel(token.name)}, ${statusText(token)}, ${this.description}` };
		this.textValidUntil = nextTextChange(token, now);
	}

	/**
	 * Everything but the key, as it is at `now`. Texts of the user's are escaped: a name is never read as Markdown.
	 * @param lastUsed in words; undefined where that is not known
	 */
	createTooltip(now: Date, lastUsed: string | undefined): vscode.MarkdownString {
		const { source, token } = this.sourceToken;
		const text = new vscode.MarkdownString();
		text.appendMarkdown('**').appendText(token.name).appendMarkdown('**\n\n');
		if (token.description) {
			text.appendText(token.description).appendMarkdown('\n\n');
		}
		const facts: [string, string][] = [
			['ID', token.id],
			...(source.remote ? [[vscode.l10n.t('Account'), source.remote.account.name] as [string, string]] : []),
			[vscode.l10n.t('Status'), statusText(token)],
			[vscode.l10n.t('Extension'), `${token.extension.name} (${token.extension.id})`],
			[vscode.l10n.t('Permissions'), permissionsList(token.permissions, source)],
			[vscode.l10n.t('Expires'), expirationText(token, now)],
			...renewedKeyFacts(token, now),
			...(lastUsed === undefined ? [] : [[vscode.l10n.t('Last used'), lastUsed] as [string, string]]),
			[vscode.l10n.t('External ID'), token.externalId ?? '–'],
			[vscode.l10n.t('Created'), vscode.l10n.t('{0} by {1}', dateTimeText(token.created.at), token.created.by)],
			[vscode.l10n.t('Updated'), vscode.l10n.t('{0} by {1}', dateTimeText(token.updated.at), token.updated.by)],
		];
		for (const [label, value] of facts) {
			text.appendMarkdown(`- **${label}:** `).appendText(value).appendMarkdown('\n');
		}
		return text;
	}
}

/** When the key ends that a renewal has put beside the one before. */
function renewedKeyFacts({ status, renewedExpirationDate }: Token, now: Date): [string, string][] {
	return status === 'revitalised'
		? [[vscode.l10n.t('New key expires'), expirationText({ expirationDate: renewedExpirationDate }, now)]]
		: [];
}

/** When the token's expiry is told in other words. */
function nextTextChange({ expirationDate }: Token, now: Date): number {
	return expirationDate === null ? Infinity : now.getTime() + msUntilTextChanges(Date.parse(expirationDate) - now.getTime());
}
