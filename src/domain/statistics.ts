/** How many responses had which status code. */
export type StatusCounts = Readonly<Record<string /* status code, three digits */, number>>;

/** The responses to one token on one day. */
export interface DayStatistics {
	/** `yyyy-mm-dd`, UTC. */
	readonly date: string;
	readonly statuses: StatusCounts;
}

/** What is known of the use of one token. */
export interface TokenStatistics {
	/** Days of the last 30 that had responses, the oldest first. */
	readonly days: readonly DayStatistics[];
	/** When the last response was sent, ISO 8601 UTC; null for a token never used. */
	readonly lastUsed: string | null;
}

/** Responses counted since they were last written down, by token id. */
export type Counted = Readonly<Record<string, TokenStatistics>>;

/** How many days are kept, today's among them. */
export const KEPT_DAYS = 30;
