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
