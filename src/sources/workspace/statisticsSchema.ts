import * as v from 'valibot';
import type { Counted, TokenStatistics } from '../../domain/statistics';
import { instant, parseJson, tokenId } from './schema';

/** The version this code writes. Any addition to the entries raises it: a reader drops fields that it does not know. */
export const STATISTICS_VERSION = 1;

/** What a file's text holds: `version` is higher than `STATISTICS_VERSION` when a newer extension wrote it. */
export interface StatisticsContent {
	readonly version: number;
	readonly tokens: Counted;
}

const statistics = v.object({
	lastUsed: v.nullable(instant),
	days: v.array(
		v.object({
			date: v.pipe(v.string(), v.isoDate()),
			statuses: v.record(v.pipe(v.string(), v.regex(/^\d{3}$/)), v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
		}),
	),
}) satisfies v.GenericSchema<TokenStatistics>;

export const countedSchema = v.record(tokenId, statistics) satisfies v.GenericSchema<Counted>;

const file = v.object({ version: v.literal(STATISTICS_VERSION), tokens: countedSchema });

const newerFile = v.object({
	version: v.pipe(v.number(), v.integer(), v.gtValue(STATISTICS_VERSION)),
	tokens: v.fallback(v.record(v.string(), v.unknown()), {}),
});

/** What the bytes of a file hold; undefined when they are no statistics, whole or in part. */
export function parseStatistics(bytes: Uint8Array): StatisticsContent | undefined {
	const json = parseJson(bytes);
	const checked = v.safeParse(file, json);
	if (checked.success) {
		return checked.output;
	}
	const newer = v.safeParse(newerFile, json);
	if (!newer.success) {
		return undefined;
	}
	const understood = Object.entries(newer.output.tokens).filter((entry): entry is [string, TokenStatistics] =>
		v.is(countedSchema, Object.fromEntries([entry])),
	);
	return { version: newer.output.version, tokens: Object.fromEntries(understood) };
}

/** The text of a file, indented for people to read, with a day on a line. */
export function formatStatistics(tokens: Counted): string {
	const text = JSON.stringify({ version: STATISTICS_VERSION, tokens }, undefined, '\t');
	// No value in the file has white space of its own.
	return `${text.replace(/\{\s+"date"[^{]+\{[^}]*\}\s+\}/g, (day) => day.replace(/\s+/g, ' '))}\n`;
}
