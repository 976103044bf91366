import { getStartOfNextDay } from './statusSchedule';
import { DAY_MS, type Token } from './token';

/** What has been said, and shall not be said, about tokens that end. Instants are ISO 8601 UTC. */
export interface ReminderState {
	/** When the user was last reminded of a token, by its id. */
	readonly told: Readonly<Record<string, string>>;
	/** Tokens that the user does not want to be reminded of, by id: when the key was issued that this holds for. */
	readonly muted: Readonly<Record<string, string>>;
	/** When the user asked for no more reminders on that day. */
	readonly quiet: string | null;
}

export const NO_REMINDERS: ReminderState = { told: {}, muted: {}, quiet: null };

export interface ReminderToken extends Pick<Token, 'id' | 'status' | 'expirationDate'> {
	/** When its key was issued, which tells that key from the one before. Needed of muted tokens only. */
	readonly issuedAt?: string | undefined;
}

/** Tokens that become due shortly after a reminder wait so many milliseconds, to share the next. */
const REMINDER_SPACING_MS = 10 * 60_000;

/** How many days an instant may lie ahead for the clock to have been set back; further ahead, the clock was wrong then. */
const MAX_CLOCK_SKEW_DAYS = 7;

/** So many days after its end, a token that nobody was told of is history. */
const EXPIRED_REMINDER_DAYS = 7;

/**
 * Which tokens to remind of now, in one go, and when to ask again if nothing changes (milliseconds since the epoch, `Infinity` for never).
 * A token that expires is due once on every day of the user's calendar, one that has expired once; neither twice on one day, even
 * when the clock is set back.
 */
export function getDueReminders<T extends ReminderToken>(
	tokens: readonly T[],
	reminders: ReminderState,
	now: Date,
): { due: readonly T[]; next: number } {
	const candidates = tokens.filter((token) => !isMuted(token, reminders) && needsReminder(token, reminders.told[token.id], now));
	const nextDayStart = candidates.length > 0 ? getStartOfNextDay(now) : Infinity;
	const notRemindedToday = candidates.filter(({ id }) => !isTodayOrLater(reminders.told[id], now));
	if (notRemindedToday.length === 0) {
		return { due: [], next: nextDayStart };
	}
	if (isTodayOrLater(reminders.quiet, now)) {
		return { due: [], next: getStartOfNextDay(now) };
	}
	const lastReminderAt = getLastReminderTime(reminders, now);
	return now.getTime() - lastReminderAt < REMINDER_SPACING_MS
		? { due: [], next: lastReminderAt + REMINDER_SPACING_MS }
		: { due: notRemindedToday, next: nextDayStart };
}

/** The reminders once the user has been told of the tokens `due`; what is known of tokens that are gone is forgotten. */
export function recordReminders(
	reminders: ReminderState,
	tokens: readonly ReminderToken[],
	due: readonly ReminderToken[],
	now: Date,
): ReminderState {
	const ids = new Set(tokens.map(({ id }) => id));
	const lastReminded = Object.entries(reminders.told).filter(([id]) => ids.has(id));
	const muted = tokens.filter((token) => isMuted(token, reminders)).map(({ id }) => [id, reminders.muted[id]!] as const);
	return {
		told: Object.fromEntries([...lastReminded, ...due.map(({ id }) => [id, now.toISOString()] as const)]),
		muted: Object.fromEntries(muted),
		quiet: reminders.quiet,
	};
}

/** The reminders once the user wants none about that key of a token. */
export function muteReminders(reminders: ReminderState, id: string, issuedAt: string): ReminderState {
	return { ...reminders, muted: { ...reminders.muted, [id]: issuedAt } };
}

/** The reminders once the user wants no more of them today. */
export function snoozeRemindersToday(reminders: ReminderState, now: Date): ReminderState {
	return { ...reminders, quiet: now.toISOString() };
}

function isMuted({ id, issuedAt }: ReminderToken, { muted }: ReminderState): boolean {
	return muted[id] !== undefined && muted[id] === issuedAt;
}

function needsReminder({ status, expirationDate }: ReminderToken, lastReminded: string | undefined, now: Date): boolean {
	if (status !== 'expired' || expirationDate === null) {
		return status === 'expiring';
	}
	const expiresAt = Date.parse(expirationDate);
	const remindedAt = lastReminded !== undefined && isPlausible(lastReminded, now) ? Date.parse(lastReminded) : -Infinity;
	return remindedAt < expiresAt && now.getTime() - expiresAt <= EXPIRED_REMINDER_DAYS * DAY_MS;
}

/** Whether `instant` belongs to the day of `now` or, after the clock was set back, to a later one. */
function isTodayOrLater(instant: string | null | undefined, now: Date): boolean {
	return typeof instant === 'string' && getStartOfDay(new Date(instant)) >= getStartOfDay(now) && isPlausible(instant, now);
}

function isPlausible(instant: string, now: Date): boolean {
	return Date.parse(instant) - now.getTime() <= MAX_CLOCK_SKEW_DAYS * DAY_MS;
}

/** When the user was last told anything, at the latest now; `-Infinity` for never. */
function getLastReminderTime({ told }: ReminderState, now: Date): number {
	return Object.values(told).reduce((last, one) => {
		const at = Date.parse(one);
		return at <= now.getTime() ? Math.max(last, at) : last;
	}, -Infinity);
}

function getStartOfDay(instant: Date): number {
	return new Date(instant.getFullYear(), instant.getMonth(), instant.getDate()).getTime();
}
