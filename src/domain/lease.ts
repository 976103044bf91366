import * as v from 'valibot';

/** A lease lasts at most this long, in milliseconds. */
export const MAX_LEASE_MS = 8 * 60 * 60 * 1000;
/** How long a lease is kept after it ended, in milliseconds, so that its requests can be looked at. Then it's deleted. */
export const ENDED_LEASE_RETENTION_MS = 24 * 60 * 60 * 1000;

/** Longest description of a task, in characters. */
export const MAX_TASK_LENGTH = 200;
/** Longest name of an agent, in characters. */
export const MAX_AGENT_NAME_LENGTH = 60;

/** Text that's shown on one line. */
const lineSchema = (maxLength: number) => v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(maxLength), v.regex(/^\P{Cc}*$/u));

/** What makes a token a lease: a token of the workspace for one task of an agent. */
export const leaseSchema = v.object({
	task: lineSchema(MAX_TASK_LENGTH),
	agent: lineSchema(MAX_AGENT_NAME_LENGTH),
});
/** What a token of the workspace was leased for. */
export interface Lease {
	/** What the agent wants to do, as it or the user described it. */
	readonly task: string;
	/** Who got the token, as the agent calls itself. Proves nothing. */
	readonly agent: string;
}
