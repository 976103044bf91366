import type { DecideAccess } from '../domain/accessRules';
import type { TokenRecord } from '../domain/token';
import { createErrorResponse, type ErrorResponse } from './errorResponse';

/**
 * Why the token may not make the request; undefined when it may.
 * @param path below the upstream's base path, without the query
 * @param moduleNames what modules are called, by module id
 */
export function authorize(
	decide: DecideAccess,
	moduleNames: Readonly<Record<string, string>>,
	{ id, permissions }: TokenRecord,
	method: string,
	path: string,
): ErrorResponse | undefined {
	const access = decide(method, path, permissions);
	switch (access.kind) {
		case 'allowed':
			return undefined;
		case 'pathTraversal':
			return createErrorResponse(400, "The path contains dot segments (plain or encoded). Path traversal isn't allowed, so remove them.");
		case 'missingModule': {
			const moduleLabels = access.modules.map((module) => `"${moduleNames[module] ?? module}"`).join(' or ');
			return forbidden(`Token ${id} doesn't have access to module ${moduleLabels}. Add the module to the token's permissions.`);
		}
		case 'noModule':
			return forbidden(`This path isn't covered by any module, so it requires access to all modules. Token ${id} doesn't have it.`);
		case 'ambiguousPath':
			return forbidden(
				`This path is ambiguous, so it requires access to all modules. Token ${id} doesn't have it. ` +
					'Use the casing from the API documentation, and remove empty segments and unnecessary escapes.',
			);
	}
}

function forbidden(message: string): ErrorResponse {
	return { status: 403, code: 'AUTH_002', message };
}
