import * as vscode from 'vscode';
import type { Clock, Disposable } from '../../domain/ports';
import { earliest, nextChange, nextDay } from '../../domain/schedule';
import type { SourceToken, TokenSources } from '../../domain/sources';
import type { Token } from '../../domain/token';
import type { Alarm, Appointment } from '../alarm';
import type { Notices } from '../notices/notices';
import { expiringDays } from '../settings';
import { attentionText, countAttention } from './counts';
import { AttentionItem } from './statusBar';

/** Draws the user's eye to tokens that are about to end or have ended: by the view's badge, the status bar and notices. */
export class Attention implements Disposable {
	readonly #item = new AttentionItem();
	readonly #appointment: Appointment;
	readonly #listening: readonly Disposable[];
	#running: Promise<void> = Promise.resolve();
	#waiting: Promise<void> | undefined;
	/** When to remind of tokens; milliseconds since the epoch. */
	#nextReminder = Infinity;

	constructor(
		private readonly sources: TokenSources,
		private readonly clock: Clock,
		private readonly view: vscode.TreeView<unknown>,
		private readonly notices: Notices,
		alarm: Alarm,
	) {
		this.#appointment = alarm.add(() => void this.remind());
		this.#listening = [
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
		this.#waiting ??= this.#running.then(async () => {
			this.#waiting = undefined;
			await this.#show();
		});
		this.#running = this.#waiting;
		return this.#waiting;
	}

	/** Brings badge and status bar up to date and shows a notice if one is due. */
	async remind(): Promise<void> {
		const tokens = await this.#show();
		// What cannot be recorded is not shown: it might come again and again. Badge and status bar say it too.
		const own = tokens.filter(({ source }) => source === this.sources.workspace).map(({ token }) => token);
		this.#nextReminder = await this.notices.remind(own).catch(() => Infinity);
		this.#appoint(tokens.map(({ token }) => token));
	}

	dispose(): void {
		this.#listening.forEach((one) => one.dispose());
		this.#appointment.dispose();
		this.#item.dispose();
	}

	async #show(): Promise<readonly SourceToken[]> {
		// What an account has is as it was when it was read last: nobody asked for the network to be used.
		const found = await this.sources.list('known');
		const tokens = found.map(({ token }) => token);
		const counts = countAttention(tokens);
		const value = counts.expired + counts.expiring;
		this.view.badge = value > 0 ? { value, tooltip: vscode.l10n.t('API tokens: {0}', attentionText(counts)) } : undefined;
		this.#item.show(counts);
		this.#appoint(tokens);
		return found;
	}

	#appoint(tokens: readonly Token[]): void {
		const now = this.clock();
		const days = expiringDays();
		const changes = tokens.map((token) => nextChange(token, now, days));
		// A token may have become expiring since the last reminder, under the user's hands.
		const tomorrow = tokens.some(({ status }) => status === 'expiring') ? nextDay(now) : Infinity;
		this.#appointment.set(Math.min(this.#nextReminder, tomorrow, earliest(changes)));
	}
}
