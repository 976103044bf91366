import { ALL_MODULES } from '../domain/catalog';
import type { DecideAccess } from '../domain/accessRules';
import type { DenialReason } from '../domain/loggedRequest';
import type { TokenRecord } from '../domain/token';
import { createErrorResponse, type ErrorResponse } from './errorResponse';

/** Takes the place of the method for a request that opens a WebSocket, because that can also write. */
export const WEB_SOCKET = 'WEBSOCKET';

/**
 * Returns the 400 or 403 response to a request that the token isn't permitted to make, or undefined if it's permitted.
 * @param method of the request; `WEB_SOCKET` for one that opens a WebSocket
 * @param path path below the upstream's base path, without the query
 * @param moduleNames display names by module ID
 */
export function authorize(
	decide: DecideAccess,
	moduleNames: Readonly<Record<string, string>>,
	{ id: tokenId, permissions }: TokenRecord,
	method: string,
	path: string,
): ErrorResponse | undefined {
	const access = decide(method, path, permissions);
	switch (access.kind) {
		case 'allowed':
			return undefined;
		case 'pathTraversal':
			return createErrorResponse(
				400,
				"The path contains dot segments or line breaks (plain or encoded). They aren't allowed, so remove them.",
				access,
			);
		case 'missingModule': {
			const scope = formatModules(access.modules, moduleNames);
			return forbidden(`Token ${tokenId} doesn't have access to module ${scope}. Add the module to the token's permissions.`, access);
		}
		case 'readOnly': {
			const scope = access.modules.includes(ALL_MODULES) ? 'all modules' : `module ${formatModules(access.modules, moduleNames)}`;
			return forbidden(
				`Token ${tokenId} is only allowed to read ${scope}. Send a GET, HEAD, or OPTIONS request, or clear Read-only in the token's permissions.`,
				access,
			);
		}
		case 'noModule':
			return forbidden(
				`This path isn't covered by any module, so it requires access to all modules. Token ${tokenId} doesn't have it.`,
				access,
			);
		case 'ambiguousPath':
			return forbidden(
				`This path is ambiguous, so it requires access to all modules. Token ${tokenId} doesn't have it. ` +
					'Use the casing from the API documentation, and remove empty segments and unnecessary escapes.',
				access,
			);
	}
}

function formatModules(ids: readonly string[], moduleNames: Readonly<Record<string, string>>): string {
	return ids.map((id) => `"${moduleNames[id] ?? id}"`).join(' or ');
}

function forbidden(message: string, reason: DenialReason): ErrorResponse {
	return { status: 403, code: 'AUTH_002', message, reason };
}
