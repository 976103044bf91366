import * as v from 'valibot';
import { parseInstant } from '../../domain/expiration';
import type { KeyRecord, TokenRecord } from '../../domain/token';

/** The version this code writes. Any addition to the records raises it: a reader drops fields that it does not know. */
export const STORE_VERSION = 1;

/** What a file's text holds: `version` is higher than `STORE_VERSION` when a newer extension wrote it. */
export interface StoreContent {
	readonly version: number;
	readonly tokens: readonly TokenRecord[];
	/** How many records there are beside the tokens that are none, or that repeat the id of a token or key. */
	readonly unreadableCount: number;
}

export const tokenIdSchema = v.pipe(v.string(), v.regex(/^SU(?:-\d{3}){3,}$/));

export const instantSchema = v.pipe(
	v.string(),
	v.check((text) => parseInstant(text) !== undefined),
);
const stampSchema = v.object({ at: instantSchema, by: v.string() });

const keySchema = v.object({
	id: v.pipe(v.string(), v.nonEmpty()),
	sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
	issuedAt: instantSchema,
	expirationDate: v.nullable(instantSchema),
}) satisfies v.GenericSchema<KeyRecord>;

const tokenSchema = v.object({
	id: tokenIdSchema,
	name: v.string(),
	externalId: v.nullable(v.string()),
	description: v.string(),
	extension: v.object({ id: v.string(), name: v.string() }),
	permissions: v.array(v.string()),
	enabled: v.boolean(),
	key: keySchema,
	previousKey: v.nullable(keySchema),
	created: stampSchema,
	updated: stampSchema,
}) satisfies v.GenericSchema<TokenRecord>;

const storeSchema = v.object({
	version: v.pipe(v.number(), v.integer(), v.minValue(STORE_VERSION)),
	tokens: v.optional(v.unknown()),
});

/** What the bytes of a file hold, in whole or in part; undefined when they are no store. */
export function parseStore(bytes: Uint8Array): StoreContent | undefined {
	const { success, output } = v.safeParse(storeSchema, parseJson(bytes));
	if (!success || (output.version === STORE_VERSION && !Array.isArray(output.tokens))) {
		return undefined;
	}
	const list: readonly unknown[] = Array.isArray(output.tokens) ? output.tokens : [];
	// One by one, and each only to its first fault: to collect those of millions would take all the memory there is.
	const records = list.map((one) => v.safeParse(tokenSchema, one, { abortEarly: true }));
	const tokens = removeDuplicates(records.flatMap((one) => (one.success ? [one.output] : [])));
	return { version: output.version, tokens, unreadableCount: records.length - tokens.length };
}

/** `tokens` without those that have the id of a token or of a key before them. */
export function removeDuplicates(tokens: readonly TokenRecord[]): readonly TokenRecord[] {
	const seen = new Set<string>();
	return tokens.filter((one) => {
		const ids = [one.id, ...collectKeyIds([one])];
		const isNew = new Set(ids).size === ids.length && !ids.some((id) => seen.has(id));
		if (isNew) {
			ids.forEach((id) => seen.add(id));
		}
		return isNew;
	});
}

/** The text of a store, indented for people to read. */
export function serializeStore(tokens: readonly TokenRecord[]): string {
	return `${JSON.stringify({ version: STORE_VERSION, tokens }, undefined, '\t')}\n`;
}

/** Ids of all the keys that `tokens` name: each token's own and, after a renewal, the one before. */
export function collectKeyIds(tokens: readonly TokenRecord[]): readonly string[] {
	return tokens.flatMap((token) => (token.previousKey ? [token.key.id, token.previousKey.id] : [token.key.id]));
}

/** The JSON value that the bytes are; undefined when they are none. */
export function parseJson(bytes: Uint8Array): unknown {
	try {
		// A lenient decoder would turn damaged bytes into replacement characters inside a name.
		return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
	} catch {
		return undefined;
	}
}
