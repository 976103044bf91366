import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as v from 'valibot';
import type { Catalog } from '../../domain/catalog';
import { replaceFile } from '../../storage/atomicFile';
import { parseJson } from '../../storage/json';
import type { PlatformToken } from './platformToken';

/** What was last read of an account. */
export interface CachedAccount {
	/** When the list was read whole, ISO 8601 UTC; null before. */
	readonly readAt: string | null;
	readonly tokens: readonly PlatformToken[];
	readonly catalog: Catalog | null;
}

const EMPTY_CACHE: CachedAccount = { readAt: null, tokens: [], catalog: null };

const instantSchema = v.pipe(v.string(), v.isoTimestamp());
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
	/** Endpoint and id of the account: the file of another is of no use. */
	of: v.string(),
	readAt: v.nullable(instantSchema),
	tokens: v.array(platformTokenSchema),
	catalog: v.nullable(
		v.object({
			extensions: v.array(v.object({ ...referenceSchema.entries, description: v.string(), permissions: v.nullable(v.array(v.string())) })),
			modules: v.array(referenceSchema),
		}),
	),
});

/** What was last read of an account, in a file. To have it is a convenience: what goes wrong with the file harms nothing. */
export class AccountCache {
	#cached: Promise<CachedAccount> | undefined;
	#pendingChanges: Partial<CachedAccount> | undefined;
	#pendingWrite: Promise<void> | undefined;

	/** @param accountKey the account that it is of, in a word that no other has */
	constructor(
		private readonly file: string,
		private readonly accountKey: string,
	) {}

	/** What is remembered; nothing where there is no file, or one that is not of the account or not whole. */
	read(): Promise<CachedAccount> {
		return (this.#cached ??= this.#read());
	}

	/** Changes what is remembered. The file follows. */
	update(changes: Partial<CachedAccount>): void {
		this.#pendingChanges = { ...this.#pendingChanges, ...changes };
		this.#pendingWrite ??= this.#write().finally(() => (this.#pendingWrite = undefined));
	}

	/** Settles once the file has all that is remembered. */
	get whenWritten(): Promise<void> {
		return this.#pendingWrite ?? Promise.resolve();
	}

	async #read(): Promise<CachedAccount> {
		const { success, output } = v.safeParse(cacheFileSchema, parseJson(await readFile(this.file, 'utf8').catch(() => '')), {
			abortEarly: true,
		});
		return success && output.of === this.accountKey ? output : EMPTY_CACHE;
	}

	async #write(): Promise<void> {
		while (this.#pendingChanges) {
			const { readAt, tokens, catalog } = { ...(await this.read()), ...this.#pendingChanges };
			this.#pendingChanges = undefined;
			this.#cached = Promise.resolve({ readAt, tokens, catalog });
			try {
				await mkdir(dirname(this.file), { recursive: true });
				await replaceFile(this.file, JSON.stringify({ version: 1, of: this.accountKey, readAt, tokens, catalog }));
			} catch {
				// The list is read from the platform again if the file is outdated or missing.
			}
		}
	}
}
