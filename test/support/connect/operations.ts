import { reachesIntegrations, Refusal, type PlatformAccount, type StoredToken } from './account';
import { parseListQuery, select } from './rql';
import { daysOnWire, extensionOnWire, permissionsOnWire, summaryOnWire, tokenOnWire, writtenOnWire, type WireOptions } from './wire';

/** An answer before it is sent. */
export interface Answer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
}

/** A request that keeps the contract, and what it is about. */
interface Call {
	readonly account: PlatformAccount;
	/** The id in the path; empty where there is none. */
	readonly id: string;
	/** As it was sent, without the question mark. */
	readonly query: string;
	readonly body: unknown;
	readonly options: OperationOptions;
}

export interface OperationOptions extends WireOptions {
	/** The most that a page has, whatever `limit` says. */
	readonly longestPage: number;
	/** What a page has when no `limit` says it. */
	readonly usualPage: number;
}

/** Body of a request: the contract has looked at it. */
type Body<Name extends 'create' | 'edit'> = Parameters<PlatformAccount[Name]> extends [...infer _, infer Last] ? Last : never;

const token = ({ account, options }: Call, one: StoredToken) => json(200, tokenOnWire(account, one, options));
const newDate = ({ body }: Call) => (body as { expiration_date?: string | null } | undefined)?.expiration_date;

/** What the platform does, by the contract's operations. */
const operations: Readonly<Record<string, (call: Call) => Answer>> = {
	'GET /accounts': (call) => page(call, [{ ...call.account.reference, type: 'vendor', role: 'vendor' }]),
	'GET /modules': (call) => page(call, call.account.modules),
	'GET /extensions': (call) => page(call, call.account.extensions.map(extensionOnWire)),
	'GET /auth/tokens': (call) => page(call, [...call.account.tokens.values()], (one) => tokenOnWire(call.account, one, call.options)),
	'POST /auth/tokens': (call) => {
		const { account, body, options } = call;
		const created = account.create(body as Body<'create'>);
		return json(201, options.created === 'token' ? tokenOnWire(account, created, options) : writtenOnWire(created));
	},
	'GET /auth/tokens/{id}': (call) => token(call, call.account.token(call.id)),
	'PUT /auth/tokens/{id}': ({ account, id, body }) => {
		const { name, external_id, description } = writtenOnWire(account.edit(id, body as Body<'edit'>));
		return json(200, { name, external_id, description });
	},
	'DELETE /auth/tokens/{id}': ({ account, id }) => {
		account.delete(id);
		return nothing;
	},
	'POST /auth/tokens/{id}/activate': (call) => token(call, call.account.setEnabled(call.id, true)),
	'POST /auth/tokens/{id}/deactivate': (call) => token(call, call.account.setEnabled(call.id, false)),
	'POST /auth/tokens/{id}/rotate': (call) => token(call, call.account.rotate(call.id, newDate(call))),
	'POST /auth/tokens/{id}/renew': (call) => token(call, call.account.renew(call.id, newDate(call))),
	'GET /auth/tokens/{id}/permissions': (call) => page(call, permissionsOnWire(call.account.token(call.id))),
	'POST /auth/tokens/{id}/permissions': ({ account, id, body }) => {
		const module = (body as { object: { id: string } }).object.id;
		account.permit(id, module);
		return json(
			201,
			permissionsOnWire(account.token(id)).find(({ object }) => object.id === module),
		);
	},
	'DELETE /auth/tokens/{id}/permissions': ({ account, id, query }) => {
		account.forbid(id, new URLSearchParams(query).get('object.id') ?? '');
		return nothing;
	},
	'GET /statistics/tokens/{id}/aggregates': ({ account, id, options }) => {
		const days = daysOnWire(account.token(id));
		return json(200, options.aggregates === 'days' ? days : days.at(-1));
	},
	'GET /statistics/tokens/{id}/summary': ({ account, id }) => json(200, summaryOnWire(account.token(id))),
};

/** What any valid key may do. */
const SHARED = ['GET /accounts', 'GET /modules'];

/**
 * Carries an operation of the contract out with the key in `authorization`.
 * @param accounts all of the platform; the key decides which one is meant
 */
export function perform(
	operation: string,
	authorization: string | undefined,
	accounts: readonly PlatformAccount[],
	call: Omit<Call, 'account'>,
): Answer {
	try {
		const { account, permissions } = authenticate(authorization, accounts);
		if (!SHARED.includes(operation) && !reachesIntegrations(permissions)) {
			// Ours: no source tells the code.
			throw new Refusal(403, 'AUTH_003', 'The key does not have the module Integrations.');
		}
		return operations[operation]!({ ...call, account });
	} catch (error) {
		if (error instanceof Refusal) {
			return json(error.status, { error_code: error.code, errors: [error.message] });
		}
		throw error;
	}
}

/** An answer whose body is JSON. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
	return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

const nothing: Answer = { status: 204, headers: {}, body: '' };

function authenticate(
	authorization: string | undefined,
	accounts: readonly PlatformAccount[],
): { account: PlatformAccount; permissions: readonly string[] } {
	const [, id = '', secret = ''] = /^ApiKey (SU[-\d]+):([0-9a-f]{40})$/.exec(authorization ?? '') ?? [];
	for (const account of accounts) {
		const found = account.tokenWith(id, secret);
		if (found?.enabled && account.isGood(found, secret)) {
			return { account, permissions: found.permissions };
		}
	}
	throw new Refusal(401, 'AUTH_001', 'The key is unknown, over or disabled.');
}

/** The part of a list that the query asks for. */
function page<T>({ query, options }: Call, items: readonly T[], onWire: (item: T) => unknown = (item) => item): Answer {
	const { limit = options.usualPage, offset = 0, ...asked } = parseListQuery(query);
	const selected = select(items, onWire, asked);
	const shown = selected.slice(offset, offset + Math.min(limit, options.longestPage));
	// An empty page says that it has one item, as the platform's own paging does.
	const range = `items ${offset}-${offset + Math.max(shown.length - 1, 0)}/${selected.length}`;
	return json(200, shown.map(onWire), { 'content-range': range });
}
