import * as vscode from 'vscode';
import { getAvailableActions } from '../../domain/tokenLifecycle';
import type { Clock, TokenSource } from '../../domain/ports';
import { muteReminders, snoozeRemindersToday, recordReminders, getDueReminders, type ReminderState } from '../../domain/expiryReminders';
import type { Token } from '../../domain/token';
import { commandIds } from '../../models/manifestIds';
import { localizeError, escapeLabel } from '../../models/localization';
import { readExpiringDays, areExpiryRemindersEnabled } from '../settings';
import { expiryText } from '../../models/tokenTexts';
import type { ExpiryReminderFile } from '../../storage/expiryReminderFile';

/** A button of a notification, and what it does. */
interface NotificationButton extends vscode.MessageItem {
	readonly run: () => PromiseLike<unknown>;
}

/** Reminds of tokens that are about to end or have ended, in one notification at a time. */
export class ExpiryNotifications {
	constructor(
		private readonly reminderFile: ExpiryReminderFile,
		private readonly source: TokenSource,
		private readonly clock: Clock,
	) {}

	/**
	 * Shows a notification if one is due, and resolves with when to ask again: milliseconds since the epoch, `Infinity` for never.
	 * Rejects, having shown none, when that could not be recorded for other windows and later starts.
	 */
	async notifyIfDue(tokens: readonly Token[]): Promise<number> {
		if (!areExpiryRemindersEnabled()) {
			return Infinity;
		}
		let { due, next } = await this.#due(tokens, await this.reminderFile.read());
		if (due.length > 0) {
			// Asked again now that no other window can be reminding of the same.
			await this.reminderFile.update(async (reminders) => {
				const { remindable, ...result } = await this.#due(tokens, reminders);
				({ due, next } = result);
				return due.length > 0 ? recordReminders(reminders, remindable, due, this.clock()) : reminders;
			});
			void this.#show(due);
		}
		return next;
	}

	async #due(tokens: readonly Token[], reminders: ReminderState) {
		const remindable = await Promise.all(
			tokens.map(async (token) =>
				reminders.muted[token.id] === undefined ? token : { ...token, issuedAt: await this.#readIssuedAt(token.id) },
			),
		);
		return { remindable, ...getDueReminders(remindable, reminders, this.clock()) };
	}

	/** When the newest key of a token was issued; undefined for a token that is gone. */
	async #readIssuedAt(id: string): Promise<string | undefined> {
		const keys = await this.source.listKeys(id).catch(() => []);
		return keys[0]?.issuedAt ?? keys[0]?.expirationDate ?? undefined;
	}

	async #show(tokens: readonly Token[]): Promise<void> {
		const [token, ...otherTokens] = tokens;
		if (!token) {
			return;
		}
		try {
			const answer =
				otherTokens.length === 0
					? await vscode.window.showWarningMessage(this.#singleTokenText(token), ...this.#singleTokenButtons(token))
					: await vscode.window.showWarningMessage(multipleTokenText(tokens), ...this.#multipleTokenButtons());
			await answer?.run();
		} catch (error) {
			void vscode.window.showErrorMessage(localizeError(error));
		}
	}

	#singleTokenText(token: Token): string {
		return vscode.l10n.t('Token “{0}” ({1}) {2}.', escapeLabel(token.name), token.id, expiryText(token, this.clock()));
	}

	#singleTokenButtons(token: Token): NotificationButton[] {
		const runCommand = (command: string) => () => vscode.commands.executeCommand(command, { tokenId: token.id });
		const renew = { title: vscode.l10n.t('Renew'), run: runCommand(commandIds.renewToken) };
		return [
			...(getAvailableActions(token).includes('renew') ? [renew] : []),
			{ title: vscode.l10n.t('Rotate'), run: runCommand(commandIds.rotateToken) },
			{ title: vscode.l10n.t('Details'), run: runCommand(commandIds.openDetails) },
			{ title: vscode.l10n.t("Don't Remind Me"), run: () => this.#mute(token.id) },
		];
	}

	#multipleTokenButtons(): NotificationButton[] {
		return [
			{ title: vscode.l10n.t('Show Tokens'), run: () => vscode.commands.executeCommand(commandIds.showExpiring) },
			{
				title: vscode.l10n.t("Don't Remind Me Today"),
				run: () => this.reminderFile.update((reminders) => snoozeRemindersToday(reminders, this.clock())),
			},
		];
	}

	async #mute(id: string): Promise<void> {
		const issuedAt = await this.#readIssuedAt(id);
		if (issuedAt !== undefined) {
			await this.reminderFile.update((reminders) => muteReminders(reminders, id, issuedAt));
		}
	}
}

function multipleTokenText(tokens: readonly Token[]): string {
	const expired = tokens.filter(({ status }) => status === 'expired').length;
	const days = new Intl.NumberFormat(vscode.env.language, { style: 'unit', unit: 'day', unitDisplay: 'long' }).format(readExpiringDays());
	if (expired === tokens.length) {
		return vscode.l10n.t('{0} tokens have expired.', expired);
	}
	return expired === 0
		? vscode.l10n.t('{0} tokens expire within {1}.', tokens.length, days)
		: vscode.l10n.t('{0} tokens have expired or expire within {1}.', tokens.length, days);
}
