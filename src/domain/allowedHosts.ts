/** What the user allowed for a token. */
export interface TokenAllowance {
	/** Origins that its key may be sent to, as `parseOrigin` returns them. */
	readonly origins: readonly string[];
	/** URIs of files whose requests may send its key even if their host can't be determined. */
	readonly files: readonly string[];
}

/** What the user allowed, by source ID and token ID. */
export type AllowedHosts = Readonly<Record<string, Readonly<Record<string, TokenAllowance>>>>;

/** Something to allow or to revoke. */
export type Allowance = { readonly origin: string } | { readonly file: string };

/** Identifies a token. */
export interface TokenKey {
	readonly sourceId: string;
	readonly tokenId: string;
}

export const NOTHING_ALLOWED: TokenAllowance = { origins: [], files: [] };

export function getAllowance(hosts: AllowedHosts, { sourceId, tokenId }: TokenKey): TokenAllowance {
	return hosts[sourceId]?.[tokenId] ?? NOTHING_ALLOWED;
}

/** Returns `hosts` with something allowed for a token or, if `isAllowed` is false, not anymore. */
export function changeAllowance(hosts: AllowedHosts, token: TokenKey, allowance: Allowance, isAllowed: boolean): AllowedHosts {
	const { origins, files } = getAllowance(hosts, token);
	const changed =
		'origin' in allowance
			? { origins: changeList(origins, allowance.origin, isAllowed), files }
			: { origins, files: changeList(files, allowance.file, isAllowed) };
	return removeEmpty({ ...hosts, [token.sourceId]: { ...hosts[token.sourceId], [token.tokenId]: changed } });
}

/** Returns `hosts` without some tokens of a source. */
export function removeTokens(hosts: AllowedHosts, sourceId: string, ids: readonly string[]): AllowedHosts {
	const others = Object.entries(hosts[sourceId] ?? {}).filter(([id]) => !ids.includes(id));
	return removeEmpty({ ...hosts, [sourceId]: Object.fromEntries(others) });
}

/** Returns `hosts` without what was allowed for a file, for any token. */
export function removeAllowedFile(hosts: AllowedHosts, file: string): AllowedHosts {
	const tokens = Object.entries(hosts).flatMap(([sourceId, byId]) => Object.keys(byId).map((tokenId) => ({ sourceId, tokenId })));
	return tokens.reduce((result, token) => changeAllowance(result, token, { file }, false), hosts);
}

function changeList(list: readonly string[], item: string, isIncluded: boolean): readonly string[] {
	return [...list.filter((other) => other !== item), ...(isIncluded ? [item] : [])];
}

function removeEmpty(hosts: AllowedHosts): AllowedHosts {
	const sources = Object.entries(hosts).map(([sourceId, tokens]) => {
		const allowed = Object.entries(tokens).filter(([, { origins, files }]) => origins.length + files.length > 0);
		return [sourceId, Object.fromEntries(allowed)] as const;
	});
	return Object.fromEntries(sources.filter(([, tokens]) => Object.keys(tokens).length > 0));
}
