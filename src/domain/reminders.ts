import { nextDay } from './schedule';
import { DAY, type Token } from './token';

/** What has been said, and shall not be said, about tokens that end. Instants are ISO 8601 UTC. */
export interface Reminders {
	/** When the user was last reminded of a token, by its id. */
	readonly told: Readonly<Record<string, string>>;
	/** Tokens that the user does not want to be reminded of, by id: when the key was issued that this holds for. */
	readonly muted: Readonly<Record<string, string>>;
	/** When the user asked for no more reminders on that day. */
	readonly quiet: string | null;
}

export const noReminders: Reminders = { told: {}, muted: {}, quiet: null };

export interface Remindable extends Pick<Token, 'id' | 'status' | 'expirationDate'> {
	/** When its key was issued, which tells that key from the one before. Needed of muted tokens only. */
	readonly issuedAt?: string | undefined;
}

/** Tokens that become due shortly after a reminder wait so many milliseconds, to share the next. */
const SPACING = 10 * 60_000;

/** How many days an instant may lie ahead for the clock to have been set back; further ahead, the clock was wrong then. */
const TRUSTED_AHEAD = 7;

/** So many days after its end, a token that nobody was told of is history. */
const NEWS = 7;

/**
 * Which tokens to remind of now, in one go, and when to ask again if nothing changes (milliseconds since the epoch, `Infinity` for never).
 * A token that expires is due once on every day of the user's calendar, one that has expired once; neither twice on one day, even
 * when the clock is set back.
 */
export function dueReminders<T extends Remindable>(
	tokens: readonly T[],
	reminders: Reminders,
	now: Date,
): { due: readonly T[]; next: number } {
	const wanted = tokens.filter((token) => !isMuted(token, reminders) && isNews(token, reminders.told[token.id], now));
	const tomorrow = wanted.length > 0 ? nextDay(now) : Infinity;
	const open = wanted.filter(({ id }) => !isOfThisDay(reminders.told[id], now));
	if (open.length === 0) {
		return { due: [], next: tomorrow };
	}
	if (isOfThisDay(reminders.quiet, now)) {
		return { due: [], next: nextDay(now) };
	}
	const last = lastTold(reminders, now);
	return now.getTime() - last < SPACING ? { due: [], next: last + SPACING } : { due: open, next: tomorrow };
}

/** The reminders once the user has been told of the tokens `due`; what is known of tokens that are gone is forgotten. */
export function afterTelling(reminders: Reminders, tokens: readonly Remindable[], due: readonly Remindable[], now: Date): Reminders {
	const ids = new Set(tokens.map(({ id }) => id));
	const told = Object.entries(reminders.told).filter(([id]) => ids.has(id));
	const muted = tokens.filter((token) => isMuted(token, reminders)).map(({ id }) => [id, reminders.muted[id]!] as const);
	return {
		told: Object.fromEntries([...told, ...due.map(({ id }) => [id, now.toISOString()] as const)]),
		muted: Object.fromEntries(muted),
		quiet: reminders.quiet,
	};
}

/** The reminders once the user wants none about that key of a token. */
export function afterMuting(reminders: Reminders, id: string, issuedAt: string): Reminders {
	return { ...reminders, muted: { ...reminders.muted, [id]: issuedAt } };
}

/** The reminders once the user wants no more of them today. */
export function afterQuieting(reminders: Reminders, now: Date): Reminders {
	return { ...reminders, quiet: now.toISOString() };
}

function isMuted({ id, issuedAt }: Remindable, { muted }: Reminders): boolean {
	return muted[id] !== undefined && muted[id] === issuedAt;
}

function isNews({ status, expirationDate }: Remindable, told: string | undefined, now: Date): boolean {
	if (status !== 'expired' || expirationDate === null) {
		return status === 'expiring';
	}
	const end = Date.parse(expirationDate);
	const since = told !== undefined && isTrusted(told, now) ? Date.parse(told) : -Infinity;
	return since < end && now.getTime() - end <= NEWS * DAY;
}

/** Whether `instant` belongs to the day of `now` or, after the clock was set back, to a later one. */
function isOfThisDay(instant: string | null | undefined, now: Date): boolean {
	return typeof instant === 'string' && startOfDay(new Date(instant)) >= startOfDay(now) && isTrusted(instant, now);
}

function isTrusted(instant: string, now: Date): boolean {
	return Date.parse(instant) - now.getTime() <= TRUSTED_AHEAD * DAY;
}

/** When the user was last told anything, at the latest now; `-Infinity` for never. */
function lastTold({ told }: Reminders, now: Date): number {
	return Object.values(told).reduce((last, one) => {
		const at = Date.parse(one);
		return at <= now.getTime() ? Math.max(last, at) : last;
	}, -Infinity);
}

function startOfDay(instant: Date): number {
	return new Date(instant.getFullYear(), instant.getMonth(), instant.getDate()).getTime();
}
