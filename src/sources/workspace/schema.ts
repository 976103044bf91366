import * as v from 'valibot';
import { parseInstant } from '../../domain/expiry';
import type { KeyRecord, TokenRecord } from '../../domain/token';

/** The version this code writes. Any addition to the records raises it: a reader drops fields that it does not know. */
export const STORE_VERSION = 1;

/** What a file's text holds: `version` is higher than `STORE_VERSION` when a newer extension wrote it. */
export interface StoreContent {
	readonly version: number;
	readonly tokens: readonly TokenRecord[];
}

const instant = v.pipe(
	v.string(),
	v.check((text) => parseInstant(text) !== undefined),
);
const stamp = v.object({ at: instant, by: v.string() });

const key = v.object({
	id: v.pipe(v.string(), v.nonEmpty()),
	sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
	issuedAt: instant,
	expirationDate: v.nullable(instant),
}) satisfies v.GenericSchema<KeyRecord>;

const token = v.object({
	id: v.pipe(v.string(), v.regex(/^SU(?:-\d{3}){3,}$/)),
	name: v.string(),
	externalId: v.nullable(v.string()),
	description: v.string(),
	extension: v.object({ id: v.string(), name: v.string() }),
	permissions: v.array(v.string()),
	enabled: v.boolean(),
	key,
	previousKey: v.nullable(key),
	created: stamp,
	updated: stamp,
}) satisfies v.GenericSchema<TokenRecord>;

const store = v.object({
	version: v.literal(STORE_VERSION),
	tokens: v.pipe(
		v.array(token),
		v.check((tokens) => areUnique(tokens.map(({ id }) => id))),
		v.check((tokens) => areUnique(keyIds(tokens))),
	),
});

const newerStore = v.object({
	version: v.pipe(v.number(), v.integer(), v.gtValue(STORE_VERSION)),
	tokens: v.fallback(v.array(v.unknown()), []),
});

/** What the bytes of a file hold; undefined when they are no store, whole or in part. */
export function parseStore(bytes: Uint8Array): StoreContent | undefined {
	const json = parseJson(bytes);
	const checked = v.safeParse(store, json);
	if (checked.success) {
		return checked.output;
	}
	const newer = v.safeParse(newerStore, json);
	return newer.success
		? { version: newer.output.version, tokens: newer.output.tokens.filter((one) => v.is(token, one)) }
		: undefined;
}

/** The text of a store, indented for people to read. */
export function formatStore(tokens: readonly TokenRecord[]): string {
	return `${JSON.stringify({ version: STORE_VERSION, tokens }, undefined, '\t')}\n`;
}

/** Ids of all the keys that `tokens` name: each token's own and, after a renewal, the one before. */
export function keyIds(tokens: readonly TokenRecord[]): readonly string[] {
	return tokens.flatMap((token) => (token.previousKey ? [token.key.id, token.previousKey.id] : [token.key.id]));
}

function parseJson(bytes: Uint8Array): unknown {
	try {
		// A lenient decoder would turn damaged bytes into replacement characters inside a name.
		return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
	} catch {
		return undefined;
	}
}

function areUnique(ids: readonly string[]): boolean {
	return new Set(ids).size === ids.length;
}
