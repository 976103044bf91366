import pLimit from 'p-limit';
import * as v from 'valibot';
import type { Log } from '../../domain/log';
import type { Clock, Disposable } from '../../domain/ports';
import { problem } from '../../domain/problems';
import {
	addEvent,
	EDITABLE_FIELDS,
	HISTORY_EVENT_KINDS,
	MAX_HISTORY_EVENTS,
	type HistoryByToken,
	type HistoryEvent,
} from '../../domain/tokenHistory';
import { instantSchema } from '../../storage/json';
import { SharedJsonFile } from '../../storage/sharedJsonFile';
import { tokenIdSchema } from './storeSchema';

const FILE_VERSION = 1;

const eventSchema = v.object({
	kind: v.picklist(HISTORY_EVENT_KINDS),
	at: instantSchema,
	by: v.string(),
	fields: v.exactOptional(v.array(v.picklist(EDITABLE_FIELDS))),
}) satisfies v.GenericSchema<unknown, HistoryEvent>;
const contentSchema = v.object({
	version: v.literal(FILE_VERSION),
	tokens: v.record(tokenIdSchema, v.pipe(v.array(eventSchema), v.maxLength(MAX_HISTORY_EVENTS))),
}) satisfies v.GenericSchema<unknown, HistoryContent>;

interface HistoryContent {
	readonly version: typeof FILE_VERSION;
	readonly tokens: HistoryByToken;
}

/** Stores what was done with tokens, when, and by whom, in a file next to them that several windows share. */
export class HistoryFile implements Disposable {
	readonly #file: SharedJsonFile<HistoryContent>;
	/** Events that haven't been written, oldest first. */
	#pending: { readonly tokenId: string; readonly event: HistoryEvent }[] = [];
	readonly #limit = pLimit(1);

	/** @param folder path of the folder that contains the tokens */
	constructor(folder: string, clock: Clock, log: Log) {
		this.#file = new SharedJsonFile<HistoryContent>({
			folder,
			name: 'history',
			schema: contentSchema,
			empty: { version: FILE_VERSION, tokens: {} },
			createNewerVersionProblem: (path) =>
				problem('{0} was saved by a newer version of Connect Tokens. Update the extension to record the history of tokens.', path),
			clock,
			log,
		});
	}

	/** Calls `listener` once after each change to the file, including changes by other windows. */
	onDidChange(listener: () => void): Disposable {
		return this.#file.onDidChange(listener);
	}

	/**
	 * Returns the events of all tokens: none if the file is damaged or was written by a newer version.
	 * @throws ProblemError when the file can't be read
	 */
	async read(): Promise<HistoryByToken> {
		return (await this.#file.read()).tokens;
	}

	/**
	 * Adds an event of a token. Events that are added at the same time are written together.
	 * @throws ProblemError when the file can't be written; the event is then written together with the next one
	 */
	add(tokenId: string, event: HistoryEvent): Promise<void> {
		this.#pending.push({ tokenId, event });
		return this.#limit(async () => {
			const batch = this.#pending;
			if (batch.length === 0) {
				return;
			}
			this.#pending = [];
			try {
				await this.#update((history) => batch.reduce((all, added) => addEvent(all, added.tokenId, added.event), history));
			} catch (error) {
				this.#pending = [...batch, ...this.#pending];
				throw error;
			}
		});
	}

	/**
	 * Replaces the events of these tokens only.
	 * @throws ProblemError when the file can't be written; it's then unchanged
	 */
	async replace(history: HistoryByToken): Promise<void> {
		if (Object.keys(history).length > 0) {
			await this.#update((tokens) => ({ ...tokens, ...history }));
		}
	}

	/**
	 * Removes the events of tokens that don't exist anymore.
	 * @param existingIds IDs of the tokens that existed at `since`; a token with a later event might be new
	 * @throws ProblemError when the file can't be written; it's then unchanged
	 */
	async removeMissingTokens(existingIds: readonly string[], since: Date): Promise<void> {
		const existing = new Set(existingIds);
		const isMissing = ([id, events]: [string, readonly HistoryEvent[]]) =>
			!existing.has(id) && events.every(({ at }) => Date.parse(at) <= since.getTime());
		if (Object.entries(await this.read()).some(isMissing)) {
			await this.#update((tokens) => Object.fromEntries(Object.entries(tokens).filter((entry) => !isMissing(entry))));
		}
	}

	dispose(): void {
		this.#file.dispose();
	}

	#update(change: (history: HistoryByToken) => HistoryByToken): Promise<void> {
		return this.#file.update((content) => ({ ...content, tokens: change(content.tokens) }));
	}
}
