import type { TextReplacement } from './authorizationEdits';
import { createGatewayRewrite } from './gatewayRewrite';
import type { RequestFileKind } from './requestFileKind';
import { findRequestUses } from './requestUses';

/** How a file's requests with a token are changed to be sent to where the token is valid. */
export interface RecipientRewrite {
	/** The token's environment variables. */
	readonly variables: ReadonlySet<string>;
	/** Where the requests are sent, in lower case. */
	readonly fromOrigin: string;
	/** Base URL of the account's API, or the gateway's origin: the gateway itself adds the base path where it's missing. */
	readonly baseUrl: string;
}

/**
 * Returns the edits that send a file's requests with a token to `baseUrl`, whose path is added unless the requests already have it.
 * Undefined if there are no such requests, if only some of them have the path, or if the host of one isn't defined in the file.
 */
export function createRecipientRewrite(
	text: string,
	kind: RequestFileKind,
	rewrite: RecipientRewrite,
): readonly TextReplacement[] | undefined {
	const { variables, fromOrigin, baseUrl } = rewrite;
	const [, origin = '', basePath = ''] = /^(\w+:\/\/[^/]+)(.*?)\/*$/.exec(baseUrl) ?? [];
	const haveBasePath = findRequestUses(text, kind).requests.flatMap((use) => {
		const isChanged = use.variables.some((name) => variables.has(name));
		const path = isChanged && use.target?.url.toLowerCase().startsWith(fromOrigin) ? use.target.url.slice(fromOrigin.length) : undefined;
		return path === undefined ? [] : [path.startsWith(`${basePath}/`)];
	});
	return new Set(haveBasePath).size > 1
		? undefined
		: createGatewayRewrite(text, kind, {
				variables,
				fromOrigin,
				toUrl: haveBasePath[0] === false ? origin + basePath : origin,
				reference: undefined,
			});
}
