import * as v from 'valibot';
import type { TeamCountsPull } from '../domain/teamCountsPull';

const nameSchema = v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/));

const messageSchema = v.object({
	/** ISO 8601. */
	readAt: v.pipe(
		v.string(),
		v.isoTimestamp(),
		v.transform((text) => new Date(text)),
	),
	readings: v.array(
		v.object({
			readFrom: v.pipe(v.string(), v.maxLength(255)),
			counts: v.array(
				v.object({
					tokenId: v.pipe(v.string(), v.regex(/^SU(?:-\d{3}){3,}$/)),
					date: v.pipe(v.string(), v.isoDate()),
					statusClass: v.picklist(['2xx', '3xx', '4xx', '5xx']),
					instance: nameSchema,
					run: v.exactOptional(nameSchema),
					count: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
				}),
			),
		}),
	),
}) satisfies v.GenericSchema<unknown, TeamCountsPull>;

/** Reads counts that the command line sends to a window as JSON. Undefined if they aren't valid. */
export function parseCountsMessage(message: unknown): TeamCountsPull | undefined {
	const { success, output } = v.safeParse(messageSchema, message);
	return success ? output : undefined;
}

/** As many counts as a message to a window has room for, with the longest names. */
const MAX_COUNTS = 5_000;

/**
 * Splits counts into parts that a window accepts, by token, because the counts of an instance and what its peers know of them have to be compared.
 * Adding all parts is the same as adding the whole. There's at least one part.
 */
export function splitCounts(readings: TeamCountsPull['readings'], maxCounts = MAX_COUNTS): readonly TeamCountsPull['readings'][] {
	const sizes = new Map<string, number>();
	for (const { tokenId } of readings.flatMap(({ counts }) => counts)) {
		sizes.set(tokenId, (sizes.get(tokenId) ?? 0) + 1);
	}
	const parts: Set<string>[] = [new Set()];
	let size = 0;
	for (const [tokenId, count] of sizes) {
		if (size > 0 && size + count > maxCounts) {
			parts.push(new Set());
			size = 0;
		}
		parts.at(-1)!.add(tokenId);
		size += count;
	}
	return parts.map((ids) =>
		readings.map(({ readFrom, counts }) => ({ readFrom, counts: counts.filter(({ tokenId }) => ids.has(tokenId)) })),
	);
}
