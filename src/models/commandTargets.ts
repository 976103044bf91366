import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import { formatOrigin } from '../domain/origins';
import type { Clock, TokenSource } from '../domain/ports';
import { fieldProblem, ProblemError, unknownTokenProblem } from '../domain/problems';
import { isUsable } from '../domain/token';
import { findActionProblem, type TokenAction } from '../domain/tokenLifecycle';
import type { SourceToken, TokenLocator, TokenSources } from '../domain/tokenSources';
import { tokensAllowing, type EligibleTokens } from './eligibleTokens';
import { commandIds, type CommandId } from './manifestIds';
import { sourcePickItems, sourcePickPlaceholder, tokenPickItems, type PickHeading, type PickItem } from './pickItems';
import { toTarget } from './treeNodes';

const tokenArgumentSchema = v.object({ tokenId: v.string(), sourceId: v.optional(v.string()) }) satisfies v.GenericSchema<TokenLocator>;
const sourceArgumentSchema = v.object({ sourceId: v.string() });

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
	/** Which tokens can be picked if the command has no action; all by default. */
	readonly eligible?: EligibleTokens;
}

/** Title of a Quick Pick, and its text while nothing is entered. */
export interface PickOptions {
	readonly title: string;
	readonly placeHolder: string;
}

/** What finding the target of a command needs from the editor. */
export interface TargetPrompts {
	/** @returns undefined if the user canceled */
	pickOne<T>(items: readonly (PickItem<T> | PickHeading)[], options: PickOptions): Promise<T | undefined>;
	/** @returns empty if the user canceled */
	pickMany<T>(items: readonly (PickItem<T> | PickHeading)[], options: PickOptions): Promise<readonly T[]>;
	/** Shows a message, with a button that runs a command if there's one. */
	inform(text: string, button?: { readonly title: string; readonly command: CommandId }): Promise<void>;
}

/** Creates the argument with which a button of a notification names a token to a command, which asks before it releases a key. */
export function toTokenRef({ source, token }: SourceToken): TokenLocator {
	return { tokenId: token.id, sourceId: source.id };
}

/** Finds the tokens and sources that commands apply to. */
export class CommandTargets {
	constructor(private readonly prompts: TargetPrompts) {}

	/**
	 * Returns the token that a command applies to. Otherwise, prompts for one.
	 * @param action only tokens whose status allows this action can be picked
	 * @returns undefined if the user canceled
	 * @throws ProblemError if the named token doesn't exist or doesn't allow the action
	 */
	async resolveToken({ argument }: CommandTarget, options: TokenPickOptions, action?: TokenAction): Promise<SourceToken | undefined> {
		const found = await this.#findTokens({ argument }, options, action);
		return Array.isArray(found) ? found[0] : found && this.prompts.pickOne(found.items, found.options);
	}

	/** Like `resolveToken`, for an action on several tokens: all that are selected in the tree, or that the user picks. */
	async resolveTokens(target: CommandTarget, options: TokenPickOptions, action?: TokenAction): Promise<readonly SourceToken[]> {
		const found = await this.#findTokens(target, options, action);
		return Array.isArray(found) ? found : found ? this.prompts.pickMany(found.items, found.options) : [];
	}

	/**
	 * Returns the source that a command's argument names. Otherwise, prompts for one if there are several.
	 * @returns undefined if the user canceled
	 */
	async resolveSource(argument: unknown, sources: TokenSources, title: string): Promise<TokenSource | undefined> {
		return sourceFromArgument(argument, sources) ?? this.pickSource(sources.all, title);
	}

	/**
	 * Returns the account that a command's argument names. Otherwise, prompts for one if there are several.
	 * @returns undefined if the user canceled, or if the argument names the workspace
	 */
	async resolveAccount(argument: unknown, sources: TokenSources, title: string): Promise<TokenSource | undefined> {
		const accounts = sources.all.filter(({ remote }) => remote);
		const namedSource = sourceFromArgument(argument, sources);
		if (namedSource) {
			return namedSource.remote && namedSource;
		}
		if (accounts.length === 0) {
			await this.prompts.inform(l10n.t('No accounts have been added yet.'), {
				title: l10n.t('Add Connect Account'),
				command: commandIds.addAccount,
			});
			return undefined;
		}
		return this.pickSource(accounts, title);
	}

	/**
	 * Prompts for a token of the workspace that can be used.
	 * @returns undefined if the user canceled, or after a message that there is none
	 */
	async pickWorkspaceToken({ sources: { workspace: source }, clock, title }: TokenPickOptions): Promise<SourceToken | undefined> {
		const tokens = (await source.list()).filter(isUsable).map((token) => ({ source, token }));
		if (tokens.length === 0) {
			await this.prompts.inform(l10n.t('The workspace has no active token.'), {
				title: l10n.t('Create Token'),
				command: commandIds.createToken,
			});
			return undefined;
		}
		return this.prompts.pickOne(tokenPickItems(tokens, [source], clock()), { title, placeHolder: l10n.t('Select a token') });
	}

	/**
	 * Prompts for a token that can be used, of the accounts whose API has this origin.
	 * @returns undefined if the user canceled, or after a message that there is none
	 */
	async pickAccountToken(origin: string, { sources, clock, title }: TokenPickOptions): Promise<SourceToken | undefined> {
		const accounts = sources.all.filter(({ remote }) => remote && new URL(remote.account.endpoint).origin === origin);
		if (accounts.length === 0) {
			await this.prompts.inform(l10n.t('None of the accounts that you added uses {0}.', formatOrigin(origin)), {
				title: l10n.t('Add Connect Account'),
				command: commandIds.addAccount,
			});
			return undefined;
		}
		const tokens = (await sources.list('complete')).filter(({ source, token }) => accounts.includes(source) && isUsable(token));
		if (tokens.length === 0) {
			await this.prompts.inform(l10n.t('The account has no active token.'), {
				title: l10n.t('Create Token'),
				command: commandIds.createToken,
			});
			return undefined;
		}
		return this.prompts.pickOne(tokenPickItems(tokens, accounts, clock()), { title, placeHolder: l10n.t('Select a token') });
	}

	/** Prompts for one of several sources. Returns a single one without a prompt. */
	async pickSource(sources: readonly TokenSource[], title: string): Promise<TokenSource | undefined> {
		return sources.length === 1
			? sources[0]
			: this.prompts.pickOne(sourcePickItems(sources), { title, placeHolder: sourcePickPlaceholder(sources) });
	}

	/** Returns the named tokens, or a Quick Pick's items and options; undefined after a message that there's nothing to pick. */
	async #findTokens(target: CommandTarget, { sources, clock, title, ...options }: TokenPickOptions, action?: TokenAction) {
		const refs = tokenRefsFromTarget(target);
		if (refs.length > 0) {
			return Promise.all(refs.map((ref) => findAllowedToken(ref, sources, action)));
		}
		const tokens = await sources.list('complete');
		if (tokens.length === 0) {
			// `sources.list` skips sources that can't be read. Listing the workspace rejects with the reason.
			await sources.workspace.list();
			await this.prompts.inform(l10n.t('There are no tokens yet.'), { title: l10n.t('Create Token'), command: commandIds.createToken });
			return undefined;
		}
		const eligible = action ? tokensAllowing(action) : options.eligible;
		const pickable = eligible ? tokens.filter(eligible.includes) : tokens;
		if (eligible && pickable.length === 0) {
			await this.prompts.inform(eligible.noneText(), eligible.noneButton?.());
			return undefined;
		}
		return { items: tokenPickItems(pickable, sources.all, clock()), options: { title, placeHolder: l10n.t('Select a token') } };
	}
}

/** Returns the source that a command's argument names, as a tree node or by ID; undefined for any other argument. */
function sourceFromArgument(argument: unknown, sources: TokenSources): TokenSource | undefined {
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

function tokenRefsFromTarget({ argument, selection }: CommandTarget): readonly TokenLocator[] {
	const selectedArguments = Array.isArray(selection) && selection.length > 0 ? (selection as unknown[]) : [argument];
	return selectedArguments.map(toTarget).filter((target) => v.is(tokenArgumentSchema, target));
}
