import * as l10n from '@vscode/l10n';
import type { Problem } from '../domain/problems';
import { localizeProblem } from './localization';
import { contextKeys } from './manifestIds';
import type { TokenCounts } from './tokensTree';

export interface TokensViewInput {
	/** Why the workspace's tokens can't be read. An account's problem has its own node. */
	readonly problem: Problem | undefined;
	/** Texts that describe the filter; empty if none is set. */
	readonly filterTexts: readonly string[];
	readonly isGrouped: boolean;
	readonly counts: TokenCounts;
	readonly sourceCount: number;
}

/** What the Tokens view shows above its nodes, and the context keys that select its welcome content. */
export interface TokensViewState {
	/** Empty if there's nothing to say. */
	readonly message: string;
	readonly context: Readonly<Record<string, boolean>>;
}

export function tokensViewState({ problem, filterTexts, isGrouped, counts, sourceCount }: TokensViewInput): TokensViewState {
	const { total, shown } = counts;
	const isFiltered = filterTexts.length > 0;
	// If the view is empty, its welcome content says so instead. With accounts, it's never empty.
	const filterMessage =
		isFiltered && (shown > 0 || sourceCount > 1) ? [...filterTexts, l10n.t('{0} of {1}', shown, total)].join(' · ') : '';
	return {
		message: problem ? localizeProblem(problem) : filterMessage,
		context: {
			// Without it, the view would offer to create the first token although there might be tokens.
			[contextKeys.hasProblem]: problem !== undefined,
			[contextKeys.isFiltered]: isFiltered,
			[contextKeys.isGrouped]: isGrouped,
			[contextKeys.hidesAll]: isFiltered && total > 0 && shown === 0,
		},
	};
}
