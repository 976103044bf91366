import * as v from 'valibot';
import { formatApiKey, parseApiKey } from '../../domain/apiKey';
import type { KeyVersion } from '../../domain/token';
import type { DailyUsage } from '../../domain/tokenUsage';
import { instantSchema } from '../../storage/json';
import type { PlatformToken } from './platformToken';

/*
 * Schemas of the platform's responses. Unknown fields are ignored. Validation is lenient where the platform's documentation leaves the
 * format open, and strict where a wrong value would mislead the user.
 */

/** Higher than the limit of any text on the platform that has one. Protects memory, files, and the UI. */
const MAX_TEXT_LENGTH = 10_000;
/** The same for lists within an object. */
const MAX_LIST_LENGTH = 1000;
const shortTextSchema = v.pipe(v.string(), v.maxLength(MAX_TEXT_LENGTH));
const textSchema = v.nullish(shortTextSchema, '');
/** ID of an object that isn't interpolated into URLs' paths. */
const idTextSchema = v.pipe(v.string(), v.nonEmpty(), v.maxLength(256));
/** Converts a date to ISO 8601 UTC. */
const utcInstantSchema = v.pipe(
	instantSchema,
	v.transform((text) => new Date(text).toISOString()),
);
const dateSchema = v.nullish(utcInstantSchema, null);
const stampSchema = v.object({ at: utcInstantSchema, by: v.nullish(v.object({ id: textSchema, name: textSchema })) });

/** Platform object ID. Validated because IDs are interpolated into URLs and shown in Markdown. */
const platformIdSchema = v.pipe(v.string(), v.maxLength(64), v.regex(/^[A-Z]+(-\d+)+$/i));

/** Whether `text` has the format of a platform object ID. */
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
	permissions: v.nullish(v.pipe(v.array(v.object({ object: v.object({ id: idTextSchema }) })), v.maxLength(MAX_LIST_LENGTH)), []),
	expiration_date: dateSchema,
	renewed_expiration_date: dateSchema,
	token: v.optional(v.unknown()),
	renewed_token: v.optional(v.unknown()),
	events: v.object({ created: stampSchema, updated: v.nullish(stampSchema) }),
});
type TokenResponse = v.InferOutput<typeof tokenSchema>;

/** A token that was just read, with the API keys that the response contains. Must not be cached. */
export interface PlatformTokenWithKeys {
	readonly platformToken: PlatformToken;
	/** Values for the `Authorization` header. */
	readonly keys: Partial<Record<KeyVersion, string>>;
}

/** A page of a list, in the order of the response. */
export interface ParsedPage<T> {
	/** ID of each item; undefined if it has none. */
	readonly ids: readonly (string | undefined)[];
	/** Undefined for an item that couldn't be parsed. */
	readonly items: readonly (T | undefined)[];
}

/** Parses a token; returns undefined if `body` isn't one. */
export function parseToken(body: unknown): PlatformTokenWithKeys | undefined {
	const { success, output } = v.safeParse(tokenSchema, body);
	return success ? { platformToken: toPlatformToken(output), keys: parseKeys(output) } : undefined;
}

/** Parses a page of tokens, without their keys; returns undefined if `body` isn't a list. */
export function parseTokens(body: unknown): ParsedPage<PlatformToken> | undefined {
	return parsePage(tokenSchema, toPlatformToken, body);
}

const namedSchema = v.object({ id: idTextSchema, name: textSchema });

/** Parses a page of objects with an ID and a name, such as accounts or modules. */
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

/** An extension in the account's catalog. */
export interface PlatformExtension {
	readonly id: string;
	readonly name: string;
	readonly description: string;
	/** Maximum number of the account's tokens for this extension; undefined if the response doesn't contain it. */
	readonly maxTokens: number | undefined;
}

export function parseExtensions(body: unknown): ParsedPage<PlatformExtension> | undefined {
	return parsePage(
		extensionSchema,
		({ id, name, subtitle, description, overview, constraints }) => ({
			id,
			name: name || id,
			description: (subtitle || description || overview.split('\n')[0]!).slice(0, MAX_TEXT_LENGTH),
			maxTokens: constraints?.account?.tokens,
		}),
		body,
	);
}

const permissionSchema = v.object({ object: v.object({ id: idTextSchema }) });

/** Parses a page of a token's permissions into module IDs. */
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
		v.transform((date) => date.slice(0, 10)),
	),
	statuses: v.pipe(v.array(statusCountSchema), v.maxLength(MAX_LIST_LENGTH)),
});
/** In the platform's OpenAPI document, the schema specifies one day, but the description specifies a list of days. */
const dailyUsageListSchema = v.union([
	v.pipe(v.array(dailyUsageSchema), v.maxLength(MAX_LIST_LENGTH)),
	v.pipe(
		dailyUsageSchema,
		v.transform((day) => [day]),
	),
	v.pipe(
		v.nullish(v.strictObject({})),
		v.transform(() => []),
	),
]);

/** Parses counts of responses by day; returns undefined if `body` doesn't contain them. */
export function parseDailyUsage(body: unknown): readonly DailyUsage[] | undefined {
	const { success, output } = v.safeParse(dailyUsageListSchema, body);
	return success
		? output.map(({ date, statuses }) => ({ date, statuses: Object.fromEntries(statuses.map(({ code, count }) => [code, count])) }))
		: undefined;
}

const summarySchema = v.object({
	statuses: v.nullish(v.pipe(v.array(v.object({ total: v.number() })), v.maxLength(MAX_LIST_LENGTH)), []),
});

/** Parses the total number of responses; returns undefined if `body` doesn't contain it. */
export function parseResponseTotal(body: unknown): number | undefined {
	const { success, output } = v.safeParse(summarySchema, body);
	return success ? output.statuses.reduce((sum, { total }) => sum + total, 0) : undefined;
}

const idSchema = v.object({ id: idTextSchema });

/** Parses the ID of an object; returns undefined if it has none. */
export function parseId(body: unknown): string | undefined {
	const { success, output } = v.safeParse(idSchema, body);
	return success ? output.id : undefined;
}

const errorResponseSchema = v.object({ errors: v.pipe(v.array(v.string()), v.minLength(1)) });

/** Parses the platform's error message, shortened, without keys, and ending in a period; returns undefined if there's none. */
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

/** After a renewal, `token` is the previous key and `renewed_token` the current one. */
function parseKeys(response: TokenResponse): PlatformTokenWithKeys['keys'] {
	const { id, token, renewed_token } = response;
	return isRenewed(response)
		? { ...parseKey('current', id, renewed_token), ...parseKey('previous', id, token) }
		: parseKey('current', id, token);
}

/** Returns an empty object if the value is masked or isn't a key of this token. */
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
