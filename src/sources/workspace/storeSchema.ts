import * as v from 'valibot';
import type { KeyRecord, TokenRecord } from '../../domain/token';
import { APPROVALS, MAX_LIMIT, RATE_PERIODS } from '../../domain/tokenLimits';
import { instantSchema, parseJson } from '../../storage/json';

/**
 * The version that's written. Increase it with any addition to the records, because readers drop fields they don't know. Files of every earlier
 * version are read, and written in this one with the next change. Version 2 added read-only access to modules, limits, and approval.
 */
export const STORE_VERSION = 2;

/** The content of a store file. `version` is higher than `STORE_VERSION` if a newer version of the extension wrote it. */
export interface StoreContent {
	readonly version: number;
	readonly tokens: readonly TokenRecord[];
	/** How many records aren't valid tokens, or repeat the ID of another token or key. */
	readonly unreadableCount: number;
}

export const tokenIdSchema = v.pipe(v.string(), v.regex(/^SU(?:-\d{3}){3,}$/));

const stampSchema = v.object({ at: instantSchema, by: v.string() });

const keySchema = v.object({
	id: v.pipe(v.string(), v.nonEmpty()),
	sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
	issuedAt: instantSchema,
	expirationDate: v.nullable(instantSchema),
}) satisfies v.GenericSchema<KeyRecord>;

const limitSchema = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_LIMIT));

export const tokenSchema = v.object({
	id: tokenIdSchema,
	name: v.string(),
	externalId: v.nullable(v.string()),
	description: v.string(),
	extension: v.object({ id: v.string(), name: v.string() }),
	permissions: v.array(v.string()),
	limits: v.exactOptional(
		v.object({
			rate: v.exactOptional(v.object({ requests: limitSchema, per: v.picklist(RATE_PERIODS) })),
			total: v.exactOptional(limitSchema),
		}),
	),
	approval: v.exactOptional(v.picklist(APPROVALS)),
	enabled: v.boolean(),
	key: keySchema,
	previousKey: v.nullable(keySchema),
	created: stampSchema,
	updated: stampSchema,
}) satisfies v.GenericSchema<TokenRecord>;

const storeSchema = v.object({
	version: v.pipe(v.number(), v.integer(), v.minValue(1)),
	tokens: v.optional(v.unknown()),
});

/** Parses the bytes of a store file, parts of which may be damaged. Returns undefined if they aren't a store at all. */
export function parseStore(bytes: Uint8Array): StoreContent | undefined {
	const { success, output } = v.safeParse(storeSchema, parseJson(bytes));
	if (!success || (output.version <= STORE_VERSION && !Array.isArray(output.tokens))) {
		return undefined;
	}
	const list: readonly unknown[] = Array.isArray(output.tokens) ? output.tokens : [];
	// One by one and only up to the first issue of each, because collecting the issues of millions of records could exhaust the memory.
	const records = list.map((record) => v.safeParse(tokenSchema, record, { abortEarly: true }));
	const tokens = removeDuplicates(records.flatMap((record) => (record.success ? [record.output] : [])));
	return { version: output.version, tokens, unreadableCount: records.length - tokens.length };
}

/** Returns `tokens` without those that share an ID with an earlier token, or with one of its keys. */
export function removeDuplicates(tokens: readonly TokenRecord[]): readonly TokenRecord[] {
	const seen = new Set<string>();
	return tokens.filter((token) => {
		const ids = [token.id, ...collectKeyIds([token])];
		const isNew = new Set(ids).size === ids.length && !ids.some((id) => seen.has(id));
		if (isNew) {
			ids.forEach((id) => seen.add(id));
		}
		return isNew;
	});
}

/** Returns the text of a store file, indented so that people can read it. */
export function serializeStore(tokens: readonly TokenRecord[]): string {
	return `${JSON.stringify({ version: STORE_VERSION, tokens }, undefined, '\t')}\n`;
}

/** Returns the IDs of all keys of `tokens`: each token's current key and, after a renewal, its previous key. */
export function collectKeyIds(tokens: readonly TokenRecord[]): readonly string[] {
	return tokens.flatMap((token) => (token.previousKey ? [token.key.id, token.previousKey.id] : [token.key.id]));
}
