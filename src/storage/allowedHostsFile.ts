import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import * as v from 'valibot';
import { changeAllowance, removeMissingTokens, type Allowance, type AllowedHosts, type TokenKey } from '../domain/allowedHosts';
import type { Log } from '../domain/log';
import { parseOrigin } from '../domain/origins';
import type { Clock, Disposable } from '../domain/ports';
import { problem } from '../domain/problems';
import { replaceFile } from './atomicFile';
import { setAsideDamagedFile } from './damagedFiles';
import { FileChangeNotifier } from './fileChangeNotifier';
import { changeWithLock, ConflictError, type LockableFile } from './fileLock';
import { findTemporaryFiles, loadFile, MISSING_FILE_VERSION, readFileVersion, type FileVersion } from './fileVersions';
import { parseJson } from './json';

/** The version that's written. Increase it with any addition, because readers drop fields they don't know. */
const FILE_VERSION = 1;

const originSchema = v.pipe(
	v.string(),
	v.check((text) => parseOrigin(text) === text),
);
const allowanceSchema = v.object({ origins: v.array(originSchema), files: v.array(v.string()) });
const contentSchema = v.object({
	version: v.literal(FILE_VERSION),
	sources: v.record(v.string(), v.record(v.string(), allowanceSchema)),
}) satisfies v.GenericSchema<unknown, { sources: AllowedHosts }>;
const newerContentSchema = v.object({ version: v.pipe(v.number(), v.gtValue(FILE_VERSION)) });

/** The content of the file at one point in time. Nothing is allowed unless it could be read. */
interface Snapshot {
	readonly fileVersion: FileVersion;
	readonly state: 'valid' | 'damaged' | 'newer';
	readonly hosts: AllowedHosts;
}

/** Stores the hosts that tokens' keys may be sent to, in a file next to the tokens that several windows share. */
export class AllowedHostsFile implements Disposable {
	readonly #files: LockableFile;
	readonly #changeNotifier: FileChangeNotifier;
	readonly #limit = pLimit(1);
	#cached: Snapshot | undefined;

	/** @param folder path of the folder that contains the tokens; created when something is allowed */
	constructor(
		folder: string,
		private readonly clock: Clock,
		private readonly log: Log,
	) {
		this.#files = { main: join(folder, 'hosts.json'), lock: join(folder, 'hosts.lock') };
		this.#changeNotifier = new FileChangeNotifier(this.#files.main, log);
	}

	/** Calls `listener` once after each change to the file, including changes by other windows. */
	onDidChange(listener: () => void): Disposable {
		return this.#changeNotifier.onDidChange(listener);
	}

	/**
	 * Returns what the user allowed: nothing if the file is damaged or was written by a newer version.
	 * @throws ProblemError when the file can't be read
	 */
	async read(): Promise<AllowedHosts> {
		return (await this.#readIfChanged()).hosts;
	}

	/**
	 * Allows something for a token or, if `isAllowed` is false, revokes it.
	 * @throws ProblemError when the file can't be written or was written by a newer version; it's then unchanged
	 */
	change(token: TokenKey, allowance: Allowance, isAllowed: boolean): Promise<void> {
		return this.#update((hosts) => changeAllowance(hosts, token, allowance, isAllowed));
	}

	/**
	 * Removes what's allowed for tokens of a source that don't exist anymore.
	 * @throws ProblemError when the file can't be written; it's then unchanged
	 */
	async removeMissingTokens(sourceId: string, existingIds: ReadonlySet<string>): Promise<void> {
		const allowed = (await this.read())[sourceId] ?? {};
		if (Object.keys(allowed).some((id) => !existingIds.has(id))) {
			await this.#update((hosts) => removeMissingTokens(hosts, sourceId, existingIds));
		}
	}

	dispose(): void {
		this.#changeNotifier.dispose();
	}

	#update(change: (hosts: AllowedHosts) => AllowedHosts): Promise<void> {
		const { main } = this.#files;
		return this.#limit(() =>
			changeWithLock(this.#files, this.log, async (assertHeld) => {
				const snapshot = await this.#readIfChanged();
				if (snapshot.state === 'newer') {
					throw problem('{0} was saved by a newer version of Connect Tokens. Update the extension to change allowed hosts.', main);
				}
				assertHeld();
				if (snapshot.state === 'damaged') {
					const damagedPath = setAsideDamagedFile(main, this.clock());
					this.log.warn(`${main} is damaged, so no hosts are allowed. Saved it as ${damagedPath}`);
				}
				const expectedVersion = snapshot.state === 'damaged' ? MISSING_FILE_VERSION : snapshot.fileVersion;
				const hosts = change(snapshot.hosts);
				// Left by processes that were killed: while the lock is held, no other process is writing one.
				await Promise.all(findTemporaryFiles(main).map((path) => rm(path, { force: true })));
				const fileVersion = await replaceFile(main, serialize(hosts), () => {
					assertHeld();
					if (readFileVersion(main) !== expectedVersion) {
						throw new ConflictError('fileChanged');
					}
				});
				this.#cache({ fileVersion, state: 'valid', hosts });
			}),
		);
	}

	/** The file is parsed only if it has changed. */
	async #readIfChanged(): Promise<Snapshot> {
		if (this.#cached?.fileVersion === readFileVersion(this.#files.main)) {
			return this.#cached;
		}
		const file = await loadFile(this.#files.main);
		return this.#cache(file ? { fileVersion: file.fileVersion, ...parse(file.bytes) } : { fileVersion: MISSING_FILE_VERSION, ...EMPTY });
	}

	#cache(snapshot: Snapshot): Snapshot {
		this.#cached = snapshot;
		this.#changeNotifier.notifyIfChanged();
		return snapshot;
	}
}

const EMPTY = { state: 'valid', hosts: {} } as const;

function parse(bytes: Uint8Array): Pick<Snapshot, 'state' | 'hosts'> {
	const json = parseJson(bytes);
	const { success, output } = v.safeParse(contentSchema, json);
	return success ? { state: 'valid', hosts: output.sources } : { state: v.is(newerContentSchema, json) ? 'newer' : 'damaged', hosts: {} };
}

function serialize(sources: AllowedHosts): string {
	return `${JSON.stringify({ version: FILE_VERSION, sources }, undefined, '\t')}\n`;
}
