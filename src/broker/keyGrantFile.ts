import * as v from 'valibot';
import type { Log } from '../domain/log';
import type { Clock, Disposable } from '../domain/ports';
import { problem } from '../domain/problems';
import { SharedJsonFile } from '../storage/sharedJsonFile';
import type { KeyGrantStore } from './keyBroker';
import { isSameGrant, keyRequesterSchema, type KeyGrant } from './keyRequest';

const FILE_VERSION = 1;
/** More than anyone would allow, so that the file can't grow without limit. */
const MAX_GRANTS = 1_000;

const contentSchema = v.object({
	version: v.literal(FILE_VERSION),
	grants: v.array(v.object({ sourceId: v.string(), tokenId: v.string(), requester: keyRequesterSchema })),
}) satisfies v.GenericSchema<unknown, GrantsContent>;

interface GrantsContent {
	readonly version: typeof FILE_VERSION;
	readonly grants: readonly KeyGrant[];
}

/** Stores what the user always allows in this workspace, in a file next to the tokens that several windows share. */
export class KeyGrantFile implements KeyGrantStore, Disposable {
	readonly #file: SharedJsonFile<GrantsContent>;

	/** @param folder path of the folder that contains the tokens; created when something is allowed */
	constructor(folder: string, clock: Clock, log: Log) {
		this.#file = new SharedJsonFile<GrantsContent>({
			folder,
			name: 'keyAccess',
			schema: contentSchema,
			empty: { version: FILE_VERSION, grants: [] },
			createNewerVersionProblem: (path) =>
				problem('{0} was saved by a newer version of Connect Tokens. Update the extension to change who always gets keys.', path),
			clock,
			log,
		});
	}

	/** Calls `listener` once after each change to the file, including changes by other windows. */
	onDidChange(listener: () => void): Disposable {
		return this.#file.onDidChange(listener);
	}

	/**
	 * Returns what the user always allows: nothing if the file is damaged or was written by a newer version.
	 * @throws ProblemError when the file can't be read
	 */
	async read(): Promise<readonly KeyGrant[]> {
		return (await this.#file.read()).grants;
	}

	/** @throws ProblemError when the file can't be written or was written by a newer version; it's then unchanged */
	add(grant: KeyGrant): Promise<void> {
		return this.#update((grants) => [...grants.filter((other) => !isSameGrant(other, grant)), grant].slice(-MAX_GRANTS));
	}

	/** @throws ProblemError when the file can't be written or was written by a newer version; it's then unchanged */
	remove(grant: KeyGrant): Promise<void> {
		return this.#update((grants) => grants.filter((other) => !isSameGrant(other, grant)));
	}

	dispose(): void {
		this.#file.dispose();
	}

	#update(change: (grants: readonly KeyGrant[]) => readonly KeyGrant[]): Promise<void> {
		return this.#file.update((content) => ({ ...content, grants: [...change(content.grants)] }));
	}
}
