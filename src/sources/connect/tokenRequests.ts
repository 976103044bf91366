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

/** A new token as the platform takes it. */
export interface CreateTokenBody {
	readonly name: string;
	readonly external_id: string | null;
	readonly description: string;
	readonly extension: { readonly id: string };
	readonly expiration_date: string | null;
}

export type UpdateTokenBody = Pick<CreateTokenBody, 'name' | 'external_id' | 'description'>;

/** Left out for what the platform decides. */
export interface ReplaceKeyBody {
	readonly expiration_date?: string | null;
}

/** The platform's calls about tokens, one by one. Those about a token reject with a problem that names it when there is none such. */
export class TokenRequests {
	/** In the order of creation, which stays. */
	readonly readPage: ReturnType<typeof createPageReader<PlatformToken>>;

	constructor(private readonly client: ConnectClient) {
		this.readPage = createPageReader(client, '/auth/tokens?ordering(events.created.at,id)', parseTokens);
	}

	/** The tokens of that name, the newest first, as far as a query can tell; and otherwise the newest of all. */
	async findByName(name: string): Promise<readonly PlatformToken[]> {
		const page = createPageReader(this.client, `/auth/tokens?${createNameFilter(name)}ordering(-events.created.at,-id)`, parseTokens);
		return (await page(0, 100)).items.filter((one) => one?.name === name) as PlatformToken[];
	}

	/** Undefined when there is no such token. */
	async find(id: string): Promise<PlatformTokenWithKeys | undefined> {
		const answer = await this.#requestIfExists('GET', id);
		return answer && this.#parseToken(answer);
	}

	async read(id: string): Promise<PlatformTokenWithKeys> {
		return this.#parseToken(await this.#request('GET', id));
	}

	/** The id of what was created; undefined when the answer does not have it. */
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

	/** Resolves with whether there was such a token. */
	async delete(id: string): Promise<boolean> {
		return (await this.#requestIfExists('DELETE', id)) !== undefined;
	}

	/** Ids of the modules that the token has. */
	async listPermissions(id: string): Promise<ReadonlySet<string>> {
		const path = `${getTokenPath(id)}/permissions?ordering(object.id)`;
		const found = await undefinedIfNotFound(() => readFullList(createPageReader(this.client, path, parsePermissions)));
		if (!found) {
			throw unknownTokenProblem(id);
		}
		return new Set(found.items.values());
	}

	async addPermission(id: string, moduleId: string): Promise<void> {
		await this.#request('POST', id, '/permissions', { object: { id: moduleId } });
	}

	/** The platform's document does not say how this names its target: it is the field by which the same list is filtered. */
	async removePermission(id: string, moduleId: string): Promise<void> {
		// One that is gone already is no failure.
		await this.#requestIfExists('DELETE', id, `/permissions?object.id=${encodeURIComponent(moduleId)}`);
	}

	/** Responses by day. */
	async listDailyUsage(id: string): Promise<readonly DailyUsage[]> {
		return this.#assertParsed(parseDailyUsage((await this.#request('GET', id, '/aggregates', undefined, '/statistics/tokens')).body));
	}

	/** Responses in all. */
	async countResponses(id: string): Promise<number> {
		return this.#assertParsed(parseResponseTotal((await this.#request('GET', id, '/summary', undefined, '/statistics/tokens')).body));
	}

	/**
	 * Carries out what must not be asked for twice. Where its answer gets lost, `look` finds out whether it has happened: what it has
	 * come to, or undefined when it has not.
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

	/** A call about a token, by its id. */
	async #request(method: HttpMethod, id: string, subpath?: string, body?: unknown, collection?: string): Promise<PlatformResponse> {
		const answer = await this.#requestIfExists(method, id, subpath, body, collection);
		if (!answer) {
			throw unknownTokenProblem(id);
		}
		return answer;
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

/** What a call comes to; undefined when what it is about does not exist. */
async function undefinedIfNotFound<T>(call: () => Promise<T>): Promise<T | undefined> {
	try {
		return await call();
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

/** RQL has no way to write both kinds of quotes, and no key that is part of a name by mistake may be part of a URL. */
function createNameFilter(name: string): string {
	const quote = ['"', "'"].find((one) => !name.includes(one));
	return quote === undefined || /[0-9a-f]{40}/i.test(name) ? '' : `name=${encodeURIComponent(quote + name + quote)}&`;
}
