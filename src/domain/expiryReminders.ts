import { getStartOfNextDay } from './statusSchedule';
import { DAY_MS, type Token } from './token';

/** Which reminders were shown, muted, or snoozed. Instants are ISO 8601 UTC. */
export interface ReminderState {
	/** When a reminder of a token was last shown, by token ID. */
	readonly lastShown: Readonly<Record<string, string>>;
	/** When the muted key of a token was issued, by token ID. A newer key isn't muted. */
	readonly muted: Readonly<Record<string, string>>;
	/** When the user chose not to be reminded again on the same day. */
	readonly snoozedAt: string | null;
}

export const NO_REMINDERS: ReminderState = { lastShown: {}, muted: {}, snoozedAt: null };

export interface ReminderToken extends Pick<Token, 'id' | 'status' | 'expirationDate' | 'lease'> {
	/** When its key was issued, which distinguishes it from an earlier key. Required only for muted tokens. */
	readonly issuedAt?: string | undefined;
}

/** Minimum time between reminders, so that tokens that become due in the meantime share one. */
const REMINDER_SPACING_MS = 10 * 60_000;

/** An instant that's up to this many days in the future means that the clock was set back; beyond that, the clock was wrong before. */
const MAX_CLOCK_SKEW_DAYS = 7;

/** A token that expired longer ago doesn't get a reminder anymore. */
const EXPIRED_REMINDER_DAYS = 7;

/**
 * Returns which tokens to show a reminder for now, and when to check again if nothing changes, in milliseconds since the epoch (`Infinity`
 * for never). An expiring token is due once a day in the user's time zone, an expired one once. No token is due twice on the same day, even
 * if the clock is set back.
 */
export function getDueReminders<T extends ReminderToken>(
	tokens: readonly T[],
	reminders: ReminderState,
	now: Date,
): { due: readonly T[]; next: number } {
	const candidates = tokens.filter((token) => !isMuted(token, reminders) && needsReminder(token, reminders.lastShown[token.id], now));
	const nextDayStart = candidates.length > 0 ? getStartOfNextDay(now) : Infinity;
	const notRemindedToday = candidates.filter(({ id }) => !isTodayOrLater(reminders.lastShown[id], now));
	if (notRemindedToday.length === 0) {
		return { due: [], next: nextDayStart };
	}
	if (isTodayOrLater(reminders.snoozedAt, now)) {
		return { due: [], next: getStartOfNextDay(now) };
	}
	const lastReminderAt = getLastReminderTime(reminders, now);
	return now.getTime() - lastReminderAt < REMINDER_SPACING_MS
		? { due: [], next: lastReminderAt + REMINDER_SPACING_MS }
		: { due: notRemindedToday, next: nextDayStart };
}

/** Returns the state after a reminder of the tokens in `due` was shown. Entries for tokens that don't exist anymore are removed. */
export function recordReminders(
	reminders: ReminderState,
	tokens: readonly ReminderToken[],
	due: readonly ReminderToken[],
	now: Date,
): ReminderState {
	const ids = new Set(tokens.map(({ id }) => id));
	const lastReminded = Object.entries(reminders.lastShown).filter(([id]) => ids.has(id));
	const muted = tokens.filter((token) => isMuted(token, reminders)).map(({ id }) => [id, reminders.muted[id]!] as const);
	return {
		lastShown: Object.fromEntries([...lastReminded, ...due.map(({ id }) => [id, now.toISOString()] as const)]),
		muted: Object.fromEntries(muted),
		snoozedAt: reminders.snoozedAt,
	};
}

/** Returns the state after the user chose not to be reminded of the token's key that was issued at `issuedAt`. */
export function muteReminders(reminders: ReminderState, id: string, issuedAt: string): ReminderState {
	return { ...reminders, muted: { ...reminders.muted, [id]: issuedAt } };
}

/** Returns the state after the user chose not to be reminded again today. */
export function snoozeRemindersToday(reminders: ReminderState, now: Date): ReminderState {
	return { ...reminders, snoozedAt: now.toISOString() };
}

function isMuted({ id, issuedAt }: ReminderToken, { muted }: ReminderState): boolean {
	return muted[id] !== undefined && muted[id] === issuedAt;
}

function needsReminder({ status, expirationDate, lease }: ReminderToken, lastReminded: string | undefined, now: Date): boolean {
	if (lease) {
		// It's meant to end.
		return false;
	}
	if (status !== 'expired' || expirationDate === null) {
		return status === 'expiring';
	}
	const expiresAt = Date.parse(expirationDate);
	const remindedAt = lastReminded !== undefined && isPlausible(lastReminded, now) ? Date.parse(lastReminded) : -Infinity;
	return remindedAt < expiresAt && now.getTime() - expiresAt <= EXPIRED_REMINDER_DAYS * DAY_MS;
}

/** Whether `instant` is on the same day as `now` or, after the clock was set back, on a later one. */
function isTodayOrLater(instant: string | null | undefined, now: Date): boolean {
	return typeof instant === 'string' && getStartOfDay(new Date(instant)) >= getStartOfDay(now) && isPlausible(instant, now);
}

function isPlausible(instant: string, now: Date): boolean {
	return Date.parse(instant) - now.getTime() <= MAX_CLOCK_SKEW_DAYS * DAY_MS;
}

/** Returns when the last reminder was shown, ignoring times after `now`; `-Infinity` for never. */
function getLastReminderTime({ lastShown }: ReminderState, now: Date): number {
	return Object.values(lastShown).reduce((last, instant) => {
		const at = Date.parse(instant);
		return at <= now.getTime() ? Math.max(last, at) : last;
	}, -Infinity);
}

function getStartOfDay(instant: Date): number {
	return new Date(instant.getFullYear(), instant.getMonth(), instant.getDate()).getTime();
}
