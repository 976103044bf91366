import * as vscode from 'vscode';
import * as v from 'valibot';
import type { TokenSource } from '../../domain/ports';
import { fieldProblem } from '../../domain/problems';
import type { TokenSources } from '../../domain/tokenSources';
import { toTarget } from '../../models/treeNodes';
import { sourceLabel } from '../../models/sourceTexts';

const sourceArgumentSchema = v.object({ sourceId: v.string() });

/** The source that a command is about: of a node of the tree or by its id, and otherwise undefined. */
export function sourceFromArgument(argument: unknown, sources: TokenSources): TokenSource | undefined {
	const target = toTarget(argument);
	if (!v.is(sourceArgumentSchema, target)) {
		return undefined;
	}
	const source = sources.get(target.sourceId);
	if (!source) {
		throw fieldProblem('sourceId', 'Account not found. It might have been removed. Add it again.');
	}
	return source;
}

/** The source that a command is about, or the one the user picks where there are several; undefined when they pick none. */
export async function resolveSource(argument: unknown, sources: TokenSources, title: string): Promise<TokenSource | undefined> {
	return sourceFromArgument(argument, sources) ?? (sources.all.length === 1 ? sources.workspace : pickSource(sources.all, title));
}

/** Asks for one of several sources. */
export async function pickSource(sources: readonly TokenSource[], title: string): Promise<TokenSource | undefined> {
	const items = sources.map((source) => ({
		source,
		label: sourceLabel(source),
		description: source.remote
			? `${source.remote.account.id} · ${new URL(source.remote.account.endpoint).host}`
			: vscode.l10n.t('on this machine'),
		iconPath: new vscode.ThemeIcon(source.remote ? 'cloud' : 'folder'),
	}));
	const placeHolder = sources.every(({ remote }) => remote)
		? vscode.l10n.t('Select an account')
		: vscode.l10n.t('Select the workspace or an account');
	const picked = await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDescription: true });
	return picked?.source;
}
