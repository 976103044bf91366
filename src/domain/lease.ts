import * as v from 'valibot';

const HOUR_MS = 60 * 60 * 1000;
export const MAX_LEASE_HOURS = 8;
/** A lease lasts at most this long, in milliseconds. */
export const MAX_LEASE_MS = MAX_LEASE_HOURS * HOUR_MS;
/** How long a lease is kept after it ended, in milliseconds, so that its requests can be looked at. Then it's deleted. */
export const ENDED_LEASE_RETENTION_MS = 24 * HOUR_MS;

/** Longest description of a task, in characters. */
export const MAX_TASK_LENGTH = 200;
/** Longest name of an agent, in characters. */
export const MAX_AGENT_NAME_LENGTH = 60;

/** Like the messages of a draft's other fields, templates: `{0}` is the limit. */
export const TASK_MESSAGE = 'Describe the task on one line with 1 to {0} characters.';
export const AGENT_MESSAGE = 'Name the agent on one line with 1 to {0} characters.';
export const LEASE_EXPIRATION_MESSAGE = "A lease lasts at most {0} hours. Choose a date that isn't later.";

/** Text that's shown on one line. */
const lineSchema = (maxLength: number, message: string) =>
	v.pipe(
		v.string(message),
		v.trim(),
		v.nonEmpty(message),
		v.check((text) => Array.from(text).length <= maxLength, message),
		v.regex(/^\P{Cc}*$/u, message),
	);

/** What makes a token a lease: a token of the workspace for one task of an agent. */
export interface Lease {
	/** What the agent wants to do, as it or the user described it: 1–200 characters. */
	readonly task: string;
	/** Who got the token, as the agent calls itself, which proves nothing: 1–60 characters. */
	readonly agent: string;
}

export const leaseSchema = v.object({
	task: lineSchema(MAX_TASK_LENGTH, TASK_MESSAGE),
	agent: lineSchema(MAX_AGENT_NAME_LENGTH, AGENT_MESSAGE),
}) satisfies v.GenericSchema<unknown, Lease>;

/**
 * Whether a lease whose key expires then isn't longer than allowed.
 * @param expirationDate ISO 8601; null if it doesn't expire
 */
export function isLeaseExpiration(expirationDate: string | null, now: Date): boolean {
	return expirationDate !== null && Date.parse(expirationDate) - now.getTime() <= MAX_LEASE_MS;
}
