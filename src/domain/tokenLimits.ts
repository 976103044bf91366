/** Periods that a rate can be counted in. */
export type RatePeriod = 'second' | 'minute' | 'hour' | 'day';
export const RATE_PERIODS = ['second', 'minute', 'hour', 'day'] as const satisfies readonly RatePeriod[];

/** When the gateway asks the user before it forwards a request: never, for requests that can write, or for all requests. */
export type Approval = 'never' | 'writes' | 'always';
export const APPROVALS = ['never', 'writes', 'always'] as const satisfies readonly Approval[];

/** The highest number of requests that a limit can have. */
export const MAX_LIMIT = 1_000_000_000;

/** How many requests the gateway allows a token to make. At least one of the limits is set. */
export interface TokenLimits {
	/** Requests per period, counted in a sliding window. */
	readonly rate?: { readonly requests: number; readonly per: RatePeriod };
	/** Requests in total, counted since the token has had a total. */
	readonly total?: number;
}

/** What a token's limits still allow. Both are omitted if the token doesn't have that limit. */
export interface RemainingRequests {
	/** Requests that are allowed right now, out of those of the rate. */
	readonly rate?: number;
	/** Requests that are left of the total. */
	readonly total?: number;
}

/** What the gateway does with a token's requests beyond checking its permissions. */
export interface RequestRules {
	readonly limits: TokenLimits | null;
	readonly approval: Approval;
}

/** Returns the rules of a token, whose properties are omitted if they don't restrict it. */
export function getRequestRules({ limits, approval }: { readonly limits?: TokenLimits; readonly approval?: Approval }): RequestRules {
	return { limits: limits ?? null, approval: approval ?? 'never' };
}

/** Returns the properties that a token with these rules has. They're omitted if they don't restrict it. */
export function toRequestRuleProperties({ limits, approval }: RequestRules): {
	readonly limits?: TokenLimits;
	readonly approval?: Approval;
} {
	return { ...(limits !== null && { limits }), ...(approval !== 'never' && { approval }) };
}
