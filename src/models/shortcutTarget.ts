import * as v from 'valibot';
import type { CommandTarget } from './commandTargets';
import { TokenNode, type TokensTreeNode } from './treeNodes';

/** What the keyboard shortcuts of the Tokens view pass to their commands: VS Code tells them neither the selected nodes nor the focused one. */
const shortcutArgumentSchema = v.object({ useSelection: v.literal(true) });

/**
 * Returns what a command applies to: for a shortcut of the Tokens view, the selected tokens, or nothing, so that the command asks, if no node is
 * selected. Undefined if only nodes of another kind are selected, to which these commands don't apply.
 */
export function resolveShortcut(target: CommandTarget, selectedNodes: readonly TokensTreeNode[]): CommandTarget | undefined {
	if (!v.is(shortcutArgumentSchema, target.argument)) {
		return target;
	}
	const tokens = selectedNodes.filter((node) => node instanceof TokenNode);
	return selectedNodes.length > 0 && tokens.length === 0 ? undefined : { argument: tokens[0], selection: tokens };
}
