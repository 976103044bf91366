import * as l10n from '@vscode/l10n';
import { CUSTOM_EXTENSION_ID } from '../domain/catalog';
import { isRunningLease } from '../domain/leaseEnd';
import { findActionProblem, type TokenAction } from '../domain/tokenLifecycle';
import type { SourceToken } from '../domain/tokenSources';
import { commandIds, type CommandId } from './manifestIds';

/** The tokens that a command can do something with. */
export interface EligibleTokens {
	readonly includes: (found: SourceToken) => boolean;
	/** Why there are none, and what to do instead. */
	readonly noneText: () => string;
	/** The button of that message. */
	readonly noneButton?: () => { readonly title: string; readonly command: CommandId };
}

/** Returns the tokens whose status allows an action. */
export function tokensAllowing(action: TokenAction): EligibleTokens {
	return { includes: ({ token }) => findActionProblem(action, token) === undefined, ...NONE_MESSAGES[action] };
}

/** Whether a token has a key from before a renewal that can be ended. The platform can't end only that one. */
export function hasEndableKey({ source, token }: SourceToken): boolean {
	return !source.remote && token.status === 'revitalised';
}

export const TOKENS_WITH_ENDABLE_KEY: EligibleTokens = {
	includes: hasEndableKey,
	noneText: () =>
		l10n.t("There's no previous key to end. A workspace token has one after Renew Token, until that key expires or the token is rotated."),
};

/** Whether a token is a lease that hasn't ended. */
export function isEndableLease({ token }: SourceToken): boolean {
	return isRunningLease(token);
}

export const RUNNING_LEASES: EligibleTokens = {
	includes: isEndableLease,
	noneText: () => l10n.t("There's no lease to end. You lease a token to an agent for one task, and it ends at the latest after 8 hours."),
	noneButton: () => ({ title: l10n.t('Lease Token to Agent'), command: commandIds.leaseToken }),
};

/** The tokens that can be copied. A lease is for one task in this workspace. */
export const COPYABLE_TOKENS: EligibleTokens = {
	includes: ({ token }) => !token.lease,
	noneText: () => l10n.t("There's no token to copy: Leases can't be copied."),
};

/** Whether a token's permissions can be reduced to what it used: the gateway counts that, and the user has chosen the permissions. */
export function hasReduciblePermissions({ source, token }: SourceToken): boolean {
	return !source.remote && token.extension.id === CUSTOM_EXTENSION_ID && findActionProblem('edit', token) === undefined;
}

export const TOKENS_WITH_REDUCIBLE_PERMISSIONS: EligibleTokens = {
	includes: hasReduciblePermissions,
	noneText: () =>
		l10n.t(
			'Only workspace tokens with the Custom extension can be reduced to what they use. Others have the permissions of their extension.',
		),
};

/** Deleting is always possible, and the others are only impossible for all tokens if their account has locked them. */
const LOCKED_MESSAGE = {
	noneText: () => l10n.t('None of your tokens can be changed here. Reload the account, or change the tokens in CloudBlue Connect.'),
	noneButton: () => ({ title: l10n.t('Reload Account'), command: commandIds.reloadAccount }),
};

const NONE_MESSAGES: Record<TokenAction, Pick<EligibleTokens, 'noneText' | 'noneButton'>> = {
	enable: { noneText: () => l10n.t("There's nothing to enable: None of your tokens is disabled.") },
	disable: { noneText: () => l10n.t("There's nothing to disable: All of your tokens are already disabled or have expired.") },
	renew: {
		noneText: () =>
			l10n.t(
				"None of your tokens can be renewed: They don't expire, have expired, are disabled, or were renewed recently. Rotate a token to replace its key.",
			),
		noneButton: () => ({ title: l10n.t('Rotate Token'), command: commandIds.rotateToken }),
	},
	rotate: LOCKED_MESSAGE,
	edit: LOCKED_MESSAGE,
	delete: LOCKED_MESSAGE,
};
