import * as vscode from 'vscode';
import * as v from 'valibot';
import type { TokenSource } from '../../domain/ports';
import { fieldProblem } from '../../domain/problems';
import type { TokenSources } from '../../domain/tokenSources';
import { ProblemNode, SourceNode } from '../tree/treeNodes';
import { sourcePickPlaceholder, sourcePickText } from '../../models/pickItems';

const sourceArgumentSchema = v.object({ sourceId: v.string() });

/** Returns the source that a command's argument names, as a tree node or by ID; undefined for any other argument. */
export function sourceFromArgument(argument: unknown, sources: TokenSources): TokenSource | undefined {
	if (argument instanceof SourceNode || argument instanceof ProblemNode) {
		return argument.source;
	}
	if (!v.is(sourceArgumentSchema, argument)) {
		return undefined;
	}
	const source = sources.get(argument.sourceId);
	if (!source) {
		throw fieldProblem('sourceId', 'Account not found. It might have been removed. Add it again.');
	}
	return source;
}

/**
 * Returns the source that a command's argument names. Otherwise, prompts for one if there are several.
 * @returns undefined if the user canceled
 */
export async function resolveSource(argument: unknown, sources: TokenSources, title: string): Promise<TokenSource | undefined> {
	return sourceFromArgument(argument, sources) ?? (sources.all.length === 1 ? sources.workspace : pickSource(sources.all, title));
}

/** Prompts for one of several sources. */
export async function pickSource(sources: readonly TokenSource[], title: string): Promise<TokenSource | undefined> {
	const items = sources.map((source) => ({
		...sourcePickText(source),
		source,
		iconPath: new vscode.ThemeIcon(source.remote ? 'cloud' : 'folder'),
	}));
	const options = { title, placeHolder: sourcePickPlaceholder(sources), matchOnDescription: true };
	return (await vscode.window.showQuickPick(items, options))?.source;
}
