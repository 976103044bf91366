import * as vscode from 'vscode';
import type { Clock, Disposable } from '../../domain/ports';
import { findEarliest, getNextStatusChange, getStartOfNextDay } from '../../domain/statusSchedule';
import type { SourceToken, TokenSources } from '../../domain/tokenSources';
import type { Token } from '../../domain/token';
import type { ClockScheduler, ScheduledCallback } from '../../models/clockScheduler';
import type { ExpiryNotifications } from './expiryNotifications';
import { readExpiringDays } from '../settings';
import { expiryCountsText, countExpiring } from '../../models/expiryCounts';
import { ExpiryStatusBarItem } from './expiryStatusBarItem';

/** Draws the user's eye to tokens that are about to end or have ended: by the view's badge, the status bar and notices. */
export class ExpiryMonitor implements Disposable {
	readonly #statusBarItem = new ExpiryStatusBarItem();
	readonly #nextCheck: ScheduledCallback;
	readonly #subscriptions: readonly Disposable[];
	#currentUpdate: Promise<void> = Promise.resolve();
	#pendingUpdate: Promise<void> | undefined;
	/** When to remind of tokens; milliseconds since the epoch. */
	#nextReminderAt = Infinity;

	constructor(
		private readonly sources: TokenSources,
		private readonly clock: Clock,
		private readonly view: vscode.TreeView<unknown>,
		private readonly notifications: ExpiryNotifications,
		scheduler: ClockScheduler,
	) {
		this.#nextCheck = scheduler.schedule(() => void this.updateAndRemind());
		this.#subscriptions = [
			sources.onDidChange(() => void this.update()),
			vscode.workspace.onDidChangeConfiguration((event) => {
				if (event.affectsConfiguration('connectTokens')) {
					void this.update();
				}
			}),
		];
	}

	/** Brings badge and status bar up to date. Nobody is reminded of what they are just doing. */
	update(): Promise<void> {
		// One at a time; changes that come meanwhile need but one more.
		this.#pendingUpdate ??= this.#currentUpdate.then(async () => {
			this.#pendingUpdate = undefined;
			await this.#refresh();
		});
		this.#currentUpdate = this.#pendingUpdate;
		return this.#pendingUpdate;
	}

	/** Brings badge and status bar up to date and shows a notice if one is due. */
	async updateAndRemind(): Promise<void> {
		const tokens = await this.#refresh();
		// What cannot be recorded is not shown: it might come again and again. Badge and status bar say it too.
		const workspaceTokens = tokens.filter(({ source }) => source === this.sources.workspace).map(({ token }) => token);
		this.#nextReminderAt = await this.notifications.notifyIfDue(workspaceTokens).catch(() => Infinity);
		this.#scheduleNextCheck(tokens.map(({ token }) => token));
	}

	dispose(): void {
		this.#subscriptions.forEach((candidate) => candidate.dispose());
		this.#nextCheck.dispose();
		this.#statusBarItem.dispose();
	}

	async #refresh(): Promise<readonly SourceToken[]> {
		// What an account has is as it was when it was read last: nobody asked for the network to be used.
		const sourceTokens = await this.sources.list('cached');
		const tokens = sourceTokens.map(({ token }) => token);
		const counts = countExpiring(tokens);
		const badgeCount = counts.expired + counts.expiring;
		this.view.badge =
			badgeCount > 0 ? { value: badgeCount, tooltip: vscode.l10n.t('API tokens: {0}', expiryCountsText(counts)) } : undefined;
		this.#statusBarItem.update(counts);
		this.#scheduleNextCheck(tokens);
		return sourceTokens;
	}

	#scheduleNextCheck(tokens: readonly Token[]): void {
		const now = this.clock();
		const thresholdDays = readExpiringDays();
		const changes = tokens.map((token) => getNextStatusChange(token, now, thresholdDays));
		// A token may have become expiring since the last reminder, under the user's hands.
		const tomorrow = tokens.some(({ status }) => status === 'expiring') ? getStartOfNextDay(now) : Infinity;
		this.#nextCheck.runAt(Math.min(this.#nextReminderAt, tomorrow, findEarliest(changes)));
	}
}
