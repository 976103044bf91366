import * as vscode from 'vscode';
import type { Clock, Disposable } from '../../domain/ports';
import type { SourceToken, TokenSources } from '../../domain/tokenSources';
import type { ClockScheduler } from '../../models/clockScheduler';
import { StatusChangeTimer } from '../../models/statusChangeTimer';
import { readExpiringDays } from '../settings';

/** What tells when tokens change. */
export interface TokenStatusServices {
	readonly sources: TokenSources;
	readonly clock: Clock;
	readonly scheduler: ClockScheduler;
}

/** Notifies when the tokens that documents reference change: through an action, in another window, or as time passes. */
export class TokenStatuses implements Disposable {
	readonly #onDidChange = new vscode.EventEmitter<void>();
	/** Tracks the tokens of all documents, because any of them may be visible. */
	readonly #timer: StatusChangeTimer;
	readonly #subscriptions: readonly Disposable[];
	readonly onDidChange = this.#onDidChange.event;

	constructor(services: TokenStatusServices) {
		const fire = () => this.#onDidChange.fire();
		this.#timer = new StatusChangeTimer({ ...services, readExpiringDays }, fire);
		this.#subscriptions = [
			services.sources.onDidChange(fire),
			vscode.workspace.onDidChangeConfiguration((event) => {
				if (event.affectsConfiguration('connectTokens.expiringDays')) {
					fire();
				}
			}),
		];
	}

	/** Also watches these tokens. */
	track(tokens: readonly SourceToken[]): void {
		this.#timer.trackAlso(tokens);
	}

	dispose(): void {
		this.#subscriptions.forEach((item) => item.dispose());
		this.#timer.dispose();
		this.#onDidChange.dispose();
	}
}
