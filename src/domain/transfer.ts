import { ALL_MODULES, CUSTOM_EXTENSION, type Catalogue, type Extension, type Module } from './catalogue';
import { expirationDateOf } from './expiry';
import type { Token, TokenDraft } from './token';

/** What a token is to be where it is copied to, and what of it is not to be had there. */
export interface Transfer {
	readonly draft: TokenDraft;
	/** Names of modules that the catalogue there does not have. */
	readonly missing: readonly string[];
	/** Whether the draft has an extension of another name. */
	readonly isOtherExtension: boolean;
}

/**
 * The definition of a token for another source. Extensions and modules are found by id, or else by name; an extension that is not there
 * becomes Custom with the token's modules. A token that has ended works 30 days there.
 * @param moduleName what a module is called where the token is now
 */
export function transfer(token: Token, moduleName: (id: string) => string, to: Catalogue, now: Date): Transfer {
	const named = find(to.extensions, token.extension.id, token.extension.name);
	const extension = named ?? to.extensions.find(({ permissions }) => permissions === null);
	const modules = token.permissions.map((id) => ({ id, there: id === ALL_MODULES ? id : find(to.modules, id, moduleName(id))?.id }));
	const end = token.renewedExpirationDate ?? token.expirationDate;
	return {
		draft: {
			name: token.name,
			externalId: token.externalId,
			description: token.description,
			extension: extension?.id ?? CUSTOM_EXTENSION,
			...(extension?.permissions === null && { permissions: modules.flatMap(({ there }) => there ?? []) }),
			expirationDate: end === null || Date.parse(end) > now.getTime() ? end : expirationDateOf({ kind: 'preset', preset: 'days30' }, now),
		},
		missing: extension?.permissions === null ? modules.flatMap(({ id, there }) => (there === undefined ? [moduleName(id)] : [])) : [],
		isOtherExtension: named === undefined,
	};
}

function find<T extends Extension | Module>(all: readonly T[], id: string, name: string): T | undefined {
	return all.find((one) => one.id === id) ?? all.find((one) => one.name.toLowerCase() === name.toLowerCase());
}
