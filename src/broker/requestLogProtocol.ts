import * as v from 'valibot';
import { MAX_LOGGED_REQUESTS, numberedRequestSchema } from '../domain/loggedRequest';

/** Version of the protocol between the windows of a workspace: one line of JSON per message. */
export const REQUEST_LOG_VERSION = 1;

/** Largest message of a window that reads, in bytes. */
export const MAX_CLIENT_MESSAGE_BYTES = 1024;
/** Largest message of a window that runs the gateway, in bytes: 1,000 requests with long paths and reasons. */
export const MAX_SERVER_MESSAGE_BYTES = 4_194_304;

/** The first message to the window that runs the gateway. */
export const greetingSchema = v.object({ version: v.literal(REQUEST_LOG_VERSION), handle: v.string() });

/** Each further message to that window: remove all requests. */
export const clientMessageSchema = v.object({ clears: v.literal(true) });

/** A message from that window: requests that were added, or that all were removed. */
export const serverMessageSchema = v.object({
	version: v.literal(REQUEST_LOG_VERSION),
	isCleared: v.optional(v.literal(true)),
	requests: v.optional(v.pipe(v.array(numberedRequestSchema), v.maxLength(MAX_LOGGED_REQUESTS)), []),
});

/** Formats a message as the line that's sent. */
export function formatServerMessage(message: Partial<v.InferOutput<typeof serverMessageSchema>>): string {
	return `${JSON.stringify(message)}\n`;
}
