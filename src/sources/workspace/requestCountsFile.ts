import * as v from 'valibot';
import { Emitter } from '../../domain/emitter';
import { logFailure, type Log } from '../../domain/log';
import type { Clock, Disposable } from '../../domain/ports';
import { problem, type Problem } from '../../domain/problems';
import {
	addRequestCounts,
	dropUnlimitedCounts,
	hasUnlimitedCounts,
	settleCounts,
	type LimitedRequests,
	type RequestCounts,
	type RequestCountsByToken,
} from '../../domain/requestLimiter';
import type { PeriodCounts } from '../../domain/slidingWindow';
import type { TokenRecord } from '../../domain/token';
import { RATE_PERIODS } from '../../domain/tokenLimits';
import { SharedJsonFile } from '../../storage/sharedJsonFile';
import { tokenIdSchema } from './storeSchema';

const FILE_VERSION = 1;

const countSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const periodCountsSchema = v.object({
	per: v.picklist(RATE_PERIODS),
	at: countSchema,
	current: countSchema,
	previous: countSchema,
}) satisfies v.GenericSchema<unknown, PeriodCounts>;
const contentSchema = v.object({
	version: v.literal(FILE_VERSION),
	tokens: v.record(tokenIdSchema, v.object({ rate: v.exactOptional(periodCountsSchema), total: v.exactOptional(countSchema) })),
}) satisfies v.GenericSchema<unknown, RequestCountsContent>;

interface RequestCountsContent {
	readonly version: typeof FILE_VERSION;
	readonly tokens: RequestCountsByToken;
}

type LimitedToken = Pick<TokenRecord, 'id' | 'limits'>;

/** Stores how many requests count toward the limits of tokens, in a file next to them that the gateways of all windows add to. */
export class RequestCountsFile implements Disposable {
	readonly #file: SharedJsonFile<RequestCountsContent>;
	readonly #recoveryEmitter = new Emitter<Problem>();

	/** @param folder path of the folder that contains the tokens */
	constructor(
		folder: string,
		private readonly clock: Clock,
		private readonly log: Log,
	) {
		this.#file = new SharedJsonFile<RequestCountsContent>({
			folder,
			name: 'limits',
			schema: contentSchema,
			empty: { version: FILE_VERSION, tokens: {} },
			createNewerVersionProblem: (path) =>
				problem(
					'{0} was saved by a newer version of Connect Tokens. Update the extension to count requests toward the limits of tokens.',
					path,
				),
			onDidSetAside: (path, damagedPath) =>
				this.#recoveryEmitter.fire({
					field: null,
					template:
						'The file {0} is damaged, so requests are counted from zero toward the limits of tokens. The damaged file was saved as {1}.',
					args: [path, damagedPath],
				}),
			clock,
			log,
		});
	}

	/** Calls `listener` once after each change to the file, including changes by other windows. */
	onDidChange(listener: () => void): Disposable {
		return this.#file.onDidChange(listener);
	}

	/** Calls `listener` with a message for the user after a damaged file was set aside. */
	onDidRecover(listener: (report: Problem) => void): Disposable {
		return this.#recoveryEmitter.on(listener);
	}

	/**
	 * Returns what was counted: nothing if the file is damaged or was written by a newer version.
	 * @throws ProblemError when the file can't be read
	 */
	async read(): Promise<RequestCountsByToken> {
		return (await this.#file.read()).tokens;
	}

	/**
	 * Adds requests to those that were counted.
	 * @throws ProblemError when the file can't be written or was written by a newer version; nothing was added then
	 */
	async add(requests: readonly LimitedRequests[]): Promise<void> {
		const now = this.clock().getTime();
		await this.#update((tokens) => {
			const added = requests.map((request): [string, RequestCounts | undefined] => {
				const { [request.tokenId]: stored = {} } = tokens;
				return [request.tokenId, addRequestCounts(stored, request, now)];
			});
			const kept = Object.entries(tokens).map(([id, counts]): [string, RequestCounts | undefined] => [id, settleCounts(counts, now)]);
			return withoutUndefined([...new Map([...kept, ...added])]);
		});
	}

	/**
	 * Replaces what was counted for these tokens only.
	 * @throws ProblemError when the file can't be written; it's then unchanged
	 */
	async replace(counts: RequestCountsByToken): Promise<void> {
		if (Object.keys(counts).length > 0) {
			await this.#update((tokens) => ({ ...tokens, ...counts }));
		}
	}

	/**
	 * Removes what was counted for limits and tokens that don't exist anymore. If such a limit is set again, counting starts over.
	 * A failure is only logged, because the tokens were changed already.
	 * @param readTokens reads all tokens; called after the file was read, so that it knows each token in the file
	 */
	async removeUnlimited(readTokens: () => Promise<readonly LimitedToken[]>): Promise<void> {
		await this.#removeUnlimited(readTokens).catch(logFailure(this.log, 'remove the counted requests of former limits'));
	}

	async #removeUnlimited(readTokens: () => Promise<readonly LimitedToken[]>): Promise<void> {
		const stored = Object.entries(await this.read());
		if (stored.length === 0) {
			return;
		}
		const limits = new Map((await readTokens()).map((token) => [token.id, token.limits]));
		const changedIds = new Set(stored.filter(([id, counts]) => hasUnlimitedCounts(counts, limits.get(id))).map(([id]) => id));
		if (changedIds.size > 0) {
			await this.#update((tokens) =>
				withoutUndefined(
					Object.entries(tokens).map(([id, counts]) => [id, changedIds.has(id) ? dropUnlimitedCounts(counts, limits.get(id)) : counts]),
				),
			);
		}
	}

	dispose(): void {
		this.#file.dispose();
		this.#recoveryEmitter.dispose();
	}

	#update(change: (tokens: RequestCountsByToken) => RequestCountsByToken): Promise<void> {
		return this.#file.update((content) => ({ ...content, tokens: change(content.tokens) }));
	}
}

function withoutUndefined(entries: readonly (readonly [string, RequestCounts | undefined])[]): RequestCountsByToken {
	return Object.fromEntries(entries.filter((entry): entry is readonly [string, RequestCounts] => entry[1] !== undefined));
}
