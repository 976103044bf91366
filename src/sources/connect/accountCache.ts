import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as v from 'valibot';
import type { Catalog } from '../../domain/catalog';
import { logFailure, type Log } from '../../domain/log';
import { replaceFile } from '../../storage/atomicFile';
import { instantSchema, parseJson } from '../../storage/json';
import { createPrivateFolder } from '../../storage/privateFolder';
import type { PlatformToken } from './platformToken';

/** The last known state of an account. */
export interface CachedAccount {
	/** When the complete list was last read, ISO 8601 UTC; null if it never was. */
	readonly readAt: string | null;
	readonly tokens: readonly PlatformToken[];
	readonly catalog: Catalog | null;
}

const EMPTY_CACHE: CachedAccount = { readAt: null, tokens: [], catalog: null };

const referenceSchema = v.object({ id: v.string(), name: v.string() });
const stampSchema = v.object({ at: instantSchema, by: v.string() });

const platformTokenSchema = v.object({
	id: v.string(),
	name: v.string(),
	externalId: v.nullable(v.string()),
	description: v.string(),
	extension: referenceSchema,
	permissions: v.array(v.string()),
	platformStatus: v.string(),
	isRenewed: v.boolean(),
	expirationDate: v.nullable(instantSchema),
	renewedExpirationDate: v.nullable(instantSchema),
	created: stampSchema,
	updated: stampSchema,
}) satisfies v.GenericSchema<PlatformToken>;

const cacheFileSchema = v.object({
	version: v.literal(1),
	/** Endpoint and ID of the account that the file belongs to. */
	of: v.string(),
	readAt: v.nullable(instantSchema),
	tokens: v.array(platformTokenSchema),
	/** The catalog, under the name that the first version of the file has for it. */
	catalogue: v.nullable(
		v.object({
			extensions: v.array(v.object({ ...referenceSchema.entries, description: v.string(), permissions: v.nullable(v.array(v.string())) })),
			modules: v.array(referenceSchema),
		}),
	),
});

/** Stores the last known state of an account in a file, without keys. If the file can't be read or written, everything is read from the platform again. */
export class AccountCache {
	#cached: Promise<CachedAccount> | undefined;
	#pendingChanges: Partial<CachedAccount> | undefined;
	#pendingWrite: Promise<void> | undefined;

	/** @param owner a unique name of the account; the file of another account is ignored */
	constructor(
		private readonly file: string,
		private readonly owner: string,
		private readonly log: Log,
	) {}

	/** Returns an empty state if the file is missing, damaged, or of another account. */
	read(): Promise<CachedAccount> {
		return (this.#cached ??= this.#read());
	}

	/** Changes the state, and writes it to the file in the background. */
	update(changes: Partial<CachedAccount>): void {
		this.#pendingChanges = { ...this.#pendingChanges, ...changes };
		this.#pendingWrite ??= this.#write().finally(() => (this.#pendingWrite = undefined));
	}

	/** Settles when all changes have been written. */
	get whenWritten(): Promise<void> {
		return this.#pendingWrite ?? Promise.resolve();
	}

	async #read(): Promise<CachedAccount> {
		const text = await readFile(this.file, 'utf8').catch((error: unknown) => {
			if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
				logFailure(this.log, 'read the cache')(error);
			}
			return undefined;
		});
		if (text === undefined) {
			return EMPTY_CACHE;
		}
		const { success, output } = v.safeParse(cacheFileSchema, parseJson(text), { abortEarly: true });
		if (!success || output.of !== this.owner) {
			this.log.warn('Ignored an unusable cache');
			return EMPTY_CACHE;
		}
		const { readAt, tokens, catalogue: catalog } = output;
		return { readAt, tokens, catalog };
	}

	async #write(): Promise<void> {
		while (this.#pendingChanges) {
			const { readAt, tokens, catalog } = { ...(await this.read()), ...this.#pendingChanges };
			this.#pendingChanges = undefined;
			this.#cached = Promise.resolve({ readAt, tokens, catalog });
			try {
				await createPrivateFolder(dirname(this.file));
				await replaceFile(this.file, JSON.stringify({ version: 1, of: this.owner, readAt, tokens, catalogue: catalog }));
			} catch (error) {
				logFailure(this.log, 'write the cache')(error);
			}
		}
	}
}
