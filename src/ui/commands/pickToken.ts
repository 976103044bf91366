import * as vscode from 'vscode';
import * as v from 'valibot';
import { refusalOf, type TokenAction } from '../../domain/lifecycle';
import type { Clock } from '../../domain/ports';
import { ProblemError, unknownToken } from '../../domain/problems';
import type { SourceToken, TokenRef, TokenSources } from '../../domain/sources';
import { commands } from '../ids';
import { verbatim } from '../messages';
import { expiryText, permissionsText, statusIcon, statusText } from '../tokenText';
import { TokenNode } from '../tree/nodes';
import { sourceName } from './sourceName';

const argumentSchema = v.object({ tokenId: v.string(), sourceId: v.optional(v.string()) }) satisfies v.GenericSchema<TokenRef>;

/** What a command is about: a node of the tree, an object with the ids, or nothing, and what is selected with it. */
export interface Target {
	readonly argument: unknown;
	readonly selection?: unknown;
}

/** Where tokens are found and picked. */
export interface Picking {
	readonly sources: TokenSources;
	readonly clock: Clock;
	/** What the user is picking for. */
	readonly title: string;
}

/** The argument of a command about a token. */
export function refTo({ source, token }: SourceToken): TokenRef {
	return { tokenId: token.id, sourceId: source.id };
}

/**
 * The token that a command is about, or the one the user picks; undefined when the user picks none.
 * @param action one that a token's status may refuse: only tokens that allow it can be picked
 * @throws ProblemError when the token named does not exist, or does not allow the action
 */
export async function tokenFor(target: Target, picking: Picking, action?: TokenAction): Promise<SourceToken | undefined> {
	const [found] = await tokensFor({ argument: target.argument }, picking, action, pickOne);
	return found;
}

/** As `tokenFor`, for an action on several tokens at once: all that are selected in the tree, or that the user picks. */
export async function tokensFor(
	target: Target,
	picking: Picking,
	action?: TokenAction,
	pick: typeof pickOne = pickMany,
): Promise<readonly SourceToken[]> {
	const { sources } = picking;
	const refs = refsIn(target);
	if (refs.length > 0) {
		return Promise.all(refs.map((ref) => allowed(ref, sources, action)));
	}
	// What keeps the workspace's tokens from being read is what the user has to know then.
	const [tokens] = await Promise.all([sources.list('all'), sources.workspace.list()]);
	if (tokens.length === 0) {
		await offerFirstToken();
		return [];
	}
	const choice = tokens.filter(({ token }) => !action || !refusalOf(action, token));
	if (choice.length === 0) {
		void vscode.window.showInformationMessage(vscode.l10n.t('{0}: no token allows this now.', picking.title));
		return [];
	}
	return pick(itemsOf(choice, picking), optionsOf(picking));
}

async function allowed(ref: TokenRef, sources: TokenSources, action?: TokenAction): Promise<SourceToken> {
	const found = await sources.find(ref);
	if (!found) {
		throw unknownToken(ref.tokenId);
	}
	const refusal = action && refusalOf(action, found.token);
	if (refusal) {
		throw new ProblemError([refusal]);
	}
	return found;
}

function refIn(argument: unknown): TokenRef | undefined {
	if (argument instanceof TokenNode) {
		return refTo(argument.found);
	}
	return v.is(argumentSchema, argument) ? argument : undefined;
}

function refsIn({ argument, selection }: Target): readonly TokenRef[] {
	const several = Array.isArray(selection) && selection.length > 0 ? (selection as unknown[]) : [argument];
	return several.map(refIn).filter((ref) => ref !== undefined);
}

interface TokenItem extends vscode.QuickPickItem {
	/** Undefined for what only says whose tokens follow. */
	readonly found?: SourceToken;
}

/** Under the name of each source where there are several. */
function itemsOf(tokens: readonly SourceToken[], { sources, clock }: Picking): readonly TokenItem[] {
	const now = clock();
	if (sources.all.length === 1) {
		return tokens.map((found) => itemOf(found, now));
	}
	return sources.all.flatMap((source) => {
		const items = tokens.filter((found) => found.source === source).map((found) => itemOf(found, now));
		return items.length > 0 ? [{ label: sourceName(source), kind: vscode.QuickPickItemKind.Separator }, ...items] : [];
	});
}

function itemOf(found: SourceToken, now: Date): TokenItem {
	const { source, token } = found;
	return {
		found,
		label: verbatim(token.name),
		iconPath: statusIcon(token.status),
		description: `${token.id} · ${statusText(token)}`,
		detail: [verbatim(token.extension.name), permissionsText(token.permissions, source), expiryText(token, now)].join(' · '),
	};
}

function optionsOf({ title }: Picking): vscode.QuickPickOptions {
	return { title, placeHolder: vscode.l10n.t('Choose a token'), matchOnDescription: true };
}

async function pickOne(items: readonly TokenItem[], options: vscode.QuickPickOptions): Promise<readonly SourceToken[]> {
	const picked = await vscode.window.showQuickPick(items, options);
	return picked?.found ? [picked.found] : [];
}

async function pickMany(items: readonly TokenItem[], options: vscode.QuickPickOptions): Promise<readonly SourceToken[]> {
	const picked = await vscode.window.showQuickPick(items, { ...options, canPickMany: true });
	return picked?.flatMap(({ found }) => found ?? []) ?? [];
}

async function offerFirstToken(): Promise<void> {
	const create = vscode.l10n.t('Create Token');
	const answer = await vscode.window.showInformationMessage(vscode.l10n.t('There are no tokens in this workspace yet.'), create);
	if (answer === create) {
		await vscode.commands.executeCommand(commands.createToken);
	}
}
