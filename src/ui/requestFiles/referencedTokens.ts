import * as vscode from 'vscode';
import type { Clock, Disposable, TokenSource } from '../../domain/ports';
import { earliest, nextChange } from '../../domain/schedule';
import type { Token } from '../../domain/token';
import { findReferences } from '../../http/references';
import type { Alarm, Appointment } from '../alarm';
import { expiringDays } from '../settings';

/** A place of a document that refers to a token. */
export interface ReferencedToken {
	readonly range: vscode.Range;
	readonly tokenId: string;
	/** Undefined where there is no such token. */
	readonly token: Token | undefined;
}

/** The tokens that documents refer to, as they are now. */
export class ReferencedTokens implements Disposable {
	readonly #changed = new vscode.EventEmitter<void>();
	readonly #appointment: Appointment;
	readonly #listening: readonly Disposable[];
	/** Fires when tokens have changed, by anybody's hand or by the clock. */
	readonly onDidChange = this.#changed.event;

	constructor(
		private readonly source: TokenSource,
		private readonly clock: Clock,
		alarm: Alarm,
	) {
		this.#appointment = alarm.add(() => this.#changed.fire());
		this.#listening = [
			source.onDidChange(() => this.#changed.fire()),
			vscode.workspace.onDidChangeConfiguration((event) => {
				if (event.affectsConfiguration('connectTokens.expiringDays')) {
					this.#changed.fire();
				}
			}),
		];
	}

	/** The references of a document in order, of which tokens there are is known; empty when the tokens cannot be read, which the view says. */
	async in(document: vscode.TextDocument): Promise<readonly ReferencedToken[]> {
		const references = findReferences(document.getText());
		const tokens = references.length > 0 ? await this.list() : undefined;
		return tokens
			? references.map(({ start, end, tokenId }) => ({
					range: new vscode.Range(document.positionAt(start), document.positionAt(end)),
					tokenId,
					token: tokens.get(tokenId),
				}))
			: [];
	}

	async at(document: vscode.TextDocument, position: vscode.Position): Promise<ReferencedToken | undefined> {
		return (await this.in(document)).find(({ range }) => range.contains(position));
	}

	/** Every token by its id; undefined when they cannot be read. */
	async list(): Promise<ReadonlyMap<string, Token> | undefined> {
		const tokens = await this.source.list().catch(() => undefined);
		const now = this.clock();
		const days = expiringDays();
		this.#appointment.set(earliest(tokens?.map((token) => nextChange(token, now, days)) ?? []));
		return tokens && new Map(tokens.map((token) => [token.id, token]));
	}

	dispose(): void {
		this.#listening.forEach((one) => one.dispose());
		this.#appointment.dispose();
		this.#changed.dispose();
	}
}
