import { problem, ProblemError, unknownToken } from '../../domain/problems';
import type { DayStatistics } from '../../domain/statistics';
import type { Answer, Client, Method } from './client';
import { ConnectError, notUnderstood } from './errors';
import type { Facts } from './facts';
import { pagesOf } from './pages';
import { readAll } from './paging';
import { isPlatformId, readDays, readId, readPermissions, readToken, readTokens, readTotal, type TokenReading } from './wire';

/** A new token as the platform takes it. */
export interface NewToken {
	readonly name: string;
	readonly external_id: string | null;
	readonly description: string;
	readonly extension: { readonly id: string };
	readonly expiration_date: string | null;
}

export type TokenChanges = Pick<NewToken, 'name' | 'external_id' | 'description'>;

/** Left out for what the platform decides. */
export interface NewDate {
	readonly expiration_date?: string | null;
}

/** The platform's calls about tokens, one by one. Those about a token reject with a problem that names it when there is none such. */
export class TokenCalls {
	/** In the order of creation, which stays. */
	readonly readPage: ReturnType<typeof pagesOf<Facts>>;

	constructor(private readonly client: Client) {
		this.readPage = pagesOf(client, '/auth/tokens?ordering(events.created.at,id)', readTokens);
	}

	/** The tokens of that name, the newest first, as far as a query can tell; and otherwise the newest of all. */
	async named(name: string): Promise<readonly Facts[]> {
		const page = pagesOf(this.client, `/auth/tokens?${filterByName(name)}ordering(-events.created.at,-id)`, readTokens);
		return (await page(0, 100)).items.filter((one) => one?.name === name) as Facts[];
	}

	/** Undefined when there is no such token. */
	async find(id: string): Promise<TokenReading | undefined> {
		const answer = await this.#ifThere('GET', id);
		return answer && this.#asToken(answer);
	}

	async read(id: string): Promise<TokenReading> {
		return this.#asToken(await this.#about('GET', id));
	}

	/** The id of what was created; undefined when the answer does not have it. */
	async create(draft: NewToken): Promise<string | undefined> {
		return readId((await this.client.send('POST', '/auth/tokens', draft)).body);
	}

	async update(id: string, changes: TokenChanges): Promise<void> {
		await this.#about('PUT', id, '', changes);
	}

	async setEnabled(id: string, enabled: boolean): Promise<TokenReading> {
		return this.#asToken(await this.#about('POST', id, enabled ? '/activate' : '/deactivate'));
	}

	async replaceKey(id: string, action: 'rotate' | 'renew', date: NewDate): Promise<TokenReading> {
		return this.#asToken(await this.#about('POST', id, `/${action}`, date));
	}

	/** Resolves with whether there was such a token. */
	async delete(id: string): Promise<boolean> {
		return (await this.#ifThere('DELETE', id)) !== undefined;
	}

	/** Ids of the modules that the token has. */
	async permissions(id: string): Promise<ReadonlySet<string>> {
		const path = `${pathOf(id)}/permissions?ordering(object.id)`;
		const found = await ifThere(() => readAll(pagesOf(this.client, path, readPermissions)));
		if (!found) {
			throw unknownToken(id);
		}
		return new Set(found.items.values());
	}

	async permit(id: string, module: string): Promise<void> {
		await this.#about('POST', id, '/permissions', { object: { id: module } });
	}

	/** The platform's document does not say how this names its target: it is the field by which the same list is filtered. */
	async forbid(id: string, module: string): Promise<void> {
		// One that is gone already is no failure.
		await this.#ifThere('DELETE', id, `/permissions?object.id=${encodeURIComponent(module)}`);
	}

	/** Responses by day. */
	async days(id: string): Promise<readonly DayStatistics[]> {
		return this.#understood(readDays((await this.#about('GET', id, '/aggregates', undefined, '/statistics/tokens')).body));
	}

	/** Responses in all. */
	async total(id: string): Promise<number> {
		return this.#understood(readTotal((await this.#about('GET', id, '/summary', undefined, '/statistics/tokens')).body));
	}

	/**
	 * Carries out what must not be asked for twice. Where its answer gets lost, `look` finds out whether it has happened: what it has
	 * come to, or undefined when it has not.
	 */
	async once<T>(call: () => Promise<T>, look: () => Promise<T | undefined>): Promise<T> {
		try {
			return await call();
		} catch (error) {
			if (!(error instanceof ConnectError) || !error.isLost) {
				throw error;
			}
			const found = await look().catch((cause: unknown) => {
				throw cause instanceof ConnectError
					? problem(
							'No answer came from {0}, and it could not be found out whether it has done what was asked. Reload the account and look before you try again.',
							this.client.host,
						)
					: cause;
			});
			if (found === undefined) {
				throw new ProblemError([...error.problems, { field: null, template: 'Nothing has changed there so far.', args: [] }], {
					cause: error,
				});
			}
			return found;
		}
	}

	/** A call about a token, by its id. */
	async #about(method: Method, id: string, below?: string, body?: unknown, collection?: string): Promise<Answer> {
		const answer = await this.#ifThere(method, id, below, body, collection);
		if (!answer) {
			throw unknownToken(id);
		}
		return answer;
	}

	#ifThere(method: Method, id: string, below = '', body?: unknown, collection = '/auth/tokens'): Promise<Answer | undefined> {
		const path = pathOf(id, collection) + below;
		return ifThere(() => (method === 'GET' ? this.client.get(path) : this.client.send(method, path, body)));
	}

	#asToken({ body }: Answer): TokenReading {
		return this.#understood(readToken(body));
	}

	#understood<T>(read: T | undefined): T {
		if (read === undefined) {
			throw notUnderstood(this.client.host, { isLost: true });
		}
		return read;
	}
}

/** What a call comes to; undefined when what it is about does not exist. */
async function ifThere<T>(call: () => Promise<T>): Promise<T | undefined> {
	try {
		return await call();
	} catch (error) {
		if (error instanceof ConnectError && error.status === 404) {
			return undefined;
		}
		throw error;
	}
}

function pathOf(id: string, collection = '/auth/tokens'): string {
	if (!isPlatformId(id)) {
		throw unknownToken(id);
	}
	return `${collection}/${id}`;
}

/** RQL has no way to write both kinds of quotes, and no key that is part of a name by mistake may be part of a URL. */
function filterByName(name: string): string {
	const quote = ['"', "'"].find((one) => !name.includes(one));
	return quote === undefined || /[0-9a-f]{40}/i.test(name) ? '' : `name=${encodeURIComponent(quote + name + quote)}&`;
}
