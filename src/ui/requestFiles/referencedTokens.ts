import * as vscode from 'vscode';
import type { Clock, Disposable } from '../../domain/ports';
import { earliest, nextChange } from '../../domain/schedule';
import type { SourceToken, TokenSources } from '../../domain/sources';
import { findReferences } from '../../http/references';
import type { Alarm, Appointment } from '../alarm';
import { expiringDays } from '../settings';
import { areAllKnown, tokensByVariable, tokensNamedIn } from './variables';

/** A place of a document that refers to a token. */
export interface ReferencedToken {
	readonly range: vscode.Range;
	readonly tokenId: string;
	/** Undefined where there is no such token. */
	readonly found: SourceToken | undefined;
}

/** The tokens that documents refer to, as they are now. */
export class ReferencedTokens implements Disposable {
	readonly #changed = new vscode.EventEmitter<void>();
	readonly #appointment: Appointment;
	readonly #listening: readonly Disposable[];
	/** When the clock makes the first of the tokens another, of all documents; milliseconds since the epoch. */
	#nextChange = Infinity;
	/** Fires when tokens have changed, by anybody's hand or by the clock. */
	readonly onDidChange = this.#changed.event;

	constructor(
		private readonly sources: TokenSources,
		private readonly clock: Clock,
		alarm: Alarm,
	) {
		this.#appointment = alarm.add(() => {
			this.#nextChange = Infinity;
			this.#changed.fire();
		});
		this.#listening = [
			sources.onDidChange(() => this.#changed.fire()),
			vscode.workspace.onDidChangeConfiguration((event) => {
				if (event.affectsConfiguration('connectTokens.expiringDays')) {
					this.#changed.fire();
				}
			}),
		];
	}

	/** The references of a document in order, of which tokens there are is known; those to no token only where all tokens can be read. */
	async in(document: vscode.TextDocument): Promise<readonly ReferencedToken[]> {
		const text = document.getText();
		const references = findReferences(text);
		if (references.length === 0) {
			return [];
		}
		const tokens = this.#follow(await tokensNamedIn(text, this.sources));
		const isWhole = areAllKnown(this.sources);
		return references.flatMap(({ start, end, variable, tokenId }) => {
			const found = tokens.get(variable);
			return found || isWhole ? [{ range: new vscode.Range(document.positionAt(start), document.positionAt(end)), tokenId, found }] : [];
		});
	}

	async at(document: vscode.TextDocument, position: vscode.Position): Promise<ReferencedToken | undefined> {
		return (await this.in(document)).find(({ range }) => range.contains(position));
	}

	/** Every token that a text may refer to, by the variables that do. */
	async namedIn(text: string): Promise<ReadonlyMap<string, SourceToken>> {
		return this.#follow(await tokensNamedIn(text, this.sources));
	}

	/** Every token that can be referred to. */
	list(): Promise<readonly SourceToken[]> {
		return this.sources.list('now');
	}

	dispose(): void {
		this.#listening.forEach((one) => one.dispose());
		this.#appointment.dispose();
		this.#changed.dispose();
	}

	#follow(tokens: readonly SourceToken[]): ReadonlyMap<string, SourceToken> {
		const now = this.clock();
		const days = expiringDays();
		this.#nextChange = Math.min(this.#nextChange, earliest(tokens.map(({ token }) => nextChange(token, now, days))));
		this.#appointment.set(this.#nextChange);
		return tokensByVariable(tokens);
	}
}
