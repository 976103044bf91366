import type { Disposable, KeyInfo, KeyOptions, KeyReading, TokenSource, WhichKey } from '../domain/ports';
import type { Problem } from '../domain/problems';
import type { Token, TokenChanges, TokenDraft } from '../domain/token';

/** A source that is opened when it is first used, so that activation need not load it. */
export class DeferredSource implements TokenSource, Disposable {
	#opening: Promise<TokenSource & Disposable> | undefined;
	#opened: TokenSource | undefined;
	#announce!: () => void;
	/** Resolves once somebody has used the source. */
	readonly used = new Promise<void>((resolve) => (this.#announce = resolve));

	constructor(private readonly open: () => Promise<TokenSource & Disposable>) {}

	get problem(): Problem | undefined {
		return this.#opened?.problem;
	}

	onDidChange(listener: () => void): Disposable {
		let disposed = false;
		const listening = this.#source().then((source) => (disposed ? undefined : source.onDidChange(listener)));
		return {
			dispose: () => {
				disposed = true;
				void listening.then((one) => one?.dispose());
			},
		};
	}

	async list(): Promise<readonly Token[]> {
		return (await this.#source()).list();
	}

	async get(id: string): Promise<Token | undefined> {
		return (await this.#source()).get(id);
	}

	async create(draft: TokenDraft): Promise<Token> {
		return (await this.#source()).create(draft);
	}

	async import(apiKey: string, draft: TokenDraft): Promise<Token> {
		return (await this.#source()).import(apiKey, draft);
	}

	async update(id: string, changes: TokenChanges, expected?: string): Promise<Token> {
		return (await this.#source()).update(id, changes, expected);
	}

	async disable(id: string): Promise<Token> {
		return (await this.#source()).disable(id);
	}

	async enable(id: string): Promise<Token> {
		return (await this.#source()).enable(id);
	}

	async rotate(id: string, options?: KeyOptions): Promise<Token> {
		return (await this.#source()).rotate(id, options);
	}

	async renew(id: string, options?: KeyOptions): Promise<Token> {
		return (await this.#source()).renew(id, options);
	}

	async delete(id: string): Promise<void> {
		return (await this.#source()).delete(id);
	}

	async keys(id: string): Promise<readonly KeyInfo[]> {
		return (await this.#source()).keys(id);
	}

	async readKey(id: string, which?: WhichKey): Promise<KeyReading> {
		return (await this.#source()).readKey(id, which);
	}

	dispose(): void {
		void this.#opening?.then((source) => source.dispose());
	}

	async #source(): Promise<TokenSource> {
		this.#opening ??= this.open();
		this.#opened = await this.#opening;
		this.#announce();
		return this.#opened;
	}
}
