import { ALL_MODULES } from './catalog';
import { parsePermission } from './permissions';
import { DAY_MS, isUsable, type Token } from './token';
import type { HistoryEvent } from './tokenHistory';
import { getRetainedDates, type ReportedUsage } from './tokenUsage';

/** After how many days without a response a token is unused. */
export const UNUSED_DAYS = 90;
/** For how many days a new token may be unused. */
export const NEW_TOKEN_DAYS = 30;
/** After how many days an expired or disabled token should be deleted. */
export const UNUSABLE_DAYS = 30;
/** A token with access to all modules that uses at most this many should have only those. */
export const FEW_MODULES = 5;

/** The reasons why a token needs attention, most severe first. */
export const REVIEW_REASON_KINDS = ['keyInFile', 'unused', 'neverUsed', 'fewModules', 'neverExpires', 'expired', 'disabled'] as const;
export type ReviewReasonKind = (typeof REVIEW_REASON_KINDS)[number];

/** How many requests used a module in the last 30 days. */
export interface UsedModule {
	readonly moduleId: string;
	readonly read: number;
	readonly write: number;
}

/** Why a token needs attention, with the evidence. `since` is ISO 8601 UTC. */
export type ReviewReason =
	/** Files contain an API key of the token. */
	| { readonly kind: 'keyInFile'; readonly fileCount: number }
	/** `since` is when it was last used, or created. */
	| { readonly kind: 'unused' | 'neverUsed'; readonly since: string }
	/** The token can access all modules, and used only these, the most used one first. */
	| { readonly kind: 'fewModules'; readonly used: readonly UsedModule[]; readonly moduleCount: number }
	/** `since` is when its key was issued, or null if that's unknown. */
	| { readonly kind: 'neverExpires'; readonly since: string | null }
	| { readonly kind: 'expired' | 'disabled'; readonly since: string };

/** What's known of a token that's reviewed. */
export interface ReviewInput {
	readonly token: Token;
	/** Undefined if it's unknown. */
	readonly usage: ReportedUsage | undefined;
	/** What was done with the token, oldest first; empty if that's unknown. */
	readonly history: readonly HistoryEvent[];
	/** In how many files a key of the token was found. */
	readonly keyFileCount: number;
	/** How many modules the token's source has. */
	readonly moduleCount: number;
	/** Whether the token's extension determines its modules, so they can't be reduced. */
	readonly hasFixedModules: boolean;
}

/** Returns a function that returns why a token needs attention at `now`, most severe reason first. What's unknown is no reason. */
export function createTokenReview(now: Date): (input: ReviewInput) => readonly ReviewReason[] {
	const retainedDates: ReadonlySet<string> = new Set(getRetainedDates(now));
	const isOlderThan = (since: string, days: number) => now.getTime() - Date.parse(since) >= days * DAY_MS;
	return (input) => {
		const { token, history, keyFileCount } = input;
		const found: ReviewReason[] = keyFileCount > 0 ? [{ kind: 'keyInFile', fileCount: keyFileCount }] : [];
		if (token.lease) {
			// It ends and is deleted without the user.
			return found;
		}
		if (isUsable(token)) {
			found.push(...findUsageReasons(input, retainedDates, isOlderThan), ...findExpirationReasons(token));
		} else if (token.status === 'expired') {
			const since = token.expirationDate;
			found.push(...(since !== null && isOlderThan(since, UNUSABLE_DAYS) ? [{ kind: 'expired', since } as const] : []));
		} else {
			const since = history.findLast(({ kind }) => kind === 'disabled')?.at ?? token.updated.at;
			found.push(...(isOlderThan(since, UNUSABLE_DAYS) ? [{ kind: 'disabled', since } as const] : []));
		}
		return found;
	};
}

function findUsageReasons(
	{ token, usage, moduleCount, hasFixedModules }: ReviewInput,
	retainedDates: ReadonlySet<string>,
	isOlderThan: (since: string, days: number) => boolean,
): readonly ReviewReason[] {
	if (!usage) {
		return [];
	}
	const { days, lastUsed } = usage;
	const created = token.created.at;
	if (lastUsed === null && days.length === 0) {
		return isOlderThan(created, NEW_TOKEN_DAYS) ? [{ kind: 'neverUsed', since: created }] : [];
	}
	if (typeof lastUsed === 'string' && isOlderThan(lastUsed, UNUSED_DAYS)) {
		return [{ kind: 'unused', since: lastUsed }];
	}
	const hasAllModules = token.permissions.some((permission) => parsePermission(permission).moduleId === ALL_MODULES);
	if (!hasAllModules || hasFixedModules) {
		return [];
	}
	const used = sumByModule(days.filter(({ date }) => retainedDates.has(date)));
	return used.length > 0 && used.length <= FEW_MODULES && used.length < moduleCount ? [{ kind: 'fewModules', used, moduleCount }] : [];
}

function findExpirationReasons({ status, expirationDate, renewedExpirationDate, keyIssuedAt }: Token): readonly ReviewReason[] {
	// After a renewal, `expirationDate` is that of the previous key.
	const currentDate = status === 'revitalised' ? renewedExpirationDate : expirationDate;
	return currentDate === null ? [{ kind: 'neverExpires', since: keyIssuedAt ?? null }] : [];
}

/** Adds up the counts of each module, the most used module first. */
function sumByModule(days: ReportedUsage['days']): readonly UsedModule[] {
	const sums = new Map<string, { moduleId: string; read: number; write: number }>();
	for (const { modules = {} } of days) {
		for (const [moduleId, { read, write }] of Object.entries(modules)) {
			const sum = sums.get(moduleId) ?? { moduleId, read: 0, write: 0 };
			sums.set(moduleId, { moduleId, read: sum.read + read, write: sum.write + write });
		}
	}
	return [...sums.values()]
		.filter(({ read, write }) => read + write > 0)
		.sort((a, b) => b.read + b.write - (a.read + a.write) || (a.moduleId < b.moduleId ? -1 : 1));
}

/** Orders tokens by their most severe reason, then by how many they have. */
export function compareReasons(first: readonly Pick<ReviewReason, 'kind'>[], second: readonly Pick<ReviewReason, 'kind'>[]): number {
	return severity(first) - severity(second) || second.length - first.length;
}

function severity([first]: readonly Pick<ReviewReason, 'kind'>[]): number {
	return first ? REVIEW_REASON_KINDS.indexOf(first.kind) : REVIEW_REASON_KINDS.length;
}

/** What can be done about a reason. `setExpiration` rotates the token with an expiration date. */
export const REVIEW_REMEDIES = ['goToFile', 'rotate', 'setExpiration', 'reduce', 'editPermissions', 'disable', 'delete'] as const;
export type ReviewRemedy = (typeof REVIEW_REMEDIES)[number];
