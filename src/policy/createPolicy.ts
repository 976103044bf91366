import type { Module } from '../domain/catalog';
import type { ModulePaths } from '../domain/modulePaths';
import { computeRemainingRequests, type RequestCountsByToken } from '../domain/requestLimiter';
import { getValidKeys, isKeyExpired, type TokenRecord } from '../domain/token';
import type { Policy, PolicyModule, PolicyToken } from './policy';
import { createPolicyException, findPolicyExceptions, type PolicyException } from './policyExceptions';

/** What the gateway in the editor enforces. */
export interface PolicySource {
	readonly tokens: readonly TokenRecord[];
	readonly modules: readonly Module[];
	readonly modulePaths: ModulePaths;
	/** What was counted toward the limits of tokens. */
	readonly requestCounts: RequestCountsByToken;
}

/** Whether tokens with a total can make the requests that are left of it, or none. */
export type ExportedTotals = 'remaining' | 'denied';
export const EXPORTED_TOTALS = ['remaining', 'denied'] as const satisfies readonly ExportedTotals[];

export interface CreatedPolicy {
	readonly policy: Policy;
	/** How the engine treats tokens differently. Sorted by token ID. */
	readonly exceptions: readonly PolicyException[];
}

/**
 * Creates the policy that another engine enforces. It contains key hashes, but no keys. The same tokens result in the same policy, until a
 * previous key expires or a request counts toward a total.
 */
export function createPolicy(
	{ tokens, modules, modulePaths, requestCounts }: PolicySource,
	{ totals }: { readonly totals: ExportedTotals },
	now: Date,
): CreatedPolicy {
	const policyTokens = tokens
		.filter(({ lease }) => !lease)
		.map((token) => createPolicyToken(token, totals, requestCounts, now))
		.sort(compareIds);
	// Nobody misses a lease that has ended.
	const leases = tokens.filter(({ lease, key }) => lease && !isKeyExpired(key, lease, now));
	return {
		policy: {
			version: 1,
			modules: modules.map((module) => createPolicyModule(module, modulePaths)).sort(compareIds),
			tokens: policyTokens,
		},
		exceptions: sortExceptions([
			...policyTokens.flatMap((token) => findPolicyExceptions(token)),
			...leases.map((lease) => createPolicyException(lease, 'lease')),
		]),
	};
}

/**
 * Keeps the totals that another engine counts already. It would start over with a different number, because it only knows how many requests it
 * has counted itself. A total that was changed since then is denied until the policy is exported again.
 * @param previous the policy that the engine enforces
 */
export function continueTotals({ policy, exceptions }: CreatedPolicy, previous: Policy): CreatedPolicy {
	const previousTokens = new Map(previous.tokens.map((token) => [token.id, token]));
	const changed = policy.tokens.map((token): { readonly token: PolicyToken; readonly isTotalChanged: boolean } => {
		const counted = previousTokens.get(token.id);
		if (typeof token.remainingTotal !== 'number' || counted?.total === undefined || counted.remainingTotal === null) {
			return { token, isTotalChanged: false };
		}
		return counted.total === token.total
			? { token: { ...token, remainingTotal: counted.remainingTotal }, isTotalChanged: counted.remainingTotal === 'denied' }
			: { token: { ...token, remainingTotal: 'denied' }, isTotalChanged: true };
	});
	return {
		policy: { ...policy, tokens: changed.map(({ token }) => token) },
		exceptions: sortExceptions([
			...changed.flatMap(({ token, isTotalChanged }) => findPolicyExceptions(token, isTotalChanged)),
			...exceptions.filter(({ kind }) => kind === 'lease'),
		]),
	};
}

function createPolicyToken(token: TokenRecord, totals: ExportedTotals, requestCounts: RequestCountsByToken, now: Date): PolicyToken {
	const { id, name, enabled, permissions, limits, approval = 'never' } = token;
	return {
		id,
		name,
		isEnabled: enabled,
		keys: getValidKeys(token, now).map(({ key: { sha256, expirationDate } }) => ({
			sha256,
			expirationDate: expirationDate === null ? null : new Date(expirationDate).toISOString(),
		})),
		permissions: [...new Set(permissions)].sort(),
		rate: limits?.rate ? { ...limits.rate } : null,
		...(limits?.total !== undefined && { total: limits.total }),
		remainingTotal: limits?.total === undefined ? null : totals === 'denied' ? 'denied' : countRemaining(token, requestCounts, now),
		approval,
	};
}

function createPolicyModule({ id, name }: Module, modulePaths: ModulePaths): PolicyModule {
	const paths = Object.hasOwn(modulePaths, id) ? modulePaths[id]! : [];
	return { id, name, paths: [...new Set(paths)].sort() };
}

function countRemaining({ id, limits = {} }: TokenRecord, requestCounts: RequestCountsByToken, now: Date): number {
	const counts = Object.hasOwn(requestCounts, id) ? requestCounts[id] : undefined;
	return computeRemainingRequests(limits, counts, now.getTime()).total ?? 0;
}

function sortExceptions(exceptions: readonly PolicyException[]): readonly PolicyException[] {
	return [...exceptions].sort((a, b) => compareTexts(a.tokenId, b.tokenId));
}

function compareIds(a: { readonly id: string }, b: { readonly id: string }): number {
	return compareTexts(a.id, b.id);
}

/** By UTF-16 code units, which doesn't depend on the language. */
function compareTexts(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
