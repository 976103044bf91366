import * as vscode from 'vscode';
import { allowedActions } from '../../domain/lifecycle';
import type { TokenSource } from '../../domain/ports';
import type { Problem } from '../../domain/problems';
import type { SourceToken } from '../../domain/sources';
import type { Token } from '../../domain/token';
import { untilOtherWords } from '../../protocol/relativeTime';
import { sourceName } from '../commands/sourceName';
import { commands } from '../ids';
import { localProblem, verbatim } from '../messages';
import { dateText, endText, expiryText, permissionNames, permissionsText, shortDateText, statusIcon, statusText } from '../tokenText';

export type TokensTreeNode = SourceNode | TokenNode | ProblemNode;

/** Where tokens come from: the workspace, with the address of the gateway that enforces its tokens while it runs, or an account. */
export class SourceNode extends vscode.TreeItem {
	constructor(
		readonly source: TokenSource,
		now: Date,
		private readonly gatewayUrl?: string,
	) {
		super(sourceName(source), vscode.TreeItemCollapsibleState.Expanded);
		this.id = source.id;
		this.contextValue = source.account ? 'account' : 'source';
		this.sayAt(now);
	}

	/** Says how the source is at `now`. */
	sayAt(now: Date): void {
		const { source, gatewayUrl } = this;
		const { account } = source;
		this.iconPath = new vscode.ThemeIcon(account ? accountIcon(source) : 'folder');
		if (account) {
			// What a narrow view cuts off is what is known anyway.
			this.description = [...freshnessTexts(source, now), new URL(account.endpoint).host].join(' · ');
			this.tooltip = [
				`${account.name} (${account.id})`,
				account.endpoint,
				...readTexts(source),
				...(source.problem ? [localProblem(source.problem)] : []),
			].join('\n');
		} else {
			this.description = gatewayUrl === undefined ? '' : vscode.l10n.t('gateway {0}', new URL(gatewayUrl).host);
			this.tooltip = vscode.l10n.t('Tokens of this workspace, kept on this machine');
		}
		// Otherwise a screen reader says the tooltip and nothing else.
		this.accessibilityInformation = { label: [sourceName(source), this.description].filter(Boolean).join(', ') };
	}
}

/** Why the tokens of an account are not there, or not current; a click tries again. */
export class ProblemNode extends vscode.TreeItem {
	constructor(
		readonly source: TokenSource,
		problem: Problem,
	) {
		const text = localProblem(problem);
		super(text);
		this.id = `${source.id}/problem`;
		this.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
		this.tooltip = `${text}\n${vscode.l10n.t('Click to try again.')}`;
		this.contextValue = 'problem';
		this.command = { command: commands.reloadAccount, title: '', arguments: [{ sourceId: source.id, isFromLink: true }] };
	}
}

function accountIcon({ problem, freshness }: TokenSource): string {
	return freshness?.reading ? 'loading~spin' : problem ? 'warning' : 'cloud';
}

/** When the tokens of an account were read. */
function readTexts({ freshness }: TokenSource): readonly string[] {
	return typeof freshness?.readAt === 'string' ? [vscode.l10n.t('Tokens as of {0}', dateText(freshness.readAt))] : [];
}

/** How current what is shown of an account is; nothing where it is. */
function freshnessTexts({ problem, freshness }: TokenSource, now: Date): readonly string[] {
	if (freshness?.reading) {
		const { known, total } = freshness.reading;
		return [total === null ? vscode.l10n.t('reading…') : vscode.l10n.t('reading {0} of {1}', known, total)];
	}
	return problem && typeof freshness?.readAt === 'string' ? [vscode.l10n.t('as of {0}', shortDateText(freshness.readAt, now))] : [];
}

/**
 * One token; a click opens its details. Its context value, for the `when` clauses of menus, names the actions that its status allows:
 * `token;disable;rotate;edit;delete;`.
 */
export class TokenNode extends vscode.TreeItem {
	/** Until when its words are true: milliseconds since the epoch, `Infinity` for ever. */
	trueUntil = Infinity;

	constructor(
		readonly found: SourceToken,
		now: Date,
	) {
		const { source, token } = found;
		super(verbatim(token.name));
		this.id = `${source.id}/${token.id}`;
		this.iconPath = statusIcon(token.status);
		this.contextValue = ['token', ...allowedActions(token), ''].join(';');
		this.command = { command: commands.openDetails, title: '', arguments: [this] };
		this.sayAt(now);
	}

	/** Puts what it says into words that are true at `now`. */
	sayAt(now: Date): void {
		const { source, token } = this.found;
		this.description = [token.id, verbatim(token.extension.name), permissionsText(token.permissions, source), expiryText(token, now)].join(
			' · ',
		);
		this.accessibilityInformation = { label: `${verbatim(token.name)}, ${statusText(token)}, ${this.description}` };
		this.trueUntil = nextWords(token, now);
	}

	/**
	 * Everything but the key, as it is at `now`. Texts of the user's are escaped: a name is never read as Markdown.
	 * @param lastUsed in words; undefined where that is not known
	 */
	describe(now: Date, lastUsed: string | undefined): vscode.MarkdownString {
		const { source, token } = this.found;
		const text = new vscode.MarkdownString();
		text.appendMarkdown('**').appendText(token.name).appendMarkdown('**\n\n');
		if (token.description) {
			text.appendText(token.description).appendMarkdown('\n\n');
		}
		const facts: [string, string][] = [
			['ID', token.id],
			...(source.account ? [[vscode.l10n.t('Account'), source.account.name] as [string, string]] : []),
			[vscode.l10n.t('Status'), statusText(token)],
			[vscode.l10n.t('Extension'), `${token.extension.name} (${token.extension.id})`],
			[vscode.l10n.t('Permissions'), permissionNames(token.permissions, source)],
			[vscode.l10n.t('Expires'), endText(token, now)],
			...newKeyFacts(token, now),
			...(lastUsed === undefined ? [] : [[vscode.l10n.t('Last used'), lastUsed] as [string, string]]),
			[vscode.l10n.t('External ID'), token.externalId ?? '–'],
			[vscode.l10n.t('Created'), vscode.l10n.t('{0} by {1}', dateText(token.created.at), token.created.by)],
			[vscode.l10n.t('Updated'), vscode.l10n.t('{0} by {1}', dateText(token.updated.at), token.updated.by)],
		];
		for (const [label, value] of facts) {
			text.appendMarkdown(`- **${label}:** `).appendText(value).appendMarkdown('\n');
		}
		return text;
	}
}

/** When the key ends that a renewal has put beside the one before. */
function newKeyFacts({ status, renewedExpirationDate }: Token, now: Date): [string, string][] {
	return status === 'revitalised' ? [[vscode.l10n.t('New key expires'), endText({ expirationDate: renewedExpirationDate }, now)]] : [];
}

/** When the token's expiry is told in other words. */
function nextWords({ expirationDate }: Token, now: Date): number {
	return expirationDate === null ? Infinity : now.getTime() + untilOtherWords(Date.parse(expirationDate) - now.getTime());
}
