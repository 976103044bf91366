import * as v from 'valibot';
import type { UsageByToken, TokenUsage } from '../../domain/tokenUsage';
import { instantSchema, parseJson, tokenIdSchema } from './storeSchema';

/** The version this code writes. Any addition to the entries raises it: a reader drops fields that it does not know. */
export const USAGE_FILE_VERSION = 1;

/** What a file's text holds: `version` is higher than `STATISTICS_VERSION` when a newer extension wrote it. */
export interface UsageFileContent {
	readonly version: number;
	readonly tokens: UsageByToken;
}

const tokenUsageSchema = v.object({
	lastUsed: v.nullable(instantSchema),
	days: v.array(
		v.object({
			date: v.pipe(v.string(), v.isoDate()),
			statuses: v.record(v.pipe(v.string(), v.regex(/^\d{3}$/)), v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
		}),
	),
}) satisfies v.GenericSchema<TokenUsage>;

export const usageByTokenSchema = v.record(tokenIdSchema, tokenUsageSchema) satisfies v.GenericSchema<UsageByToken>;

const usageFileSchema = v.object({ version: v.literal(USAGE_FILE_VERSION), tokens: usageByTokenSchema });

const newerUsageFileSchema = v.object({
	version: v.pipe(v.number(), v.integer(), v.gtValue(USAGE_FILE_VERSION)),
	tokens: v.fallback(v.record(v.string(), v.unknown()), {}),
});

/** What the bytes of a file hold; undefined when they are no statistics, whole or in part. */
export function parseUsageFile(bytes: Uint8Array): UsageFileContent | undefined {
	const json = parseJson(bytes);
	const parsed = v.safeParse(usageFileSchema, json);
	if (parsed.success) {
		return parsed.output;
	}
	const parsedNewer = v.safeParse(newerUsageFileSchema, json);
	if (!parsedNewer.success) {
		return undefined;
	}
	const validEntries = Object.entries(parsedNewer.output.tokens).filter((entry): entry is [string, TokenUsage] =>
		v.is(usageByTokenSchema, Object.fromEntries([entry])),
	);
	return { version: parsedNewer.output.version, tokens: Object.fromEntries(validEntries) };
}

/** The text of a file, indented for people to read, with a day on a line. */
export function serializeUsageFile(tokens: UsageByToken): string {
	const text = JSON.stringify({ version: USAGE_FILE_VERSION, tokens }, undefined, '\t');
	// No value in the file has white space of its own.
	return `${text.replace(/\{\s+"date"[^{]+\{[^}]*\}\s+\}/g, (day) => day.replace(/\s+/g, ' '))}\n`;
}
