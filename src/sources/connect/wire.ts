import * as v from 'valibot';
import { formatApiKey, parseApiKey } from '../../domain/apiKey';
import { parseInstant } from '../../domain/expiry';
import type { WhichKey } from '../../domain/ports';
import type { DayStatistics } from '../../domain/statistics';
import type { Facts } from './facts';

/*
 * What the platform says, by schema. Fields that are not named here pass unseen. A field is read leniently where the sources leave its
 * shape open, and strictly where the wrong one would have a user act on what is not so.
 */

/** Longer than any text of the platform's: what is longer must not fill memory, files and screen. */
const short = v.pipe(v.string(), v.maxLength(10_000));
const text = v.nullish(short, '');
const instant = v.pipe(
	v.string(),
	v.rawTransform(({ dataset, addIssue, NEVER }) => {
		const found = parseInstant(dataset.value);
		if (found === undefined) {
			addIssue();
			return NEVER;
		}
		return found.toISOString();
	}),
);
const date = v.nullish(instant, null);
const stamp = v.object({ at: instant, by: v.nullish(v.object({ id: text, name: text })) });

/** An id as the platform gives them, of whatever kind: what is none must not lead a call to another place, nor be taken for markup. */
const platformId = v.pipe(v.string(), v.maxLength(64), v.regex(/^[A-Z]+(-\d+)+$/i));

/** Whether it may be the id of something on the platform. */
export function isPlatformId(text: string): boolean {
	return v.is(platformId, text);
}

const token = v.object({
	id: platformId,
	name: text,
	external_id: v.nullish(short, null),
	description: text,
	status: short,
	extension: v.object({ id: text, name: text }),
	permissions: v.nullish(v.pipe(v.array(v.object({ object: v.object({ id: short }) })), v.maxLength(1000)), []),
	expiration_date: date,
	renewed_expiration_date: date,
	token: v.optional(v.unknown()),
	renewed_token: v.optional(v.unknown()),
	events: v.object({ created: stamp, updated: v.nullish(stamp) }),
});
type WireToken = v.InferOutput<typeof token>;

/** A token as it was just read, with the keys that the platform shows. Not to be kept. */
export interface TokenReading {
	readonly facts: Facts;
	/** Values of the header `Authorization`. */
	readonly keys: Partial<Record<WhichKey, string>>;
}

/** A part of a list: what it has of each item, in the order of the answer. */
export interface WirePage<T> {
	/** The id of each item, as far as it has one. */
	readonly ids: readonly (string | undefined)[];
	/** Undefined in the place of an item that is not understood. */
	readonly items: readonly (T | undefined)[];
}

/** The token that an answer is; undefined when it is none. */
export function readToken(body: unknown): TokenReading | undefined {
	const { success, output } = v.safeParse(token, body);
	return success ? { facts: factsOf(output), keys: keysOf(output) } : undefined;
}

/** The tokens of a part of their list, without their keys; undefined when the answer is no list. */
export function readTokens(body: unknown): WirePage<Facts> | undefined {
	return readPage(token, factsOf, body);
}

const named = v.object({ id: v.pipe(short, v.nonEmpty()), name: text });

/** Accounts, or modules, or whatever else has an id and a name. */
export function readNamed(body: unknown): WirePage<{ id: string; name: string }> | undefined {
	return readPage(named, ({ id, name }) => ({ id, name: name || id }), body);
}

const extension = v.object({
	...named.entries,
	subtitle: text,
	description: v.nullish(v.string(), ''),
	overview: v.nullish(v.string(), ''),
	constraints: v.fallback(v.optional(v.object({ account: v.optional(v.object({ tokens: v.optional(v.number()) })) })), undefined),
});

/** An extension of the account's catalogue. */
export interface WireExtension {
	readonly id: string;
	readonly name: string;
	readonly description: string;
	/** How many tokens the account may have of it; undefined when nothing is said. */
	readonly mostTokens: number | undefined;
}

export function readExtensions(body: unknown): WirePage<WireExtension> | undefined {
	return readPage(
		extension,
		({ id, name, subtitle, description, overview, constraints }) => ({
			id,
			name: name || id,
			description: subtitle || description || (overview.split('\n')[0] ?? ''),
			mostTokens: constraints?.account?.tokens,
		}),
		body,
	);
}

const permission = v.object({ object: v.object({ id: v.string() }) });

/** Ids of the modules in a part of a token's permissions. */
export function readPermissions(body: unknown): WirePage<string> | undefined {
	return readPage(permission, ({ object }) => object.id, body);
}

const count = v.object({
	code: v.pipe(v.union([v.string(), v.number()]), v.transform(String), v.regex(/^\d{3}$/)),
	count: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});
const day = v.object({
	date: v.pipe(
		v.string(),
		v.regex(/^\d{4}-\d{2}-\d{2}/),
		v.transform((one) => one.slice(0, 10)),
	),
	statuses: v.array(count),
});
/** The platform's document has one day, its text speaks of days. */
const days = v.union([
	v.array(day),
	v.pipe(
		day,
		v.transform((one) => [one]),
	),
	v.pipe(
		v.nullish(v.strictObject({})),
		v.transform(() => []),
	),
]);

/** The days of an answer that were counted; undefined when it is none. */
export function readDays(body: unknown): readonly DayStatistics[] | undefined {
	const { success, output } = v.safeParse(days, body);
	return success
		? output.map(({ date, statuses }) => ({ date, statuses: Object.fromEntries(statuses.map(({ code, count }) => [code, count])) }))
		: undefined;
}

const summary = v.object({ statuses: v.nullish(v.array(v.object({ total: v.number() })), []) });

/** How many responses an answer has counted in all; undefined when it is none. */
export function readTotal(body: unknown): number | undefined {
	const { success, output } = v.safeParse(summary, body);
	return success ? output.statuses.reduce((sum, { total }) => sum + total, 0) : undefined;
}

const id = v.object({ id: v.pipe(v.string(), v.nonEmpty()) });

/** The id in an answer; undefined when it has none. */
export function readId(body: unknown): string | undefined {
	const { success, output } = v.safeParse(id, body);
	return success ? output.id : undefined;
}

const refusal = v.object({ errors: v.pipe(v.array(v.string()), v.minLength(1)) });

/** The platform's own words in an answer that refuses, as a message may repeat them; undefined when there are none. */
export function saidIn(body: unknown): string | undefined {
	const { success, output } = v.safeParse(refusal, body);
	const said = success
		? output.errors
				.join(' ')
				.replace(/[0-9a-f]{40}/gi, '*'.repeat(10))
				.replace(/\s+/g, ' ')
				.trim()
				.slice(0, 300)
		: '';
	return said === '' ? undefined : said.replace(/[^.!?]$/, '$&.');
}

function readPage<S extends v.GenericSchema, T>(schema: S, convert: (item: v.InferOutput<S>) => T, body: unknown): WirePage<T> | undefined {
	if (!Array.isArray(body)) {
		return undefined;
	}
	const parsed = body.map((item) => v.safeParse(schema, item, { abortEarly: true }));
	return { ids: body.map(readId), items: parsed.map(({ success, output }) => (success ? convert(output) : undefined)) };
}

function factsOf({
	id,
	name,
	external_id,
	description,
	status,
	extension,
	permissions,
	expiration_date,
	renewed_expiration_date,
	...rest
}: WireToken): Facts {
	const { created, updated } = rest.events;
	return {
		id,
		name: name || id,
		externalId: external_id,
		description,
		extension: { id: extension.id || extension.name, name: extension.name || extension.id },
		permissions: permissions.map(({ object }) => object.id).sort(),
		platformStatus: status,
		isRenewed: isRenewed({ status, renewed_expiration_date, ...rest }),
		expirationDate: expiration_date,
		renewedExpirationDate: renewed_expiration_date,
		created: stampOf(created),
		updated: stampOf(updated ?? created),
	};
}

function stampOf({ at, by }: v.InferOutput<typeof stamp>): Facts['created'] {
	const { id = '', name = '' } = by ?? {};
	return { at, by: name || id };
}

function isRenewed({
	status,
	renewed_token,
	renewed_expiration_date,
}: Pick<WireToken, 'status' | 'renewed_token' | 'renewed_expiration_date'>): boolean {
	return isText(renewed_token) || renewed_expiration_date !== null || status === 'revitalised';
}

/** After a renewal `token` is the key before, and `renewed_token` the new one. */
function keysOf(wire: WireToken): TokenReading['keys'] {
	const { id, token, renewed_token } = wire;
	return isRenewed(wire) ? { ...keyAs('current', id, renewed_token), ...keyAs('previous', id, token) } : keyAs('current', id, token);
}

/** Nothing for what is hidden by asterisks, or no key at all. */
function keyAs(which: WhichKey, tokenId: string, shown: unknown): TokenReading['keys'] {
	if (!isText(shown)) {
		return {};
	}
	const key = parseApiKey(shown) ?? parseApiKey(`${tokenId}:${shown}`);
	return key?.tokenId === tokenId ? { [which]: formatApiKey(key) } : {};
}

function isText(value: unknown): value is string {
	return typeof value === 'string' && value !== '';
}
