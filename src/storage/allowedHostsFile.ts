import * as v from 'valibot';
import { changeAllowance, removeTokens, type Allowance, type AllowedHosts, type TokenKey } from '../domain/allowedHosts';
import type { Log } from '../domain/log';
import { parseOrigin } from '../domain/origins';
import type { Clock, Disposable } from '../domain/ports';
import { problem } from '../domain/problems';
import { SharedJsonFile } from './sharedJsonFile';

const FILE_VERSION = 1;

const originSchema = v.pipe(
	v.string(),
	v.check((text) => parseOrigin(text) === text),
);
const allowanceSchema = v.object({ origins: v.array(originSchema), files: v.array(v.string()) });
const contentSchema = v.object({
	version: v.literal(FILE_VERSION),
	sources: v.record(v.string(), v.record(v.string(), allowanceSchema)),
}) satisfies v.GenericSchema<unknown, AllowedHostsContent>;

interface AllowedHostsContent {
	readonly version: typeof FILE_VERSION;
	readonly sources: AllowedHosts;
}

/** Stores the hosts that tokens' keys may be sent to, in a file next to the tokens that several windows share. */
export class AllowedHostsFile implements Disposable {
	readonly #file: SharedJsonFile<AllowedHostsContent>;

	/** @param folder path of the folder that contains the tokens; created when something is allowed */
	constructor(folder: string, clock: Clock, log: Log) {
		this.#file = new SharedJsonFile<AllowedHostsContent>({
			folder,
			name: 'hosts',
			schema: contentSchema,
			empty: { version: FILE_VERSION, sources: {} },
			createNewerVersionProblem: (path) =>
				problem('{0} was saved by a newer version of Connect Tokens. Update the extension to change allowed hosts.', path),
			clock,
			log,
		});
	}

	/** Calls `listener` once after each change to the file, including changes by other windows. */
	onDidChange(listener: () => void): Disposable {
		return this.#file.onDidChange(listener);
	}

	/**
	 * Returns what the user allowed: nothing if the file is damaged or was written by a newer version.
	 * @throws ProblemError when the file can't be read
	 */
	async read(): Promise<AllowedHosts> {
		return (await this.#file.read()).sources;
	}

	/**
	 * Allows something for a token or, if `isAllowed` is false, revokes it.
	 * @throws ProblemError when the file can't be written or was written by a newer version; it's then unchanged
	 */
	change(token: TokenKey, allowance: Allowance, isAllowed: boolean): Promise<void> {
		return this.#update((hosts) => changeAllowance(hosts, token, allowance, isAllowed));
	}

	/**
	 * Removes what's allowed for tokens of a source that were deleted: a token that's imported later could have the same ID.
	 * @throws ProblemError when the file can't be written; it's then unchanged
	 */
	async removeTokens(sourceId: string, ids: readonly string[]): Promise<void> {
		if (ids.length > 0) {
			await this.#update((hosts) => removeTokens(hosts, sourceId, ids));
		}
	}

	dispose(): void {
		this.#file.dispose();
	}

	#update(change: (hosts: AllowedHosts) => AllowedHosts): Promise<void> {
		return this.#file.update((content) => ({ ...content, sources: change(content.sources) }));
	}
}
