import * as l10n from '@vscode/l10n';
import { getDueReminders, muteReminders, recordReminders, snoozeRemindersToday, type ReminderState } from '../domain/expiryReminders';
import { logFailure, type Log } from '../domain/log';
import type { Clock, TokenSource } from '../domain/ports';
import { getAvailableActions } from '../domain/tokenLifecycle';
import type { Token } from '../domain/token';
import { escapeLabel, getLanguage } from './localization';
import { commandIds } from './manifestIds';
import { relativeExpirationText } from './tokenTexts';

/** Reminder state that all windows of a workspace share. */
export interface ReminderStore {
	read(): Promise<ReminderState>;
	/** Replaces the state with the updater's result, unless that's the same object. No other window changes it in the meantime. */
	update(updater: (reminders: ReminderState) => ReminderState | Promise<ReminderState>): Promise<void>;
}

/** A button of a reminder. */
export interface ReminderButton {
	readonly title: string;
	run(): PromiseLike<unknown>;
}

/** A notification about one or more tokens. */
export interface Reminder {
	readonly text: string;
	readonly buttons: readonly ReminderButton[];
}

export interface ExpiryReminderOptions {
	readonly store: ReminderStore;
	/** The source of the tokens. */
	readonly source: TokenSource;
	readonly clock: Clock;
	readonly log: Log;
	readonly isEnabled: () => boolean;
	readonly readExpiringDays: () => number;
	readonly runCommand: (id: string, argument?: unknown) => PromiseLike<unknown>;
	/** Shows a reminder, and runs the button that the user selects. */
	readonly show: (reminder: Reminder) => void;
}

/** Reminds the user about tokens that will expire soon or have expired. */
export class ExpiryReminder {
	constructor(private readonly options: ExpiryReminderOptions) {}

	/**
	 * Shows a reminder if one is due.
	 * @returns when to call this again: milliseconds since the epoch, `Infinity` for never
	 * @throws if the reminder can't be recorded; it isn't shown then, because it would be shown again and again
	 */
	async remindIfDue(tokens: readonly Token[]): Promise<number> {
		const { store, clock, isEnabled, show } = this.options;
		if (!isEnabled()) {
			return Infinity;
		}
		let { due, next } = await this.#findDue(tokens, await store.read());
		if (due.length > 0) {
			// Checks again under the lock, because another window may have shown the reminder in the meantime.
			await store.update(async (reminders) => {
				const { remindable, ...result } = await this.#findDue(tokens, reminders);
				({ due, next } = result);
				return due.length > 0 ? recordReminders(reminders, remindable, due, clock()) : reminders;
			});
			if (due.length > 0) {
				show(this.#createReminder(due));
			}
		}
		return next;
	}

	async #findDue(tokens: readonly Token[], reminders: ReminderState) {
		const remindable = await Promise.all(
			tokens.map(async (token) =>
				reminders.muted[token.id] === undefined ? token : { ...token, issuedAt: await this.#readIssuedAt(token.id) },
			),
		);
		return { remindable, ...getDueReminders(remindable, reminders, this.options.clock()) };
	}

	/** When the token's current key was issued; undefined if the token was deleted. */
	async #readIssuedAt(id: string): Promise<string | undefined> {
		const { source, log } = this.options;
		const [key] = await source.listKeys(id).catch(logFailure(log, 'list keys', []));
		return key?.issuedAt ?? key?.expirationDate ?? undefined;
	}

	#createReminder(tokens: readonly Token[]): Reminder {
		const [token] = tokens;
		return tokens.length === 1 && token
			? {
					text: l10n.t('Token “{0}” ({1}) {2}.', escapeLabel(token.name), token.id, relativeExpirationText(token, this.options.clock())),
					buttons: this.#singleTokenButtons(token),
				}
			: { text: this.#multipleTokensText(tokens), buttons: this.#multipleTokensButtons() };
	}

	#singleTokenButtons(token: Token): readonly ReminderButton[] {
		const commandButton = (title: string, id: string) => ({ title, run: () => this.options.runCommand(id, { tokenId: token.id }) });
		return [
			...(getAvailableActions(token).includes('renew') ? [commandButton(l10n.t('Renew'), commandIds.renewToken)] : []),
			commandButton(l10n.t('Rotate'), commandIds.rotateToken),
			commandButton(l10n.t('Details'), commandIds.openDetails),
			{ title: l10n.t("Don't Remind Me"), run: () => this.#mute(token.id) },
		];
	}

	#multipleTokensText(tokens: readonly Token[]): string {
		const expired = tokens.filter(({ status }) => status === 'expired').length;
		if (expired === tokens.length) {
			return l10n.t('{0} tokens have expired.', expired);
		}
		const format = new Intl.NumberFormat(getLanguage(), { style: 'unit', unit: 'day', unitDisplay: 'long' });
		const days = format.format(this.options.readExpiringDays());
		return expired === 0
			? l10n.t('{0} tokens expire within {1}.', tokens.length, days)
			: l10n.t('{0} tokens have expired or expire within {1}.', tokens.length, days);
	}

	#multipleTokensButtons(): readonly ReminderButton[] {
		const { runCommand, store, clock } = this.options;
		return [
			{ title: l10n.t('Show Tokens'), run: () => runCommand(commandIds.showExpiring) },
			{
				title: l10n.t("Don't Remind Me Today"),
				run: () => store.update((reminders) => snoozeRemindersToday(reminders, clock())),
			},
		];
	}

	/** Ends reminders of the token until it gets a new key. */
	async #mute(id: string): Promise<void> {
		const issuedAt = await this.#readIssuedAt(id);
		if (issuedAt !== undefined) {
			await this.options.store.update((reminders) => muteReminders(reminders, id, issuedAt));
		}
	}
}
