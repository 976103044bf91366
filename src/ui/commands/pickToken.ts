import * as vscode from 'vscode';
import * as v from 'valibot';
import type { Clock, TokenSource } from '../../domain/ports';
import { unknownToken } from '../../domain/problems';
import type { Token } from '../../domain/token';
import { commands } from '../ids';
import { expiryText, permissionsText, statusIcon, statusText } from '../tokenText';
import { TokenNode } from '../tree/nodes';

const argumentSchema = v.object({ tokenId: v.string() });

/**
 * The token that a command is about: the tree's node it was called on, the id among its arguments,
 * or the one the user picks. Undefined when the user picks none.
 */
export async function tokenFor(argument: unknown, source: TokenSource, clock: Clock, title: string): Promise<Token | undefined> {
	const id = argument instanceof TokenNode ? argument.token.id : v.is(argumentSchema, argument) ? argument.tokenId : undefined;
	if (id === undefined) {
		return pickToken(source, clock, title);
	}
	const token = await source.get(id);
	if (!token) {
		throw unknownToken(id);
	}
	return token;
}

async function pickToken(source: TokenSource, clock: Clock, title: string): Promise<Token | undefined> {
	const tokens = await source.list();
	if (tokens.length === 0) {
		await offerFirstToken();
		return undefined;
	}
	const now = clock();
	const items = tokens.map((token) => ({
		token,
		label: token.name,
		iconPath: statusIcon(token.status),
		description: `${token.id} · ${statusText(token.status)}`,
		detail: [token.extension.name, permissionsText(token.permissions), expiryText(token, now)].join(' · '),
	}));
	const picked = await vscode.window.showQuickPick(items, {
		title,
		placeHolder: vscode.l10n.t('Choose a token'),
		matchOnDescription: true,
	});
	return picked?.token;
}

async function offerFirstToken(): Promise<void> {
	const create = vscode.l10n.t('Create Token');
	const answer = await vscode.window.showInformationMessage(vscode.l10n.t('There are no tokens in this workspace yet.'), create);
	if (answer === create) {
		await vscode.commands.executeCommand(commands.createToken);
	}
}
