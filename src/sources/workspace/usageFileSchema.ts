import * as v from 'valibot';
import type { UsageByToken, TokenUsage } from '../../domain/tokenUsage';
import { instantSchema, parseJson } from '../../storage/json';
import { tokenIdSchema } from './storeSchema';

/**
 * The version that's written. Increase it with any addition to the entries, because readers drop fields they don't know. Files of every earlier
 * version are read, and written in this one with the next count.
 */
export const USAGE_FILE_VERSION = 2;

/** The version that added counts by module. */
export const MODULES_FILE_VERSION = 2;

/** The content of a usage file. `version` is higher than `USAGE_FILE_VERSION` if a newer version of the extension wrote it. */
export interface UsageFileContent {
	readonly version: number;
	readonly tokens: UsageByToken;
}

const versionSchema = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(USAGE_FILE_VERSION));

const countSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const statusesSchema = v.record(v.pipe(v.string(), v.regex(/^\d{3}$/)), v.pipe(v.number(), v.safeInteger(), v.minValue(1)));
const tokenUsageSchema = v.object({
	lastUsed: v.nullable(instantSchema),
	days: v.array(
		v.object({
			date: v.pipe(v.string(), v.isoDate()),
			statuses: statusesSchema,
			modules: v.exactOptional(v.record(v.string(), v.object({ read: countSchema, write: countSchema }))),
		}),
	),
	modulesSince: v.exactOptional(v.pipe(v.string(), v.isoDate())),
	hours: v.exactOptional(v.array(v.object({ hour: v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}$/)), statuses: statusesSchema }))),
}) satisfies v.GenericSchema<TokenUsage>;

export const usageByTokenSchema = v.record(tokenIdSchema, tokenUsageSchema) satisfies v.GenericSchema<UsageByToken>;

const usageFileSchema = v.object({ version: versionSchema, tokens: usageByTokenSchema });

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
	// The name of a module can contain spaces, but no line breaks, which are escaped.
	return `${text.replace(/\{\n\t+"(?:date|hour)"[^]*?\n\t{4}\}/g, (line) => line.replace(/\n\t*/g, ' '))}\n`;
}
