import { hasIntegrationsModule, ApiError, type PlatformAccount, type StoredToken } from './platformAccount';
import { parseListQuery, select } from './rql';
import {
	toDaysResponse,
	toExtensionResponse,
	toPermissionsResponse,
	toSummaryResponse,
	toTokenResponse,
	toWrittenResponse,
	type ResponseOptions,
} from './platformResponses';

/** A response to be sent. */
export interface HttpResponse {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
}

/** A valid request of an operation. */
interface OperationCall {
	readonly account: PlatformAccount;
	/** The token ID in the path; empty if there's none. */
	readonly id: string;
	/** As sent, without the question mark. */
	readonly query: string;
	readonly body: unknown;
	readonly options: OperationOptions;
}

export interface OperationOptions extends ResponseOptions {
	/** Maximum number of items in a page, regardless of `limit`. */
	readonly maxPageSize: number;
	/** Number of items in a page without `limit`. */
	readonly defaultPageSize: number;
}

/** Body of a request, which was validated against the contract. */
type Body<Name extends 'create' | 'edit'> = Parameters<PlatformAccount[Name]> extends [...infer _, infer Last] ? Last : never;

const tokenResponse = ({ account, options }: OperationCall, token: StoredToken) =>
	jsonResponse(200, toTokenResponse(account, token, options));
const getExpirationDate = ({ body }: OperationCall) => (body as { expiration_date?: string | null } | undefined)?.expiration_date;

/** Implementations of the contract's operations. */
const operations: Readonly<Record<string, (call: OperationCall) => HttpResponse>> = {
	'GET /accounts': (call) => page(call, [{ ...call.account.reference, type: 'vendor', role: 'vendor' }]),
	'GET /modules': (call) => page(call, call.account.modules),
	'GET /extensions': (call) => page(call, call.account.extensions.map(toExtensionResponse)),
	'GET /auth/tokens': (call) =>
		page(call, [...call.account.tokens.values()], (token) => toTokenResponse(call.account, token, call.options)),
	'POST /auth/tokens': (call) => {
		const { account, body, options } = call;
		const created = account.create(body as Body<'create'>);
		return jsonResponse(201, options.created === 'token' ? toTokenResponse(account, created, options) : toWrittenResponse(created));
	},
	'GET /auth/tokens/{id}': (call) => tokenResponse(call, call.account.token(call.id)),
	'PUT /auth/tokens/{id}': ({ account, id, body }) => {
		const { name, external_id, description } = toWrittenResponse(account.edit(id, body as Body<'edit'>));
		return jsonResponse(200, { name, external_id, description });
	},
	'DELETE /auth/tokens/{id}': ({ account, id }) => {
		account.delete(id);
		return emptyResponse;
	},
	'POST /auth/tokens/{id}/activate': (call) => tokenResponse(call, call.account.setEnabled(call.id, true)),
	'POST /auth/tokens/{id}/deactivate': (call) => tokenResponse(call, call.account.setEnabled(call.id, false)),
	'POST /auth/tokens/{id}/rotate': (call) => tokenResponse(call, call.account.rotate(call.id, getExpirationDate(call))),
	'POST /auth/tokens/{id}/renew': (call) => tokenResponse(call, call.account.renew(call.id, getExpirationDate(call))),
	'GET /auth/tokens/{id}/permissions': (call) => page(call, toPermissionsResponse(call.account.token(call.id))),
	'POST /auth/tokens/{id}/permissions': ({ account, id, body }) => {
		const moduleId = (body as { object: { id: string } }).object.id;
		account.addPermission(id, moduleId);
		return jsonResponse(
			201,
			toPermissionsResponse(account.token(id)).find(({ object }) => object.id === moduleId),
		);
	},
	'DELETE /auth/tokens/{id}/permissions': ({ account, id, query }) => {
		account.removePermission(id, new URLSearchParams(query).get('object.id') ?? '');
		return emptyResponse;
	},
	'GET /statistics/tokens/{id}/aggregates': ({ account, id, options }) => {
		const days = toDaysResponse(account.token(id));
		return jsonResponse(200, options.aggregates === 'days' ? days : days.at(-1));
	},
	'GET /statistics/tokens/{id}/summary': ({ account, id }) => jsonResponse(200, toSummaryResponse(account.token(id))),
};

/** Operations that don't need the Integrations module. */
const SHARED_OPERATIONS = ['GET /accounts', 'GET /modules'];

/**
 * Runs an operation of the contract with the key in `authorization`.
 * @param accounts all accounts of the platform; the key identifies one of them
 */
export function perform(
	operation: string,
	authorization: string | undefined,
	accounts: readonly PlatformAccount[],
	call: Omit<OperationCall, 'account'>,
): HttpResponse {
	try {
		const { account, permissions } = authenticate(authorization, accounts);
		if (!SHARED_OPERATIONS.includes(operation) && !hasIntegrationsModule(permissions)) {
			// Our assumption: the error code isn't documented.
			throw new ApiError(403, 'AUTH_003', 'The key does not have the module Integrations.');
		}
		return operations[operation]!({ ...call, account });
	} catch (error) {
		if (error instanceof ApiError) {
			return jsonResponse(error.status, { error_code: error.code, errors: [error.message] });
		}
		throw error;
	}
}

/** A response with a JSON body. */
export function jsonResponse(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): HttpResponse {
	return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

const emptyResponse: HttpResponse = { status: 204, headers: {}, body: '' };

function authenticate(
	authorization: string | undefined,
	accounts: readonly PlatformAccount[],
): { account: PlatformAccount; permissions: readonly string[] } {
	const [, id = '', secret = ''] = /^ApiKey (SU[-\d]+):([0-9a-f]{40})$/.exec(authorization ?? '') ?? [];
	for (const account of accounts) {
		const found = account.tokenWith(id, secret);
		if (found?.enabled && account.isValidSecret(found, secret)) {
			return { account, permissions: found.permissions };
		}
	}
	throw new ApiError(401, 'AUTH_001', 'The key is unknown, expired, or disabled.');
}

/** Returns the page of a list that the query requests. */
function page<T>({ query, options }: OperationCall, items: readonly T[], serialize: (item: T) => unknown = (item) => item): HttpResponse {
	const { limit = options.defaultPageSize, offset = 0, ...filter } = parseListQuery(query);
	const selected = select(items, serialize, filter);
	const pageItems = selected.slice(offset, offset + Math.min(limit, options.maxPageSize));
	// The range of an empty page has one item, as in the platform's own responses.
	const range = `items ${offset}-${offset + Math.max(pageItems.length - 1, 0)}/${selected.length}`;
	return jsonResponse(200, pageItems.map(serialize), { 'content-range': range });
}
