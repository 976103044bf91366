import * as v from 'valibot';
import type { UsageByToken, TokenUsage } from '../../domain/tokenUsage';
import { instantSchema, parseJson } from '../../storage/json';
import { tokenIdSchema } from './storeSchema';

/** The version that's written. Increase it with any addition to the entries, because readers drop fields they don't know. */
export const USAGE_FILE_VERSION = 1;

/** The content of a usage file. `version` is higher than `USAGE_FILE_VERSION` if a newer version of the extension wrote it. */
export interface UsageFileContent {
	readonly version: number;
	readonly tokens: UsageByToken;
}

const statusesSchema = v.record(v.pipe(v.string(), v.regex(/^\d{3}$/)), v.pipe(v.number(), v.safeInteger(), v.minValue(1)));
const tokenUsageSchema = v.object({
	lastUsed: v.nullable(instantSchema),
	days: v.array(v.object({ date: v.pipe(v.string(), v.isoDate()), statuses: statusesSchema })),
	hours: v.exactOptional(v.array(v.object({ hour: v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}$/)), statuses: statusesSchema }))),
}) satisfies v.GenericSchema<TokenUsage>;

export const usageByTokenSchema = v.record(tokenIdSchema, tokenUsageSchema) satisfies v.GenericSchema<UsageByToken>;

const usageFileSchema = v.object({ version: v.literal(USAGE_FILE_VERSION), tokens: usageByTokenSchema });

const newerUsageFileSchema = v.object({
	version: v.pipe(v.number(), v.integer(), v.gtValue(USAGE_FILE_VERSION)),
	tokens: v.fallback(v.record(v.string(), v.unknown()), {}),
});

/** Parses the bytes of a usage file. Returns undefined if they're damaged. */
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

/** Returns the text of a usage file, indented so that people can read it, with one line per day and hour. */
export function serializeUsageFile(tokens: UsageByToken): string {
	const text = JSON.stringify({ version: USAGE_FILE_VERSION, tokens }, undefined, '\t');
	// None of the values contains white space.
	return `${text.replace(/\{\s+"(?:date|hour)"[^{]+\{[^}]*\}\s+\}/g, (line) => line.replace(/\s+/g, ' '))}\n`;
}
