import * as v from 'valibot';
import type { Log } from '../domain/log';
import { isWatched, type AppliedReduction } from '../domain/permissionReduction';
import type { Clock, Disposable } from '../domain/ports';
import { problem } from '../domain/problems';
import { instantSchema } from './json';
import { SharedJsonFile } from './sharedJsonFile';

const FILE_VERSION = 1;

/** A reduction, and whether the user was told about denials after it. */
export interface StoredReduction extends AppliedReduction {
	readonly warned: boolean;
}

const contentSchema = v.object({
	version: v.literal(FILE_VERSION),
	tokens: v.record(
		v.string(),
		v.object({
			at: instantSchema,
			previous: v.pipe(v.array(v.string()), v.readonly()),
			reduced: v.pipe(v.array(v.string()), v.readonly()),
			deniedBefore: v.pipe(v.number(), v.integer(), v.minValue(0)),
			warned: v.boolean(),
		}),
	),
});

interface ReductionContent {
	readonly version: typeof FILE_VERSION;
	/** By token ID. */
	readonly tokens: Readonly<Record<string, StoredReduction>>;
}

/** Remembers which tokens' permissions were reduced, in a file next to the tokens that several windows share, for as long as that's watched. */
export class ReductionFile implements Disposable {
	readonly #file: SharedJsonFile<ReductionContent>;

	/** @param folder path of the folder that contains the tokens */
	constructor(
		folder: string,
		private readonly clock: Clock,
		log: Log,
	) {
		this.#file = new SharedJsonFile<ReductionContent>({
			folder,
			name: 'reductions',
			schema: contentSchema,
			empty: { version: FILE_VERSION, tokens: {} },
			createNewerVersionProblem: (path) => problem('{0} was saved by a newer version of Connect Tokens.', path),
			clock,
			log,
		});
	}

	/** Returns the reductions that are still watched, by token ID. Rejects when the file can't be read. */
	async read(): Promise<Readonly<Record<string, StoredReduction>>> {
		return this.#watched((await this.#file.read()).tokens);
	}

	/** Remembers the last reduction of a token. Rejects when the file can't be written. */
	add(tokenId: string, reduction: AppliedReduction): Promise<void> {
		return this.#update((tokens) => ({ ...tokens, [tokenId]: { ...reduction, warned: false } }));
	}

	/** Forgets the reduction of a token, because it was undone. Rejects when the file can't be written. */
	remove(tokenId: string): Promise<void> {
		return this.#update((tokens) => Object.fromEntries(Object.entries(tokens).filter(([id]) => id !== tokenId)));
	}

	/** Marks that the user is told about denials. Returns false if another window has done that. Rejects when the file can't be written. */
	async claimWarning(tokenId: string): Promise<boolean> {
		let isFirst = false;
		await this.#update((tokens) => {
			const reduction = tokens[tokenId];
			isFirst = reduction?.warned === false;
			return reduction ? { ...tokens, [tokenId]: { ...reduction, warned: true } } : tokens;
		});
		return isFirst;
	}

	dispose(): void {
		this.#file.dispose();
	}

	#update(change: (tokens: ReductionContent['tokens']) => ReductionContent['tokens']): Promise<void> {
		return this.#file.update(({ version, tokens }) => ({ version, tokens: change(this.#watched(tokens)) }));
	}

	#watched(tokens: ReductionContent['tokens']): ReductionContent['tokens'] {
		const now = this.clock();
		return Object.fromEntries(Object.entries(tokens).filter(([, reduction]) => isWatched(reduction, now)));
	}
}
