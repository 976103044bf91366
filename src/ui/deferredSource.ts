import type { Disposable, KeyReading, TokenSource } from '../domain/ports';
import type { Problem } from '../domain/problems';
import type { Token, TokenDraft } from '../domain/token';

/** A source that is opened when it is first used, so that activation need not load it. */
export class DeferredSource implements TokenSource, Disposable {
	#opening: Promise<TokenSource & Disposable> | undefined;
	#opened: TokenSource | undefined;

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

	async delete(id: string): Promise<void> {
		return (await this.#source()).delete(id);
	}

	async readKey(id: string): Promise<KeyReading> {
		return (await this.#source()).readKey(id);
	}

	dispose(): void {
		void this.#opening?.then((source) => source.dispose());
	}

	async #source(): Promise<TokenSource> {
		this.#opening ??= this.open();
		this.#opened = await this.#opening;
		return this.#opened;
	}
}
