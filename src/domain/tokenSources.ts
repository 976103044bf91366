import { Emitter } from './emitter';
import type { Disposable, ReadMode, TokenSource, WorkspaceTokenSource } from './ports';
import type { Token } from './token';

/** A token and where it comes from. */
export interface SourceToken {
	readonly source: TokenSource;
	readonly token: Token;
}

/** Names a token. Without a source it is that of the first source, in their order, that has one of the id. */
export interface TokenLocator {
	readonly tokenId: string;
	readonly sourceId?: string | undefined;
}

/** The sources of tokens in their order: that of the workspace, and the accounts in the order in which they were added. */
export class TokenSources implements Disposable {
	readonly #changeEmitter = new Emitter<TokenSource | undefined>();
	readonly #rotationEmitter = new Emitter<SourceToken>();
	readonly #subscriptions = new Map<TokenSource, readonly Disposable[]>();

	constructor(readonly workspace: WorkspaceTokenSource) {
		this.#subscribe(workspace);
	}

	get all(): readonly TokenSource[] {
		return [...this.#subscriptions.keys()];
	}

	/** Called after any change of a source, with that one, and without any when sources came or went. */
	onDidChange(listener: (source: TokenSource | undefined) => void): Disposable {
		return this.#changeEmitter.on(listener);
	}

	/** Called when responses have been counted. */
	onDidChangeUsage(listener: () => void): Disposable {
		return this.workspace.onDidChangeUsage(listener);
	}

	/** Called with a token that has been rotated from this window. */
	onDidRotate(listener: (rotatedToken: SourceToken) => void): Disposable {
		return this.#rotationEmitter.on(listener);
	}

	/** Puts these in the place of the accounts there were. A source that stays is left as it is. */
	setAccounts(accounts: readonly TokenSource[]): void {
		for (const source of this.all) {
			if (source !== this.workspace && !accounts.includes(source)) {
				this.#subscriptions.get(source)?.forEach((one) => one.dispose());
				this.#subscriptions.delete(source);
			}
		}
		accounts.filter((source) => !this.#subscriptions.has(source)).forEach((source) => this.#subscribe(source));
		this.#changeEmitter.fire(undefined);
	}

	/** The source of that id; the workspace where none is named. */
	get(sourceId: string | undefined): TokenSource | undefined {
		return sourceId === undefined ? this.workspace : this.all.find(({ id }) => id === sourceId);
	}

	/** The tokens of every source that can be read; what is wrong with the others, they say themselves. */
	async list(mode?: ReadMode): Promise<readonly SourceToken[]> {
		const lists = await Promise.all(
			this.all.map(async (source) => {
				const tokens = await source.list(mode).catch(() => []);
				return tokens.map((token) => ({ source, token }));
			}),
		);
		return lists.flat();
	}

	/** The token of that name; undefined where there is none. Rejects when the only source it could be in cannot be read. */
	async find({ tokenId, sourceId }: TokenLocator): Promise<SourceToken | undefined> {
		const candidates = sourceId === undefined ? this.all : this.all.filter(({ id }) => id === sourceId);
		for (const source of candidates) {
			const token = await source.get(tokenId);
			if (token) {
				return { source, token };
			}
		}
		return undefined;
	}

	dispose(): void {
		[...this.#subscriptions.values()].flat().forEach((one) => one.dispose());
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
		const token = await source.get(id).catch(() => undefined);
		if (token) {
			this.#rotationEmitter.fire({ source, token });
		}
	}
}
