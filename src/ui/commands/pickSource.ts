import * as vscode from 'vscode';
import * as v from 'valibot';
import type { TokenSource } from '../../domain/ports';
import { fieldProblem } from '../../domain/problems';
import type { TokenSources } from '../../domain/sources';
import { ProblemNode, SourceNode } from '../tree/nodes';
import { sourceName } from './sourceName';

const argumentSchema = v.object({ sourceId: v.string() });

/** The source that a command is about: of a node of the tree or by its id, and otherwise undefined. */
export function sourceIn(argument: unknown, sources: TokenSources): TokenSource | undefined {
	if (argument instanceof SourceNode || argument instanceof ProblemNode) {
		return argument.source;
	}
	if (!v.is(argumentSchema, argument)) {
		return undefined;
	}
	const source = sources.get(argument.sourceId);
	if (!source) {
		throw fieldProblem('sourceId', 'There is no such account here. It may have been removed; add it again.');
	}
	return source;
}

/** The source that a command is about, or the one the user picks where there are several; undefined when they pick none. */
export async function sourceFor(argument: unknown, sources: TokenSources, title: string): Promise<TokenSource | undefined> {
	return sourceIn(argument, sources) ?? (sources.all.length === 1 ? sources.workspace : pickSource(sources.all, title));
}

/** Asks for one of several sources. */
export async function pickSource(choice: readonly TokenSource[], title: string): Promise<TokenSource | undefined> {
	const items = choice.map((source) => ({
		source,
		label: sourceName(source),
		description: source.account ? `${source.account.id} · ${new URL(source.account.endpoint).host}` : vscode.l10n.t('on this machine'),
		iconPath: new vscode.ThemeIcon(source.account ? 'cloud' : 'folder'),
	}));
	const placeHolder = choice.every(({ account }) => account) ? vscode.l10n.t('Choose an account') : vscode.l10n.t('Choose where');
	const picked = await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDescription: true });
	return picked?.source;
}
