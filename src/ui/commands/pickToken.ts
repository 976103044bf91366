import * as vscode from 'vscode';
import * as v from 'valibot';
import { refusalOf, type TokenAction } from '../../domain/lifecycle';
import type { Clock, TokenSource } from '../../domain/ports';
import { ProblemError, unknownToken } from '../../domain/problems';
import type { Token } from '../../domain/token';
import { commands } from '../ids';
import { verbatim } from '../messages';
import { expiryText, permissionsText, statusIcon, statusText } from '../tokenText';
import { TokenNode } from '../tree/nodes';

const argumentSchema = v.object({ tokenId: v.string() });

/** What a command is about: a node of the tree, an object with the id, or nothing, and what is selected with it. */
export interface Target {
	readonly argument: unknown;
	readonly selection?: unknown;
}

/** Where tokens are found and picked. */
export interface Picking {
	readonly source: TokenSource;
	readonly clock: Clock;
	/** What the user is picking for. */
	readonly title: string;
}

/**
 * The token that a command is about, or the one the user picks; undefined when the user picks none.
 * @param action one that a token's status may refuse: only tokens that allow it can be picked
 * @throws ProblemError when the token named does not exist, or does not allow the action
 */
export async function tokenFor(target: Target, picking: Picking, action?: TokenAction): Promise<Token | undefined> {
	const [token] = await tokensFor({ argument: target.argument }, picking, action, pickOne);
	return token;
}

/** As `tokenFor`, for an action on several tokens at once: all that are selected in the tree, or that the user picks. */
export async function tokensFor(
	target: Target,
	picking: Picking,
	action?: TokenAction,
	pick: typeof pickOne = pickMany,
): Promise<readonly Token[]> {
	const tokens = await picking.source.list();
	const ids = tokenIdsIn(target);
	if (ids.length > 0) {
		return ids.map((id) => allowed(id, tokens, action));
	}
	if (tokens.length === 0) {
		await offerFirstToken();
		return [];
	}
	const choice = tokens.filter((token) => !action || !refusalOf(action, token));
	if (choice.length === 0) {
		void vscode.window.showInformationMessage(vscode.l10n.t('{0}: no token allows this now.', picking.title));
		return [];
	}
	return pick(choice.map((token) => itemOf(token, picking.clock())), optionsOf(picking));
}

function allowed(id: string, tokens: readonly Token[], action?: TokenAction): Token {
	const token = tokens.find((one) => one.id === id);
	if (!token) {
		throw unknownToken(id);
	}
	const refusal = action && refusalOf(action, token);
	if (refusal) {
		throw new ProblemError([refusal]);
	}
	return token;
}

function tokenIdIn(argument: unknown): string | undefined {
	if (argument instanceof TokenNode) {
		return argument.token.id;
	}
	return v.is(argumentSchema, argument) ? argument.tokenId : undefined;
}

function tokenIdsIn({ argument, selection }: Target): readonly string[] {
	const several = Array.isArray(selection) && selection.length > 0 ? (selection as unknown[]) : [argument];
	return several.map(tokenIdIn).filter((id) => id !== undefined);
}

interface TokenItem extends vscode.QuickPickItem {
	readonly token: Token;
}

function itemOf(token: Token, now: Date): TokenItem {
	return {
		token,
		label: verbatim(token.name),
		iconPath: statusIcon(token.status),
		description: `${token.id} · ${statusText(token)}`,
		detail: [verbatim(token.extension.name), permissionsText(token.permissions), expiryText(token, now)].join(' · '),
	};
}

function optionsOf({ title }: Picking): vscode.QuickPickOptions {
	return { title, placeHolder: vscode.l10n.t('Choose a token'), matchOnDescription: true };
}

async function pickOne(items: readonly TokenItem[], options: vscode.QuickPickOptions): Promise<readonly Token[]> {
	const picked = await vscode.window.showQuickPick(items, options);
	return picked ? [picked.token] : [];
}

async function pickMany(items: readonly TokenItem[], options: vscode.QuickPickOptions): Promise<readonly Token[]> {
	const picked = await vscode.window.showQuickPick(items, { ...options, canPickMany: true });
	return picked?.map(({ token }) => token) ?? [];
}

async function offerFirstToken(): Promise<void> {
	const create = vscode.l10n.t('Create Token');
	const answer = await vscode.window.showInformationMessage(vscode.l10n.t('There are no tokens in this workspace yet.'), create);
	if (answer === create) {
		await vscode.commands.executeCommand(commands.createToken);
	}
}
