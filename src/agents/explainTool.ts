import * as v from 'valibot';
import { createAccessRules } from '../domain/accessRules';
import { isReadMethod } from '../domain/permissions';
import type { SourceToken } from '../domain/tokenSources';
import type { AgentServices } from './agentServices';
import { defineTool } from './agentTool';
import { findTokenOrThrow, isLeaseForTools } from './findToken';
import { describeObstacle, findObstacles, type Obstacle, type RequestTarget } from './obstacles';
import { described, methodInput, pathInput, tokenInput } from './toolInput';
import { ToolError } from './toolError';
import { toSafeId, UNTRUSTED_DATA_NOTE } from './toolResult';

/** How many denied requests are listed. */
const MAX_DENIALS = 10;

export const explainTool = defineTool({
	name: 'connect_tokens_explain',
	modelDescription:
		'Explains why a request was denied or would be denied, and what would allow it: the status of a token, a missing module, read-only access, a limit, approval, or the path. ' +
		'Call it after connect_tokens_call was denied, or before you request a lease, with only a path, to learn which module the path belongs to. ' +
		'Sends no request to the API and changes nothing. The user decides about what it suggests. The platform enforces the tokens of accounts, so its answers about those are approximate.',
	icon: 'question',
	inputSchema: v.strictObject({
		token: v.optional(tokenInput('ID of the token. Without it, the module of the path is explained.')),
		method: described(v.optional(methodInput), 'HTTP method of the request. GET by default.'),
		path: described(
			v.optional(pathInput),
			'Path of the request, with its query. Without it, the status of the token and its last denied requests are explained.',
		),
	}),
	run: async ({ token: tokenId, method = 'GET', path }, { services }) => {
		const target = path === undefined ? undefined : services.readTarget({ method, path });
		if (tokenId === undefined) {
			if (target === undefined) {
				throw new ToolError('Invalid input. Pass "token", "path", or both. Correct the input and call the tool again.');
			}
			return { modules: listModules(target, services) };
		}
		const found = await findTokenOrThrow(services, tokenId);
		const obstacles = await explain(found, target, services);
		const isAllowed = obstacles.length === 0;
		const denials = found.source.remote ? [] : (await services.listDenials(tokenId)).slice(0, MAX_DENIALS);
		return {
			token: tokenId,
			source: found.source.remote ? 'account' : 'workspace',
			isLease: found.token.lease !== undefined,
			status: found.token.status,
			...(target && { isAllowed }),
			reasons: obstacles,
			...(target && isAllowed && { approval: describeApproval(found, target) }),
			...(target && { modules: listModules(target, services) }),
			...(!isLeaseForTools(found.token) && {
				use: "connect_tokens_call can't use it. Request a lease with connect_tokens_request_lease.",
			}),
			...(denials.length > 0 && {
				note: UNTRUSTED_DATA_NOTE,
				lastDenials: denials.map(({ time, method: deniedMethod, path: deniedPath, status, reason }) => ({
					time: new Date(time).toISOString(),
					method: deniedMethod,
					status,
					...(reason && describeObstacle(reason, found.token.lease !== undefined)),
					untrustedData: { path: deniedPath },
				})),
			}),
		};
	},
});

async function explain(
	{ source, token }: SourceToken,
	target: RequestTarget | undefined,
	services: AgentServices,
): Promise<readonly Obstacle[]> {
	const remaining = await source.getRemainingRequests?.(token.id);
	return findObstacles(token, target, services.readModules().paths, remaining);
}

function describeApproval({ token: { approval = 'never' } }: SourceToken, { method }: RequestTarget): string {
	return approval === 'always' || (approval === 'writes' && !isReadMethod(method))
		? 'The user is asked before the gateway forwards the request.'
		: "The gateway doesn't ask the user about the request.";
}

/** Returns the modules any of which allows the request. */
function listModules({ method, path }: RequestTarget, { readModules }: Pick<AgentServices, 'readModules'>) {
	const access = createAccessRules(readModules().paths)(method, path, []);
	switch (access.kind) {
		case 'allowed':
			return { anyOf: [], explanation: 'Every token can make this request.' };
		case 'missingModule':
		case 'readOnly':
			return {
				anyOf: access.modules.map((id) => ({ module: toSafeId(id), write: !isReadMethod(method) })),
				explanation: 'One of them is enough.',
			};
		case 'noModule':
		case 'ambiguousPath':
		case 'pathTraversal':
			return { anyOf: [], ...describeObstacle(access, false) };
	}
}
