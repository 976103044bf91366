import * as v from 'valibot';
import { APPROVALS, MAX_LIMIT, RATE_PERIODS } from '../domain/tokenLimits';

/** Version of the file `policy.json`. */
const POLICY_VERSION = 1;

/** A key, of which nobody can compute the secret. */
const policyKeySchema = v.object({
	/** SHA-256 of the secret, lowercase hexadecimal. */
	sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
	/** ISO 8601 UTC; null is perpetual. */
	expirationDate: v.nullable(
		v.pipe(
			v.string(),
			v.isoTimestamp(),
			// A date that isn't one would never come.
			v.check((text) => !Number.isNaN(Date.parse(text))),
		),
	),
});

const requestCountSchema = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_LIMIT));

const policyTokenSchema = v.object({
	id: v.pipe(v.string(), v.regex(/^SU(?:-\d{3}){3,}$/)),
	/** For people who read the file. No engine uses it. */
	name: v.string(),
	isEnabled: v.boolean(),
	/** The current key and, after a renewal, the previous one. */
	keys: v.pipe(v.array(policyKeySchema), v.minLength(1), v.maxLength(2)),
	/** Module IDs, with `:read` at the end of those that the token may only read. */
	permissions: v.array(v.string()),
	rate: v.nullable(v.object({ requests: v.pipe(requestCountSchema, v.minValue(1)), per: v.picklist(RATE_PERIODS) })),
	/** The total that `remainingTotal` is left of, so that a push can tell whether it was changed. No engine uses it. */
	total: v.exactOptional(requestCountSchema),
	/**
	 * How many requests were left of the token's total when the policy was exported. Null if the token has no total; `denied` if it has one that
	 * wasn't exported, so that all of its requests are denied.
	 */
	remainingTotal: v.nullable(v.union([requestCountSchema, v.literal('denied')])),
	/** Which requests are denied because the user would have to approve them. */
	approval: v.picklist(APPROVALS),
});

const policyModuleSchema = v.object({
	id: v.pipe(v.string(), v.nonEmpty()),
	name: v.string(),
	/** Relative to the upstream's base path. */
	paths: v.array(v.pipe(v.string(), v.regex(/^\/[^\s?#]*$/))),
});

/** What the gateway enforces, without keys, for engines on other machines. Everything is sorted by ID, so that changes are easy to see. */
export const policySchema = v.object({
	version: v.literal(POLICY_VERSION),
	modules: v.array(policyModuleSchema),
	tokens: v.array(policyTokenSchema),
});

export type Policy = v.InferOutput<typeof policySchema>;
export type PolicyToken = v.InferOutput<typeof policyTokenSchema>;
export type PolicyModule = v.InferOutput<typeof policyModuleSchema>;
