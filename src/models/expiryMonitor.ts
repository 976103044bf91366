import { logFailure, type Log } from '../domain/log';
import type { Clock, Disposable } from '../domain/ports';
import { findEarliest, getNextStatusChange, getStartOfNextDay } from '../domain/statusSchedule';
import type { Token } from '../domain/token';
import type { SourceToken, TokenSources } from '../domain/tokenSources';
import type { ClockScheduler, ScheduledCallback } from './clockScheduler';
import { countExpiring, expiryIndicators, type ExpiryIndicators } from './expiryCounts';
import type { ExpiryReminder } from './expiryReminder';

export interface ExpiryMonitorOptions {
	readonly sources: TokenSources;
	readonly clock: Clock;
	readonly scheduler: ClockScheduler;
	readonly log: Log;
	readonly reminder: Pick<ExpiryReminder, 'remindIfDue'>;
	readonly readExpiringDays: () => number;
	/** Called with all tokens whenever they have been read. */
	readonly onDidRead: (tokens: readonly Token[]) => void;
	/** Shows the indicators; hides them if undefined. */
	readonly showIndicators: (indicators: ExpiryIndicators | undefined) => void;
}

/** Keeps the indicators of expiring and expired tokens up to date, and shows reminders when they're due. */
export class ExpiryMonitor implements Disposable {
	readonly #nextCheck: ScheduledCallback;
	readonly #sourcesSubscription: Disposable;
	#currentUpdate: Promise<void> = Promise.resolve();
	#pendingUpdate: Promise<void> | undefined;
	/** In milliseconds since the epoch. */
	#nextReminderAt = Infinity;

	constructor(private readonly options: ExpiryMonitorOptions) {
		this.#nextCheck = options.scheduler.schedule(() => void this.updateAndRemind());
		this.#sourcesSubscription = options.sources.onDidChange(() => void this.update());
	}

	/** Updates the indicators. Shows no reminder, because the user is working with tokens right now. */
	update(): Promise<void> {
		// Updates run one at a time. A single one is enough for all changes during another.
		this.#pendingUpdate ??= this.#currentUpdate.then(async () => {
			this.#pendingUpdate = undefined;
			await this.#refresh();
		});
		this.#currentUpdate = this.#pendingUpdate;
		return this.#pendingUpdate;
	}

	/** Updates the indicators, and shows a reminder if one is due. */
	async updateAndRemind(): Promise<void> {
		const { sources, reminder, log } = this.options;
		const tokens = await this.#refresh();
		const workspaceTokens = tokens.filter(({ source }) => source === sources.workspace).map(({ token }) => token);
		this.#nextReminderAt = await reminder.remindIfDue(workspaceTokens).catch(logFailure(log, 'record a reminder', Infinity));
		this.#scheduleNextCheck(tokens.map(({ token }) => token));
	}

	dispose(): void {
		this.#sourcesSubscription.dispose();
		this.#nextCheck.dispose();
		this.options.showIndicators(undefined);
	}

	async #refresh(): Promise<readonly SourceToken[]> {
		// Doesn't request an account's tokens, because this isn't a user's action.
		const sourceTokens = await this.options.sources.list('cached');
		const tokens = sourceTokens.map(({ token }) => token);
		this.options.onDidRead(tokens);
		this.options.showIndicators(expiryIndicators(countExpiring(tokens)));
		this.#scheduleNextCheck(tokens);
		return sourceTokens;
	}

	#scheduleNextCheck(tokens: readonly Token[]): void {
		const now = this.options.clock();
		const expiringDays = this.options.readExpiringDays();
		const statusChanges = tokens.map((token) => getNextStatusChange(token, now, expiringDays));
		// A change by the user might have changed a token's status to expiring since the last reminder.
		const nextDay = tokens.some(({ status }) => status === 'expiring') ? getStartOfNextDay(now) : Infinity;
		this.#nextCheck.runAt(Math.min(this.#nextReminderAt, nextDay, findEarliest(statusChanges)));
	}
}
