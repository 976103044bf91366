import { ALL_MODULES, CUSTOM_EXTENSION_ID, type Catalog, type Extension, type Module } from './catalog';
import { resolveExpirationDate } from './expiration';
import { formatPermission, parsePermission } from './permissions';
import { problem } from './problems';
import type { Token, TokenDraft } from './token';
import { getRequestRules, toRequestRuleProperties, type RequestRules } from './tokenLimits';

/** What defines a token, without what identifies it. */
export type TokenDefinition = Pick<
	Token,
	| 'name'
	| 'externalId'
	| 'description'
	| 'extension'
	| 'permissions'
	| 'limits'
	| 'approval'
	| 'lease'
	| 'expirationDate'
	| 'renewedExpirationDate'
>;

/** The draft for a copy of a token in another source, and what isn't available there. */
export interface TokenCopy {
	readonly draft: TokenDraft;
	/** The token's permissions that aren't available in the target catalog. */
	readonly missingPermissions: readonly string[];
	/** The token's limits and approval if the target source doesn't support them; null if nothing is missing. */
	readonly missingRules: RequestRules | null;
	/** Whether the draft has a different extension because the token's isn't available. */
	readonly isExtensionReplaced: boolean;
}

/**
 * Prepares a copy of a token for another source. Extensions and modules are matched by ID or, failing that, by name. If the extension isn't
 * available, it becomes Custom with the token's modules. The copy of an expired token is valid for 30 days.
 * @param getModuleName returns the name of a module in the token's source
 * @throws ProblemError for a lease
 */
export function prepareTokenCopy(
	token: TokenDefinition,
	getModuleName: (id: string) => string,
	targetCatalog: Catalog,
	now: Date,
): TokenCopy {
	if (token.lease) {
		throw problem("A lease can't be copied because it's for one task only. Create a token instead.");
	}
	const matchingExtension = findByIdOrName(targetCatalog.extensions, token.extension.id, token.extension.name);
	const extension = matchingExtension ?? targetCatalog.extensions.find(({ permissions }) => permissions === null);
	const permissions = token.permissions.map((permission) => {
		const { moduleId, level } = parsePermission(permission);
		const targetId = moduleId === ALL_MODULES ? moduleId : findByIdOrName(targetCatalog.modules, moduleId, getModuleName(moduleId))?.id;
		// Full access instead of read-only access would be more than the token has.
		const isAvailable = targetId !== undefined && (level === 'full' || targetCatalog.hasReadOnlyAccess === true);
		return { permission, target: isAvailable ? formatPermission({ moduleId: targetId, level }) : undefined };
	});
	const expirationDate = token.renewedExpirationDate ?? token.expirationDate;
	const rules = getRequestRules(token);
	const hasRequestRules = targetCatalog.hasRequestRules === true;
	return {
		draft: {
			name: token.name,
			externalId: token.externalId,
			description: token.description,
			extension: extension?.id ?? CUSTOM_EXTENSION_ID,
			...(extension?.permissions === null && { permissions: permissions.flatMap(({ target }) => target ?? []) }),
			...(hasRequestRules && toRequestRuleProperties(rules)),
			expirationDate:
				expirationDate === null || Date.parse(expirationDate) > now.getTime()
					? expirationDate
					: resolveExpirationDate({ kind: 'preset', preset: 'days30' }, now),
		},
		missingPermissions:
			extension?.permissions === null ? permissions.flatMap(({ permission, target }) => (target === undefined ? permission : [])) : [],
		missingRules: !hasRequestRules && (rules.limits !== null || rules.approval !== 'never') ? rules : null,
		isExtensionReplaced: matchingExtension === undefined,
	};
}

function findByIdOrName<T extends Extension | Module>(items: readonly T[], id: string, name: string): T | undefined {
	return items.find((item) => item.id === id) ?? items.find((item) => item.name.toLowerCase() === name.toLowerCase());
}
