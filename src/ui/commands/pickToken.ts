import * as vscode from 'vscode';
import * as v from 'valibot';
import { findActionProblem, type TokenAction } from '../../domain/tokenLifecycle';
import type { Clock } from '../../domain/ports';
import { ProblemError, unknownTokenProblem } from '../../domain/problems';
import type { SourceToken, TokenLocator, TokenSources } from '../../domain/tokenSources';
import { commandIds } from '../../models/manifestIds';
import { escapeLabel } from '../../models/localization';
import { statusText } from '../../models/statusTexts';
import { expiryText, permissionsSummary } from '../../models/tokenTexts';
import { statusThemeIcon } from '../statusThemeIcon';
import { toTarget } from '../../models/treeNodes';
import { sourceLabel } from '../../models/sourceTexts';

const tokenArgumentSchema = v.object({ tokenId: v.string(), sourceId: v.optional(v.string()) }) satisfies v.GenericSchema<TokenLocator>;

/** What a command is about: a node of the tree, an object with the ids, or nothing, and what is selected with it. */
export interface CommandTarget {
	readonly argument: unknown;
	readonly selection?: unknown;
}

/** Where tokens are found and picked. */
export interface TokenPickOptions {
	readonly sources: TokenSources;
	readonly clock: Clock;
	/** What the user is picking for. */
	readonly title: string;
}

/** The argument of a command about a token. */
export function toTokenRef({ source, token }: SourceToken): TokenLocator {
	return { tokenId: token.id, sourceId: source.id };
}

/**
 * The token that a command is about, or the one the user picks; undefined when the user picks none.
 * @param action one that a token's status may refuse: only tokens that allow it can be picked
 * @throws ProblemError when the token named does not exist, or does not allow the action
 */
export async function resolveToken(
	target: CommandTarget,
	options: TokenPickOptions,
	action?: TokenAction,
): Promise<SourceToken | undefined> {
	const [found] = await resolveTokens({ argument: target.argument }, options, action, showSinglePick);
	return found;
}

/** As `tokenFor`, for an action on several tokens at once: all that are selected in the tree, or that the user picks. */
export async function resolveTokens(
	target: CommandTarget,
	options: TokenPickOptions,
	action?: TokenAction,
	showPick: typeof showSinglePick = showMultiPick,
): Promise<readonly SourceToken[]> {
	const { sources } = options;
	const refs = tokenRefsFromTarget(target);
	if (refs.length > 0) {
		return Promise.all(refs.map((ref) => findAllowedToken(ref, sources, action)));
	}
	// What keeps the workspace's tokens from being read is what the user has to know then.
	const [tokens] = await Promise.all([sources.list('complete'), sources.workspace.list()]);
	if (tokens.length === 0) {
		await offerToCreateToken();
		return [];
	}
	const eligible = tokens.filter(({ token }) => !action || !findActionProblem(action, token));
	if (eligible.length === 0) {
		void vscode.window.showInformationMessage(vscode.l10n.t('{0}: no token supports this action right now.', options.title));
		return [];
	}
	return showPick(toQuickPickItems(eligible, options), toQuickPickOptions(options));
}

async function findAllowedToken(ref: TokenLocator, sources: TokenSources, action?: TokenAction): Promise<SourceToken> {
	const found = await sources.find(ref);
	if (!found) {
		throw unknownTokenProblem(ref.tokenId);
	}
	const problem = action && findActionProblem(action, found.token);
	if (problem) {
		throw new ProblemError([problem]);
	}
	return found;
}

function tokenRefFromArgument(argument: unknown): TokenLocator | undefined {
	const target = toTarget(argument);
	return v.is(tokenArgumentSchema, target) ? target : undefined;
}

function tokenRefsFromTarget({ argument, selection }: CommandTarget): readonly TokenLocator[] {
	const selectedArguments = Array.isArray(selection) && selection.length > 0 ? (selection as unknown[]) : [argument];
	return selectedArguments.map(tokenRefFromArgument).filter((ref) => ref !== undefined);
}

interface TokenQuickPickItem extends vscode.QuickPickItem {
	/** Undefined for what only says whose tokens follow. */
	readonly sourceToken?: SourceToken;
}

/** Under the name of each source where there are several. */
function toQuickPickItems(tokens: readonly SourceToken[], { sources, clock }: TokenPickOptions): readonly TokenQuickPickItem[] {
	const now = clock();
	if (sources.all.length === 1) {
		return tokens.map((found) => toQuickPickItem(found, now));
	}
	return sources.all.flatMap((source) => {
		const items = tokens.filter((found) => found.source === source).map((found) => toQuickPickItem(found, now));
		return items.length > 0 ? [{ label: sourceLabel(source), kind: vscode.QuickPickItemKind.Separator }, ...items] : [];
	});
}

function toQuickPickItem(sourceToken: SourceToken, now: Date): TokenQuickPickItem {
	const { source, token } = sourceToken;
	return {
		sourceToken,
		label: escapeLabel(token.name),
		iconPath: statusThemeIcon(token.status),
		description: `${token.id} · ${statusText(token)}`,
		detail: [escapeLabel(token.extension.name), permissionsSummary(token.permissions, source), expiryText(token, now)].join(' · '),
	};
}

function toQuickPickOptions({ title }: TokenPickOptions): vscode.QuickPickOptions {
	return { title, placeHolder: vscode.l10n.t('Select a token'), matchOnDescription: true };
}

async function showSinglePick(items: readonly TokenQuickPickItem[], options: vscode.QuickPickOptions): Promise<readonly SourceToken[]> {
	const picked = await vscode.window.showQuickPick(items, options);
	return picked?.sourceToken ? [picked.sourceToken] : [];
}

async function showMultiPick(items: readonly TokenQuickPickItem[], options: vscode.QuickPickOptions): Promise<readonly SourceToken[]> {
	const picked = await vscode.window.showQuickPick(items, { ...options, canPickMany: true });
	return picked?.flatMap(({ sourceToken }) => sourceToken ?? []) ?? [];
}

async function offerToCreateToken(): Promise<void> {
	const createLabel = vscode.l10n.t('Create Token');
	const answer = await vscode.window.showInformationMessage(vscode.l10n.t('There are no tokens yet.'), createLabel);
	if (answer === createLabel) {
		await vscode.commands.executeCommand(commandIds.createToken);
	}
}
