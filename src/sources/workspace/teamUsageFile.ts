import * as v from 'valibot';
import { Emitter } from '../../domain/emitter';
import type { Log } from '../../domain/log';
import type { Clock, Disposable } from '../../domain/ports';
import { problem, type Problem } from '../../domain/problems';
import { pruneTeamCounts, summarizeTeamCounts, type StoredTeamCounts, type TeamUsage } from '../../domain/teamUsage';
import { instantSchema } from '../../storage/json';
import { SharedJsonFile } from '../../storage/sharedJsonFile';
import { tokenIdSchema } from './storeSchema';

const FILE_VERSION = 1;

const countSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const nameSchema = v.pipe(v.string(), v.regex(/^[\w-]{1,32}$/));
const contentSchema = v.object({
	version: v.literal(FILE_VERSION),
	pulledAt: v.nullable(instantSchema),
	tokens: v.record(
		tokenIdSchema,
		v.array(
			v.object({
				date: v.pipe(v.string(), v.isoDate()),
				statusClass: v.picklist(['2xx', '3xx', '4xx', '5xx']),
				instance: nameSchema,
				run: v.exactOptional(nameSchema),
				count: countSchema,
				earlier: v.exactOptional(countSchema),
			}),
		),
	),
}) satisfies v.GenericSchema<unknown, TeamUsageContent>;

interface TeamUsageContent extends StoredTeamCounts {
	readonly version: typeof FILE_VERSION;
}

const EMPTY: TeamUsageContent = { version: FILE_VERSION, pulledAt: null, tokens: {} };

/**
 * Stores what the team's instances of another engine counted, in a file next to the tokens that all windows share. It's limited to the last 30 days,
 * so it doesn't grow beyond 30 × tokens × status classes × instances and their starts.
 */
export class TeamUsageFile implements Disposable {
	readonly #file: SharedJsonFile<TeamUsageContent>;
	readonly #recoveryEmitter = new Emitter<Problem>();

	/** @param folder path of the folder that contains the tokens */
	constructor(
		folder: string,
		private readonly clock: Clock,
		log: Log,
	) {
		this.#file = new SharedJsonFile<TeamUsageContent>({
			folder,
			name: 'teamStatistics',
			schema: contentSchema,
			empty: EMPTY,
			createNewerVersionProblem: (path) =>
				problem('{0} was saved by a newer version of Connect Tokens. Update the extension to pull counts.', path),
			onDidSetAside: (path, damagedPath) =>
				this.#recoveryEmitter.fire({
					field: null,
					template: 'The statistics file {0} is damaged, so the statistics start over. The damaged file was saved as {1}.',
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
	 * Returns the counts of the last 30 days: none if the file is damaged or was written by a newer version.
	 * @throws ProblemError when the file can't be read
	 */
	async read(): Promise<StoredTeamCounts> {
		const { pulledAt, tokens } = await this.#file.read();
		return { pulledAt, tokens: pruneTeamCounts(tokens, this.clock()) };
	}

	/**
	 * Returns the counts of a token, added up; undefined if there are none.
	 * @throws ProblemError when the file can't be read
	 */
	async readUsage(tokenId: string): Promise<TeamUsage | undefined> {
		const { pulledAt, tokens } = await this.read();
		const counts = tokens[tokenId];
		return counts && pulledAt !== null ? { ...summarizeTeamCounts(counts), pulledAt } : undefined;
	}

	/**
	 * Replaces the counts with what `change` returns.
	 * @param change pure, because it's called again if another process changes the file anyway
	 * @throws ProblemError when the file can't be written or was written by a newer version; it's then unchanged
	 */
	change(change: (stored: StoredTeamCounts) => StoredTeamCounts): Promise<void> {
		// Checked because a file that can't be read again would be set aside with everything in it.
		return this.#file.update((stored) => v.parse(contentSchema, { version: FILE_VERSION, ...change(stored) }));
	}

	/**
	 * Replaces the counts of these tokens only.
	 * @throws ProblemError when the file can't be written; it's then unchanged
	 */
	async replace({ pulledAt, tokens }: StoredTeamCounts): Promise<void> {
		if (Object.keys(tokens).length > 0) {
			await this.change((stored) => ({ pulledAt: stored.pulledAt ?? pulledAt, tokens: { ...stored.tokens, ...tokens } }));
		}
	}

	/**
	 * Removes the counts of tokens that don't exist anymore.
	 * @throws ProblemError when the file can't be written; it's then unchanged
	 */
	async removeMissingTokens(existingIds: readonly string[]): Promise<void> {
		const existing = new Set(existingIds);
		const isMissing = ([id]: [string, unknown]) => !existing.has(id);
		if (Object.entries((await this.read()).tokens).some(isMissing)) {
			await this.change(({ pulledAt, tokens }) => ({
				pulledAt,
				tokens: Object.fromEntries(Object.entries(tokens).filter((entry) => !isMissing(entry))),
			}));
		}
	}

	dispose(): void {
		this.#file.dispose();
		this.#recoveryEmitter.dispose();
	}
}
