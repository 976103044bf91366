import * as vscode from 'vscode';
import * as v from 'valibot';
import { findActionProblem, type TokenAction } from '../../domain/tokenLifecycle';
import type { Clock } from '../../domain/ports';
import { ProblemError, unknownTokenProblem } from '../../domain/problems';
import type { SourceToken, TokenLocator, TokenSources } from '../../domain/tokenSources';
import { commandIds } from '../../models/manifestIds';
import { groupBySource, tokenPickText } from '../../models/pickItems';
import { toTarget } from '../../models/treeNodes';
import { statusThemeIcon } from '../statusThemeIcon';

const tokenArgumentSchema = v.object({ tokenId: v.string(), sourceId: v.optional(v.string()) }) satisfies v.GenericSchema<TokenLocator>;

/** What a command applies to. */
export interface CommandTarget {
	/** A tree node or a `TokenLocator`; anything else names no token. */
	readonly argument: unknown;
	/** All selected tree nodes. */
	readonly selection?: unknown;
}

/** How to find or pick tokens. */
export interface TokenPickOptions {
	readonly sources: TokenSources;
	readonly clock: Clock;
	/** Title of the Quick Pick. */
	readonly title: string;
}

/** Returns the argument that names a token to a command. */
export function toTokenRef({ source, token }: SourceToken): TokenLocator {
	return { tokenId: token.id, sourceId: source.id };
}

/**
 * Returns the token that a command applies to. Otherwise, prompts for one.
 * @param action only tokens whose status allows this action can be picked
 * @returns undefined if the user canceled
 * @throws ProblemError if the named token doesn't exist or doesn't allow the action
 */
export async function resolveToken(
	target: CommandTarget,
	options: TokenPickOptions,
	action?: TokenAction,
): Promise<SourceToken | undefined> {
	const [found] = await resolveTokens({ argument: target.argument }, options, action, showSinglePick);
	return found;
}

/** Like `resolveToken`, for an action on several tokens: all that are selected in the tree, or that the user picks. */
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
	// `sources.list` skips sources that can't be read. Listing the workspace rejects with the reason.
	const [tokens] = await Promise.all([sources.list('complete'), sources.workspace.list()]);
	if (tokens.length === 0) {
		await offerToCreateToken();
		return [];
	}
	const eligible = tokens.filter(({ token }) => !action || !findActionProblem(action, token));
	if (eligible.length === 0) {
		void vscode.window.showInformationMessage(
			vscode.l10n.t('{0}: None of your tokens support this action in their current state.', options.title),
		);
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
	/** Undefined for a separator. */
	readonly sourceToken?: SourceToken;
}

/** Creates items for the tokens, under the name of each source if there are several. */
function toQuickPickItems(tokens: readonly SourceToken[], { sources, clock }: TokenPickOptions): readonly TokenQuickPickItem[] {
	const now = clock();
	return groupBySource(tokens, sources.all).flatMap(({ heading, tokens: found }) => [
		...(heading === undefined ? [] : [{ label: heading, kind: vscode.QuickPickItemKind.Separator }]),
		...found.map((sourceToken) => ({
			...tokenPickText(sourceToken, now),
			sourceToken,
			iconPath: statusThemeIcon(sourceToken.token.status),
		})),
	]);
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
	const selected = await vscode.window.showInformationMessage(vscode.l10n.t('There are no tokens yet.'), createLabel);
	if (selected === createLabel) {
		await vscode.commands.executeCommand(commandIds.createToken);
	}
}
