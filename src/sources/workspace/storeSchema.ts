import * as v from 'valibot';
import { leaseSchema } from '../../domain/lease';
import type { KeyRecord, TokenRecord } from '../../domain/token';
import { APPROVALS, MAX_LIMIT, RATE_PERIODS } from '../../domain/tokenLimits';
import { instantSchema, parseJson } from '../../storage/json';

/**
 * The version that's written. Increase it with any addition to the records, because readers drop fields they don't know. Files of every earlier
 * version are read, and written in this one with the next change. Version 2 added read-only access to modules, limits, and approval;
 * version 3 added leases.
 */
export const STORE_VERSION = 3;

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
	lease: v.exactOptional(leaseSchema),
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
	const records: readonly unknown[] = Array.isArray(output.tokens) ? output.tokens : [];
	const tokens = removeDuplicates(records.map(parseRecord).filter((token) => token !== undefined));
	return { version: output.version, tokens, unreadableCount: records.length - tokens.length };
}

/** Returns undefined if `json` isn't a valid token. Stops at the first issue, because the issues of millions of records could exhaust the memory. */
export function parseRecord(json: unknown): TokenRecord | undefined {
	const { success, output } = v.safeParse(tokenSchema, json, { abortEarly: true });
	return success ? output : undefined;
}

/** Returns `tokens` without those that share an ID with an earlier token, or with one of its keys. */
export function removeDuplicates(tokens: readonly TokenRecord[]): readonly TokenRecord[] {
	const seen = new Set<string>();
	return tokens.filter((token) => addIfUnique(seen, token));
}

/** Whether one of `tokens` shares an ID with another one, with one of `others`, or with one of their keys. `others` has no duplicates. */
export function hasDuplicates(tokens: readonly TokenRecord[], others: readonly TokenRecord[]): boolean {
	const ids = [...tokens.map(({ id }) => id), ...collectKeyIds(tokens)];
	const seen = new Set(ids);
	return seen.size < ids.length || (seen.size > 0 && others.some((other) => hasId(other, seen)));
}

/** Adds the IDs of a token and its keys. If one of them is repeated, it adds none and returns false. */
function addIfUnique(seen: Set<string>, token: TokenRecord): boolean {
	const { id, key, previousKey } = token;
	const isUnique = !hasId(token, seen) && id !== key.id && id !== previousKey?.id && key.id !== previousKey?.id;
	if (isUnique) {
		seen.add(id).add(key.id);
		if (previousKey) {
			seen.add(previousKey.id);
		}
	}
	return isUnique;
}

function hasId({ id, key, previousKey }: TokenRecord, ids: ReadonlySet<string>): boolean {
	return ids.has(id) || ids.has(key.id) || (previousKey !== null && ids.has(previousKey.id));
}

/** Returns the text of a store file, indented so that people can read it. */
export function serializeStore(tokens: readonly TokenRecord[]): string {
	return `${JSON.stringify({ version: STORE_VERSION, tokens }, undefined, '\t')}\n`;
}

/** Returns the text of a record in a store file. */
export function serializeRecord(token: TokenRecord): string {
	// Line breaks in strings are escaped.
	return JSON.stringify(token, undefined, '\t').replaceAll('\n', '\n\t\t');
}

/** Returns the IDs of all keys of `tokens`: each token's current key and, after a renewal, its previous key. */
export function collectKeyIds(tokens: readonly TokenRecord[]): readonly string[] {
	return tokens.flatMap((token) => (token.previousKey ? [token.key.id, token.previousKey.id] : [token.key.id]));
}
