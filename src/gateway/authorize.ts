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
		case 'leaving':
			return createErrorResponse(
				400,
				'The path holds dot segments, plain or encoded, which could lead out of the API. Write the path without them.',
			);
		case 'lacks': {
			const moduleLabels = access.modules.map((module) => `"${moduleNames[module] ?? module}"`).join(' or ');
			return forbidden(`The token ${id} lacks the module ${moduleLabels}. Add it to the token’s permissions.`);
		}
		case 'uncovered':
			return forbidden(`No module covers this path, so only a token with all modules reaches it. The token ${id} is not one.`);
		case 'ambiguous':
			return forbidden(
				`This spelling of the path can be read in more than one way, so only a token with all modules may use it. The token ${id} is not one. ` +
					'Write the path in the case that the API documents, without empty segments and without needless escapes.',
			);
	}
}

function forbidden(message: string): ErrorResponse {
	return { status: 403, code: 'AUTH_002', message };
}
