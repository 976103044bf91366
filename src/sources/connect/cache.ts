import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as v from 'valibot';
import type { Catalogue } from '../../domain/catalogue';
import type { Facts } from './facts';

/** What was last read of an account. */
export interface Remembered {
	/** When the list was read whole, ISO 8601 UTC; null before. */
	readonly readAt: string | null;
	readonly tokens: readonly Facts[];
	readonly catalogue: Catalogue | null;
}

const NOTHING: Remembered = { readAt: null, tokens: [], catalogue: null };

const instant = v.pipe(v.string(), v.isoTimestamp());
const reference = v.object({ id: v.string(), name: v.string() });
const stamp = v.object({ at: instant, by: v.string() });

const facts = v.object({
	id: v.string(),
	name: v.string(),
	externalId: v.nullable(v.string()),
	description: v.string(),
	extension: reference,
	permissions: v.array(v.string()),
	platformStatus: v.string(),
	isRenewed: v.boolean(),
	expirationDate: v.nullable(instant),
	renewedExpirationDate: v.nullable(instant),
	created: stamp,
	updated: stamp,
}) satisfies v.GenericSchema<Facts>;

const content = v.object({
	version: v.literal(1),
	/** Endpoint and id of the account: the file of another is of no use. */
	of: v.string(),
	readAt: v.nullable(instant),
	tokens: v.array(facts),
	catalogue: v.nullable(
		v.object({
			extensions: v.array(v.object({ ...reference.entries, description: v.string(), permissions: v.nullable(v.array(v.string())) })),
			modules: v.array(reference),
		}),
	),
});

/** What was last read of an account, in a file. To have it is a convenience: what goes wrong with the file harms nothing. */
export class Cache {
	#remembered: Promise<Remembered> | undefined;
	#changes: Partial<Remembered> | undefined;
	#writing: Promise<void> | undefined;

	/** @param of the account that it is of, in a word that no other has */
	constructor(
		private readonly file: string,
		private readonly of: string,
	) {}

	/** What is remembered; nothing where there is no file, or one that is not of the account or not whole. */
	read(): Promise<Remembered> {
		return (this.#remembered ??= this.#read());
	}

	/** Changes what is remembered. The file follows. */
	remember(changes: Partial<Remembered>): void {
		this.#changes = { ...this.#changes, ...changes };
		this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
	}

	/** Settles once the file has all that is remembered. */
	get written(): Promise<void> {
		return this.#writing ?? Promise.resolve();
	}

	async #read(): Promise<Remembered> {
		const { success, output } = v.safeParse(content, parse(await readFile(this.file, 'utf8').catch(() => '')), { abortEarly: true });
		return success && output.of === this.of ? output : NOTHING;
	}

	async #write(): Promise<void> {
		while (this.#changes) {
			const { readAt, tokens, catalogue } = { ...(await this.read()), ...this.#changes };
			this.#changes = undefined;
			this.#remembered = Promise.resolve({ readAt, tokens, catalogue });
			const temporary = `${this.file}.${randomBytes(6).toString('hex')}.tmp`;
			try {
				await mkdir(dirname(this.file), { recursive: true });
				await writeFile(temporary, JSON.stringify({ version: 1, of: this.of, readAt, tokens, catalogue }), { mode: 0o600 });
				await rename(temporary, this.file);
			} catch {
				await rm(temporary, { force: true }).catch(() => undefined);
			}
		}
	}
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}
