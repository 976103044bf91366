import * as v from 'valibot';
import { formatApiKey, parseApiKey } from '../../domain/apiKey';
import { parseInstant } from '../../domain/expiration';
import type { KeyVersion } from '../../domain/token';
import type { DailyUsage } from '../../domain/tokenUsage';
import type { PlatformToken } from './platformToken';

/*
 * What the platform says, by schema. Fields that are not named here pass unseen. A field is read leniently where the sources leave its
 * shape open, and strictly where the wrong one would have a user act on what is not so.
 */

/** Longer than any text of the platform's: what is longer must not fill memory, files and screen. */
const shortTextSchema = v.pipe(v.string(), v.maxLength(10_000));
const textSchema = v.nullish(shortTextSchema, '');
const instantSchema = v.pipe(
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
const dateSchema = v.nullish(instantSchema, null);
const stampSchema = v.object({ at: instantSchema, by: v.nullish(v.object({ id: textSchema, name: textSchema })) });

/** An id as the platform gives them, of whatever kind: what is none must not lead a call to another place, nor be taken for markup. */
const platformIdSchema = v.pipe(v.string(), v.maxLength(64), v.regex(/^[A-Z]+(-\d+)+$/i));

/** Whether it may be the id of something on the platform. */
export function isPlatformId(text: string): boolean {
	return v.is(platformIdSchema, text);
}

const tokenSchema = v.object({
	id: platformIdSchema,
	name: textSchema,
	external_id: v.nullish(shortTextSchema, null),
	description: textSchema,
	status: shortTextSchema,
	extension: v.object({ id: textSchema, name: textSchema }),
	permissions: v.nullish(v.pipe(v.array(v.object({ object: v.object({ id: shortTextSchema }) })), v.maxLength(1000)), []),
	expiration_date: dateSchema,
	renewed_expiration_date: dateSchema,
	token: v.optional(v.unknown()),
	renewed_token: v.optional(v.unknown()),
	events: v.object({ created: stampSchema, updated: v.nullish(stampSchema) }),
});
type TokenResponse = v.InferOutput<typeof tokenSchema>;

/** A token as it was just read, with the keys that the platform shows. Not to be kept. */
export interface PlatformTokenWithKeys {
	readonly platformToken: PlatformToken;
	/** Values of the header `Authorization`. */
	readonly keys: Partial<Record<KeyVersion, string>>;
}

/** A part of a list: what it has of each item, in the order of the answer. */
export interface ParsedPage<T> {
	/** The id of each item, as far as it has one. */
	readonly ids: readonly (string | undefined)[];
	/** Undefined in the place of an item that is not understood. */
	readonly items: readonly (T | undefined)[];
}

/** The token that an answer is; undefined when it is none. */
export function parseToken(body: unknown): PlatformTokenWithKeys | undefined {
	const { success, output } = v.safeParse(tokenSchema, body);
	return success ? { platformToken: toPlatformToken(output), keys: parseKeys(output) } : undefined;
}

/** The tokens of a part of their list, without their keys; undefined when the answer is no list. */
export function parseTokens(body: unknown): ParsedPage<PlatformToken> | undefined {
	return parsePage(tokenSchema, toPlatformToken, body);
}

const namedSchema = v.object({ id: v.pipe(shortTextSchema, v.nonEmpty()), name: textSchema });

/** Accounts, or modules, or whatever else has an id and a name. */
export function parseNamed(body: unknown): ParsedPage<{ id: string; name: string }> | undefined {
	return parsePage(namedSchema, ({ id, name }) => ({ id, name: name || id }), body);
}

const extensionSchema = v.object({
	...namedSchema.entries,
	subtitle: textSchema,
	description: v.nullish(v.string(), ''),
	overview: v.nullish(v.string(), ''),
	constraints: v.fallback(v.optional(v.object({ account: v.optional(v.object({ tokens: v.optional(v.number()) })) })), undefined),
});

/** An extension of the account's catalogue. */
export interface PlatformExtension {
	readonly id: string;
	readonly name: string;
	readonly description: string;
	/** How many tokens the account may have of it; undefined when nothing is said. */
	readonly maxTokens: number | undefined;
}

export function parseExtensions(body: unknown): ParsedPage<PlatformExtension> | undefined {
	return parsePage(
		extensionSchema,
		({ id, name, subtitle, description, overview, constraints }) => ({
			id,
			name: name || id,
			description: subtitle || description || (overview.split('\n')[0] ?? ''),
			maxTokens: constraints?.account?.tokens,
		}),
		body,
	);
}

const permissionSchema = v.object({ object: v.object({ id: v.string() }) });

/** Ids of the modules in a part of a token's permissions. */
export function parsePermissions(body: unknown): ParsedPage<string> | undefined {
	return parsePage(permissionSchema, ({ object }) => object.id, body);
}

const statusCountSchema = v.object({
	code: v.pipe(v.union([v.string(), v.number()]), v.transform(String), v.regex(/^\d{3}$/)),
	count: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});
const dailyUsageSchema = v.object({
	date: v.pipe(
		v.string(),
		v.regex(/^\d{4}-\d{2}-\d{2}/),
		v.transform((one) => one.slice(0, 10)),
	),
	statuses: v.array(statusCountSchema),
});
/** The platform's document has one day, its text speaks of days. */
const dailyUsageListSchema = v.union([
	v.array(dailyUsageSchema),
	v.pipe(
		dailyUsageSchema,
		v.transform((one) => [one]),
	),
	v.pipe(
		v.nullish(v.strictObject({})),
		v.transform(() => []),
	),
]);

/** The days of an answer that were counted; undefined when it is none. */
export function parseDailyUsage(body: unknown): readonly DailyUsage[] | undefined {
	const { success, output } = v.safeParse(dailyUsageListSchema, body);
	return success
		? output.map(({ date, statuses }) => ({ date, statuses: Object.fromEntries(statuses.map(({ code, count }) => [code, count])) }))
		: undefined;
}

const summarySchema = v.object({ statuses: v.nullish(v.array(v.object({ total: v.number() })), []) });

/** How many responses an answer has counted in all; undefined when it is none. */
export function parseResponseTotal(body: unknown): number | undefined {
	const { success, output } = v.safeParse(summarySchema, body);
	return success ? output.statuses.reduce((sum, { total }) => sum + total, 0) : undefined;
}

const idSchema = v.object({ id: v.pipe(v.string(), v.nonEmpty()) });

/** The id in an answer; undefined when it has none. */
export function parseId(body: unknown): string | undefined {
	const { success, output } = v.safeParse(idSchema, body);
	return success ? output.id : undefined;
}

const errorResponseSchema = v.object({ errors: v.pipe(v.array(v.string()), v.minLength(1)) });

/** The platform's own words in an answer that refuses, as a message may repeat them; undefined when there are none. */
export function parseErrorMessage(body: unknown): string | undefined {
	const { success, output } = v.safeParse(errorResponseSchema, body);
	const message = success
		? output.errors
				.join(' ')
				.replace(/[0-9a-f]{40}/gi, '*'.repeat(10))
				.replace(/\s+/g, ' ')
				.trim()
				.slice(0, 300)
		: '';
	return message === '' ? undefined : message.replace(/[^.!?]$/, '$&.');
}

function parsePage<S extends v.GenericSchema, T>(
	schema: S,
	convert: (item: v.InferOutput<S>) => T,
	body: unknown,
): ParsedPage<T> | undefined {
	if (!Array.isArray(body)) {
		return undefined;
	}
	const parsed = body.map((item) => v.safeParse(schema, item, { abortEarly: true }));
	return { ids: body.map(parseId), items: parsed.map(({ success, output }) => (success ? convert(output) : undefined)) };
}

function toPlatformToken({
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
}: TokenResponse): PlatformToken {
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
		created: toStamp(created),
		updated: toStamp(updated ?? created),
	};
}

function toStamp({ at, by }: v.InferOutput<typeof stampSchema>): PlatformToken['created'] {
	const { id = '', name = '' } = by ?? {};
	return { at, by: name || id };
}

function isRenewed({
	status,
	renewed_token,
	renewed_expiration_date,
}: Pick<TokenResponse, 'status' | 'renewed_token' | 'renewed_expiration_date'>): boolean {
	return isNonEmptyString(renewed_token) || renewed_expiration_date !== null || status === 'revitalised';
}

/** After a renewal `token` is the key before, and `renewed_token` the new one. */
function parseKeys(response: TokenResponse): PlatformTokenWithKeys['keys'] {
	const { id, token, renewed_token } = response;
	return isRenewed(response)
		? { ...parseKey('current', id, renewed_token), ...parseKey('previous', id, token) }
		: parseKey('current', id, token);
}

/** Nothing for what is hidden by asterisks, or no key at all. */
function parseKey(keyVersion: KeyVersion, tokenId: string, value: unknown): PlatformTokenWithKeys['keys'] {
	if (!isNonEmptyString(value)) {
		return {};
	}
	const key = parseApiKey(value) ?? parseApiKey(`${tokenId}:${value}`);
	return key?.tokenId === tokenId ? { [keyVersion]: formatApiKey(key) } : {};
}

function isNonEmptyString(value: unknown): value is string {
	return typeof value === 'string' && value !== '';
}
