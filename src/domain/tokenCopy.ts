import { ALL_MODULES, CUSTOM_EXTENSION_ID, type Catalog, type Extension, type Module } from './catalog';
import { resolveExpirationDate } from './expiration';
import type { Token, TokenDraft } from './token';

/** What a token is to be where it is copied to, and what of it is not to be had there. */
export interface TokenCopy {
	readonly draft: TokenDraft;
	/** Names of modules that the catalogue there does not have. */
	readonly missingModules: readonly string[];
	/** Whether the draft has an extension of another name. */
	readonly isExtensionReplaced: boolean;
}

/**
 * The definition of a token for another source. Extensions and modules are found by id, or else by name; an extension that is not there
 * becomes Custom with the token's modules. A token that has ended works 30 days there.
 * @param getModuleName what a module is called where the token is now
 */
export function prepareTokenCopy(token: Token, getModuleName: (id: string) => string, targetCatalog: Catalog, now: Date): TokenCopy {
	const matchingExtension = findByIdOrName(targetCatalog.extensions, token.extension.id, token.extension.name);
	const extension = matchingExtension ?? targetCatalog.extensions.find(({ permissions }) => permissions === null);
	const modules = token.permissions.map((id) => ({
		id,
		there: id === ALL_MODULES ? id : findByIdOrName(targetCatalog.modules, id, getModuleName(id))?.id,
	}));
	const expirationDate = token.renewedExpirationDate ?? token.expirationDate;
	return {
		draft: {
			name: token.name,
			externalId: token.externalId,
			description: token.description,
			extension: extension?.id ?? CUSTOM_EXTENSION_ID,
			...(extension?.permissions === null && { permissions: modules.flatMap(({ there }) => there ?? []) }),
			expirationDate:
				expirationDate === null || Date.parse(expirationDate) > now.getTime()
					? expirationDate
					: resolveExpirationDate({ kind: 'preset', preset: 'days30' }, now),
		},
		missingModules:
			extension?.permissions === null ? modules.flatMap(({ id, there }) => (there === undefined ? [getModuleName(id)] : [])) : [],
		isExtensionReplaced: matchingExtension === undefined,
	};
}

function findByIdOrName<T extends Extension | Module>(all: readonly T[], id: string, name: string): T | undefined {
	return all.find((item) => item.id === id) ?? all.find((item) => item.name.toLowerCase() === name.toLowerCase());
}
