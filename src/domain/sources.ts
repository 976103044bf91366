import { Emitter } from './emitter';
import type { Disposable, Extent, TokenSource, WorkspaceTokens } from './ports';
import type { Token } from './token';

/** A token and where it comes from. */
export interface SourceToken {
	readonly source: TokenSource;
	readonly token: Token;
}

/** Names a token. Without a source it is that of the first source, in their order, that has one of the id. */
export interface TokenRef {
	readonly tokenId: string;
	readonly sourceId?: string | undefined;
}

/** The sources of tokens in their order: that of the workspace, and the accounts in the order in which they were added. */
export class TokenSources implements Disposable {
	readonly #changed = new Emitter<TokenSource | undefined>();
	readonly #counted = new Emitter();
	readonly #rotated = new Emitter<SourceToken>();
	readonly #listening = new Map<TokenSource, readonly Disposable[]>();

	constructor(readonly workspace: WorkspaceTokens) {
		this.#follow(workspace);
	}

	get all(): readonly TokenSource[] {
		return [...this.#listening.keys()];
	}

	/** Called after any change of a source, with that one, and without any when sources came or went. */
	onDidChange(listener: (source: TokenSource | undefined) => void): Disposable {
		return this.#changed.on(listener);
	}

	/** Called when responses have been counted. */
	onDidCount(listener: () => void): Disposable {
		return this.#counted.on(listener);
	}

	/** Called with a token that has been rotated from this window. */
	onDidRotate(listener: (rotated: SourceToken) => void): Disposable {
		return this.#rotated.on(listener);
	}

	/** Puts these in the place of the accounts there were. A source that stays is left as it is. */
	setAccounts(accounts: readonly TokenSource[]): void {
		for (const source of this.all) {
			if (source !== this.workspace && !accounts.includes(source)) {
				this.#listening.get(source)?.forEach((one) => one.dispose());
				this.#listening.delete(source);
			}
		}
		accounts.filter((source) => !this.#listening.has(source)).forEach((source) => this.#follow(source));
		this.#changed.fire(undefined);
	}

	/** The source of that id; the workspace where none is named. */
	get(sourceId: string | undefined): TokenSource | undefined {
		return sourceId === undefined ? this.workspace : this.all.find(({ id }) => id === sourceId);
	}

	/** The tokens of every source that can be read; what is wrong with the others, they say themselves. */
	async list(extent?: Extent): Promise<readonly SourceToken[]> {
		const lists = await Promise.all(
			this.all.map(async (source) => {
				const tokens = await source.list(extent).catch(() => []);
				return tokens.map((token) => ({ source, token }));
			}),
		);
		return lists.flat();
	}

	/** The token of that name; undefined where there is none. Rejects when the only source it could be in cannot be read. */
	async find({ tokenId, sourceId }: TokenRef): Promise<SourceToken | undefined> {
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
		[...this.#listening.values()].flat().forEach((one) => one.dispose());
		this.#listening.clear();
		this.#changed.dispose();
		this.#counted.dispose();
		this.#rotated.dispose();
	}

	#follow(source: TokenSource): void {
		this.#listening.set(source, [
			source.onDidChange(() => this.#changed.fire(source)),
			source.onDidCount(() => this.#counted.fire()),
			source.onDidRotate((id) => void this.#tellRotated(source, id)),
		]);
	}

	async #tellRotated(source: TokenSource, id: string): Promise<void> {
		const token = await source.get(id).catch(() => undefined);
		if (token) {
			this.#rotated.fire({ source, token });
		}
	}
}
