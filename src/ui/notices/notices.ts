import * as vscode from 'vscode';
import { allowedActions } from '../../domain/lifecycle';
import type { Clock, TokenSource } from '../../domain/ports';
import { afterMuting, afterQuieting, afterTelling, dueReminders, type Reminders } from '../../domain/reminders';
import type { Token } from '../../domain/token';
import { commands } from '../ids';
import { localError, verbatim } from '../messages';
import { expiringDays, notifyExpiring } from '../settings';
import { expiryText } from '../tokenText';
import type { ReminderFile } from './reminderFile';

/** A button of a notification, and what it does. */
interface Button extends vscode.MessageItem {
	readonly run: () => PromiseLike<unknown>;
}

/** Reminds of tokens that are about to end or have ended, in one notification at a time. */
export class Notices {
	constructor(
		private readonly file: ReminderFile,
		private readonly source: TokenSource,
		private readonly clock: Clock,
	) {}

	/**
	 * Shows a notification if one is due, and resolves with when to ask again: milliseconds since the epoch, `Infinity` for never.
	 * Rejects, having shown none, when that could not be recorded for other windows and later starts.
	 */
	async remind(tokens: readonly Token[]): Promise<number> {
		if (!notifyExpiring()) {
			return Infinity;
		}
		let { due, next } = await this.#due(tokens, await this.file.read());
		if (due.length > 0) {
			// Asked again now that no other window can be reminding of the same.
			await this.file.change(async (reminders) => {
				const { remindable, ...asked } = await this.#due(tokens, reminders);
				({ due, next } = asked);
				return due.length > 0 ? afterTelling(reminders, remindable, due, this.clock()) : reminders;
			});
			void this.#show(due);
		}
		return next;
	}

	async #due(tokens: readonly Token[], reminders: Reminders) {
		const remindable = await Promise.all(
			tokens.map(async (token) =>
				reminders.muted[token.id] === undefined ? token : { ...token, issuedAt: await this.#issuedAt(token.id) },
			),
		);
		return { remindable, ...dueReminders(remindable, reminders, this.clock()) };
	}

	/** When the newest key of a token was issued; undefined for a token that is gone. */
	async #issuedAt(id: string): Promise<string | undefined> {
		const keys = await this.source.keys(id).catch(() => []);
		return keys[0]?.issuedAt ?? keys[0]?.expirationDate ?? undefined;
	}

	async #show(tokens: readonly Token[]): Promise<void> {
		const [token, ...others] = tokens;
		if (!token) {
			return;
		}
		try {
			const answer =
				others.length === 0
					? await vscode.window.showWarningMessage(this.#text(token), ...this.#buttons(token))
					: await vscode.window.showWarningMessage(textOfSeveral(tokens), ...this.#buttonsOfSeveral());
			await answer?.run();
		} catch (error) {
			void vscode.window.showErrorMessage(localError(error));
		}
	}

	#text(token: Token): string {
		return vscode.l10n.t('The token “{0}” ({1}) {2}.', verbatim(token.name), token.id, expiryText(token, this.clock()));
	}

	#buttons(token: Token): Button[] {
		const run = (command: string) => () => vscode.commands.executeCommand(command, { tokenId: token.id });
		const renew = { title: vscode.l10n.t('Renew'), run: run(commands.renewToken) };
		return [
			...(allowedActions(token).includes('renew') ? [renew] : []),
			{ title: vscode.l10n.t('Rotate'), run: run(commands.rotateToken) },
			{ title: vscode.l10n.t('Details'), run: run(commands.openDetails) },
			{ title: vscode.l10n.t('Don’t Remind Me'), run: () => this.#mute(token.id) },
		];
	}

	#buttonsOfSeveral(): Button[] {
		return [
			{ title: vscode.l10n.t('Show Tokens'), run: () => vscode.commands.executeCommand(commands.showExpiring) },
			{
				title: vscode.l10n.t('Don’t Remind Me Today'),
				run: () => this.file.change((reminders) => afterQuieting(reminders, this.clock())),
			},
		];
	}

	async #mute(id: string): Promise<void> {
		const issuedAt = await this.#issuedAt(id);
		if (issuedAt !== undefined) {
			await this.file.change((reminders) => afterMuting(reminders, id, issuedAt));
		}
	}
}

function textOfSeveral(tokens: readonly Token[]): string {
	const expired = tokens.filter(({ status }) => status === 'expired').length;
	const days = new Intl.NumberFormat(vscode.env.language, { style: 'unit', unit: 'day', unitDisplay: 'long' }).format(expiringDays());
	if (expired === tokens.length) {
		return vscode.l10n.t('{0} tokens have expired.', expired);
	}
	return expired === 0
		? vscode.l10n.t('{0} tokens expire within {1}.', tokens.length, days)
		: vscode.l10n.t('{0} tokens have expired or expire within {1}.', tokens.length, days);
}
