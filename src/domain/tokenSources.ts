import { Emitter } from './emitter';
import { logFailure, type Log } from './log';
import type { Disposable, ReadMode, TokenSource, WorkspaceTokenSource } from './ports';
import type { Token } from './token';

/** A token and its source. */
export interface SourceToken {
	readonly source: TokenSource;
	readonly token: Token;
}

/** Identifies a token. Without a source ID, it's the token in the first source that has one with the ID. */
export interface TokenLocator {
	readonly tokenId: string;
	readonly sourceId?: string | undefined;
}

/** All sources of tokens: the workspace, followed by the accounts in the order in which they were added. */
export class TokenSources implements Disposable {
	readonly #changeEmitter = new Emitter<TokenSource | undefined>();
	readonly #rotationEmitter = new Emitter<SourceToken>();
	readonly #subscriptions = new Map<TokenSource, readonly Disposable[]>();

	constructor(
		readonly workspace: WorkspaceTokenSource,
		private readonly log: Log,
	) {
		this.#subscribe(workspace);
	}

	get all(): readonly TokenSource[] {
		return [...this.#subscriptions.keys()];
	}

	/** Calls `listener` with a source that has changed, or with undefined after sources were added or removed. */
	onDidChange(listener: (source: TokenSource | undefined) => void): Disposable {
		return this.#changeEmitter.on(listener);
	}

	/** Calls `listener` after responses were counted. */
	onDidChangeUsage(listener: () => void): Disposable {
		return this.workspace.onDidChangeUsage(listener);
	}

	/** Calls `listener` after something was recorded in the history of a token. */
	onDidChangeHistory(listener: () => void): Disposable {
		return this.workspace.onDidChangeHistory(listener);
	}

	/** Calls `listener` with a token that was rotated in this window. */
	onDidRotate(listener: (rotatedToken: SourceToken) => void): Disposable {
		return this.#rotationEmitter.on(listener);
	}

	/** Replaces the accounts. Sources that are in both lists stay subscribed. */
	setAccounts(accounts: readonly TokenSource[]): void {
		for (const source of this.all) {
			if (source !== this.workspace && !accounts.includes(source)) {
				this.#subscriptions.get(source)?.forEach((subscription) => subscription.dispose());
				this.#subscriptions.delete(source);
			}
		}
		accounts.filter((source) => !this.#subscriptions.has(source)).forEach((source) => this.#subscribe(source));
		this.#changeEmitter.fire(undefined);
	}

	/** Returns the source with the ID; the workspace if the ID is omitted. */
	get(sourceId: string | undefined): TokenSource | undefined {
		return sourceId === undefined ? this.workspace : this.all.find(({ id }) => id === sourceId);
	}

	/** Lists tokens from all readable sources. Errors are reported by each source's `problem`. */
	async list(mode?: ReadMode): Promise<readonly SourceToken[]> {
		const lists = await Promise.all(
			this.all.map(async (source) => {
				const tokens = await source.list(mode).catch(logFailure(this.log, 'list tokens', []));
				return tokens.map((token) => ({ source, token }));
			}),
		);
		return lists.flat();
	}

	/** Finds a token, even if another source can't be read. If none is found, returns undefined or rejects with the first error. */
	async find({ tokenId, sourceId }: TokenLocator): Promise<SourceToken | undefined> {
		const errors: unknown[] = [];
		for (const source of this.all.filter(({ id }) => sourceId === undefined || id === sourceId)) {
			try {
				const token = await source.get(tokenId);
				if (token) {
					return { source, token };
				}
			} catch (error) {
				errors.push(error);
				logFailure(this.log, 'search a source')(error);
			}
		}
		if (errors.length > 0) {
			throw errors[0];
		}
		return undefined;
	}

	dispose(): void {
		[...this.#subscriptions.values()].flat().forEach((subscription) => subscription.dispose());
		this.#subscriptions.clear();
		this.#changeEmitter.dispose();
		this.#rotationEmitter.dispose();
	}

	#subscribe(source: TokenSource): void {
		this.#subscriptions.set(source, [
			source.onDidChange(() => this.#changeEmitter.fire(source)),
			source.onDidRotate((id) => void this.#fireRotated(source, id)),
		]);
	}

	async #fireRotated(source: TokenSource, id: string): Promise<void> {
		const token = await source.get(id).catch(logFailure(this.log, `read ${id}`));
		if (token) {
			this.#rotationEmitter.fire({ source, token });
		}
	}
}
