import * as vscode from 'vscode';
import type { Clock, Disposable } from '../../domain/ports';
import { findEarliest, getNextStatusChange } from '../../domain/statusSchedule';
import type { SourceToken, TokenSources } from '../../domain/tokenSources';
import { findKeyReferences } from '../../requestFiles/keyReferences';
import type { ClockScheduler, ScheduledCallback } from '../../models/clockScheduler';
import { readExpiringDays } from '../settings';
import { hasAllTokens, tokensByVariable, findReferencedTokens } from '../../requestFiles/tokenVariables';

/** A place of a document that refers to a token. */
export interface TokenReference {
	readonly range: vscode.Range;
	readonly tokenId: string;
	/** Undefined where there is no such token. */
	readonly sourceToken: SourceToken | undefined;
}

/** The tokens that documents refer to, as they are now. */
export class TokenReferences implements Disposable {
	readonly #onDidChange = new vscode.EventEmitter<void>();
	readonly #nextStatusChange: ScheduledCallback;
	readonly #subscriptions: readonly Disposable[];
	/** When the clock makes the first of the tokens another, of all documents; milliseconds since the epoch. */
	#nextStatusChangeAt = Infinity;
	/** Fires when tokens have changed, by anybody's hand or by the clock. */
	readonly onDidChange = this.#onDidChange.event;

	constructor(
		private readonly sources: TokenSources,
		private readonly clock: Clock,
		scheduler: ClockScheduler,
	) {
		this.#nextStatusChange = scheduler.schedule(() => {
			this.#nextStatusChangeAt = Infinity;
			this.#onDidChange.fire();
		});
		this.#subscriptions = [
			sources.onDidChange(() => this.#onDidChange.fire()),
			vscode.workspace.onDidChangeConfiguration((event) => {
				if (event.affectsConfiguration('connectTokens.expiringDays')) {
					this.#onDidChange.fire();
				}
			}),
		];
	}

	/** The references of a document in order, of which tokens there are is known; those to no token only where all tokens can be read. */
	async findInDocument(document: vscode.TextDocument): Promise<readonly TokenReference[]> {
		const text = document.getText();
		const references = findKeyReferences(text);
		if (references.length === 0) {
			return [];
		}
		const tokens = this.#trackStatusChanges(await findReferencedTokens(text, this.sources));
		const isComplete = hasAllTokens(this.sources);
		return references.flatMap(({ start, end, variable, tokenId }) => {
			const sourceToken = tokens.get(variable);
			return sourceToken || isComplete
				? [{ range: new vscode.Range(document.positionAt(start), document.positionAt(end)), tokenId, sourceToken }]
				: [];
		});
	}

	async findAtPosition(document: vscode.TextDocument, position: vscode.Position): Promise<TokenReference | undefined> {
		return (await this.findInDocument(document)).find(({ range }) => range.contains(position));
	}

	/** Every token that a text may refer to, by the variables that do. */
	async tokensByVariableIn(text: string): Promise<ReadonlyMap<string, SourceToken>> {
		return this.#trackStatusChanges(await findReferencedTokens(text, this.sources));
	}

	/** Every token that can be referred to. */
	listTokens(): Promise<readonly SourceToken[]> {
		return this.sources.list('available');
	}

	dispose(): void {
		this.#subscriptions.forEach((item) => item.dispose());
		this.#nextStatusChange.dispose();
		this.#onDidChange.dispose();
	}

	#trackStatusChanges(tokens: readonly SourceToken[]): ReadonlyMap<string, SourceToken> {
		const now = this.clock();
		const days = readExpiringDays();
		this.#nextStatusChangeAt = Math.min(
			this.#nextStatusChangeAt,
			findEarliest(tokens.map(({ token }) => getNextStatusChange(token, now, days))),
		);
		this.#nextStatusChange.runAt(this.#nextStatusChangeAt);
		return tokensByVariable(tokens);
	}
}
