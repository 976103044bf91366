import { problem, ProblemError, unknownTokenProblem } from '../../domain/problems';
import type { DailyUsage } from '../../domain/tokenUsage';
import type { PlatformResponse, ConnectClient, HttpMethod } from './connectClient';
import { ConnectError, invalidResponseError } from './connectErrors';
import type { PlatformToken } from './platformToken';
import { createPageReader } from './pageReader';
import { readFullList } from './listReader';
import {
	isPlatformId,
	parseDailyUsage,
	parseId,
	parsePermissions,
	parseToken,
	parseTokens,
	parseResponseTotal,
	type PlatformTokenWithKeys,
} from './platformSchemas';

/** Body of the request that creates a token. */
export interface CreateTokenBody {
	readonly name: string;
	readonly external_id: string | null;
	readonly description: string;
	readonly extension: { readonly id: string };
	readonly expiration_date: string | null;
}

export type UpdateTokenBody = Pick<CreateTokenBody, 'name' | 'external_id' | 'description'>;

/** If the date is omitted, the platform chooses it. */
export interface ReplaceKeyBody {
	readonly expiration_date?: string | null;
}

/** The platform's operations on tokens. If a token doesn't exist, they reject with a problem that contains its ID, unless noted otherwise. */
export class TokenRequests {
	/** Reads a page of tokens in the order of creation, which is stable. */
	readonly readPage: ReturnType<typeof createPageReader<PlatformToken>>;

	constructor(private readonly client: ConnectClient) {
		this.readPage = createPageReader(client, '/auth/tokens?ordering(events.created.at,id)', parseTokens);
	}

	/** Returns tokens with this name, newest first. If the name can't be used in a query, only the account's newest tokens are searched. */
	async findByName(name: string): Promise<readonly PlatformToken[]> {
		const page = createPageReader(this.client, `/auth/tokens?${createNameFilter(name)}ordering(-events.created.at,-id)`, parseTokens);
		return (await page(0, 100)).items.filter((token) => token?.name === name) as PlatformToken[];
	}

	/** Returns undefined if the token doesn't exist. */
	async find(id: string): Promise<PlatformTokenWithKeys | undefined> {
		const response = await this.#requestIfExists('GET', id);
		return response && this.#parseToken(response);
	}

	async read(id: string): Promise<PlatformTokenWithKeys> {
		return this.#parseToken(await this.#request('GET', id));
	}

	/** Returns the new token's ID; undefined if the response doesn't contain it. */
	async create(draft: CreateTokenBody): Promise<string | undefined> {
		return parseId((await this.client.send('POST', '/auth/tokens', draft)).body);
	}

	async update(id: string, changes: UpdateTokenBody): Promise<void> {
		await this.#request('PUT', id, '', changes);
	}

	async setEnabled(id: string, enabled: boolean): Promise<PlatformTokenWithKeys> {
		return this.#parseToken(await this.#request('POST', id, enabled ? '/activate' : '/deactivate'));
	}

	async replaceKey(id: string, action: 'rotate' | 'renew', body: ReplaceKeyBody): Promise<PlatformTokenWithKeys> {
		return this.#parseToken(await this.#request('POST', id, `/${action}`, body));
	}

	/** Returns whether the token existed. */
	async delete(id: string): Promise<boolean> {
		return (await this.#requestIfExists('DELETE', id)) !== undefined;
	}

	/** Returns the IDs of the token's modules. */
	async listPermissions(id: string): Promise<ReadonlySet<string>> {
		const path = `${getTokenPath(id)}/permissions?ordering(object.id)`;
		const permissions = await undefinedIfNotFound(() => readFullList(createPageReader(this.client, path, parsePermissions)));
		if (!permissions) {
			throw unknownTokenProblem(id);
		}
		return new Set(permissions.items.values());
	}

	async addPermission(id: string, moduleId: string): Promise<void> {
		await this.#request('POST', id, '/permissions', { object: { id: moduleId } });
	}

	/** The platform doesn't document how the permission is identified. This uses the field that the list can be filtered by. */
	async removePermission(id: string, moduleId: string): Promise<void> {
		// It isn't an error if the permission was already removed.
		await this.#requestIfExists('DELETE', id, `/permissions?object.id=${encodeURIComponent(moduleId)}`);
	}

	/** Counts of responses by day. */
	async listDailyUsage(id: string): Promise<readonly DailyUsage[]> {
		return this.#assertParsed(parseDailyUsage((await this.#request('GET', id, '/aggregates', undefined, '/statistics/tokens')).body));
	}

	/** Total number of responses. */
	async countResponses(id: string): Promise<number> {
		return this.#assertParsed(parseResponseTotal((await this.#request('GET', id, '/summary', undefined, '/statistics/tokens')).body));
	}

	/**
	 * Sends a request that must not be repeated. If its response gets lost, `verify` checks whether the change was made: it returns what
	 * `send` would have returned, or undefined if the change wasn't made.
	 */
	async runOnce<T>(send: () => Promise<T>, verify: () => Promise<T | undefined>): Promise<T> {
		try {
			return await send();
		} catch (error) {
			if (!(error instanceof ConnectError) || !error.outcomeUnknown) {
				throw error;
			}
			const outcome = await verify().catch((cause: unknown) => {
				throw cause instanceof ConnectError
					? problem(
							"{0} didn't respond, so we don't know whether the change was made. Reload the account and check before trying again.",
							this.client.host,
						)
					: cause;
			});
			if (outcome === undefined) {
				throw new ProblemError([...error.problems, { field: null, template: "The change wasn't made.", args: [] }], {
					cause: error,
				});
			}
			return outcome;
		}
	}

	/** Sends a request about a token. */
	async #request(method: HttpMethod, id: string, subpath?: string, body?: unknown, collection?: string): Promise<PlatformResponse> {
		const response = await this.#requestIfExists(method, id, subpath, body, collection);
		if (!response) {
			throw unknownTokenProblem(id);
		}
		return response;
	}

	#requestIfExists(
		method: HttpMethod,
		id: string,
		subpath = '',
		body?: unknown,
		collection = '/auth/tokens',
	): Promise<PlatformResponse | undefined> {
		const path = getTokenPath(id, collection) + subpath;
		return undefinedIfNotFound(() => (method === 'GET' ? this.client.get(path) : this.client.send(method, path, body)));
	}

	#parseToken({ body }: PlatformResponse): PlatformTokenWithKeys {
		return this.#assertParsed(parseToken(body));
	}

	#assertParsed<T>(parsed: T | undefined): T {
		if (parsed === undefined) {
			throw invalidResponseError(this.client.host, { outcomeUnknown: true });
		}
		return parsed;
	}
}

/** Returns undefined if the platform responds with 404. */
async function undefinedIfNotFound<T>(send: () => Promise<T>): Promise<T | undefined> {
	try {
		return await send();
	} catch (error) {
		if (error instanceof ConnectError && error.status === 404) {
			return undefined;
		}
		throw error;
	}
}

function getTokenPath(id: string, collection = '/auth/tokens'): string {
	if (!isPlatformId(id)) {
		throw unknownTokenProblem(id);
	}
	return `${collection}/${id}`;
}

/** Returns an empty filter for a name that RQL can't express because it has both kinds of quotes, or that could contain an API key. */
function createNameFilter(name: string): string {
	const quote = ['"', "'"].find((mark) => !name.includes(mark));
	return quote === undefined || /[0-9a-f]{40}/i.test(name) ? '' : `name=${encodeURIComponent(quote + name + quote)}&`;
}
