import * as vscode from 'vscode';
import type { Arrangement } from '../../domain/arrangement';

const KEY = 'tokens.arrangement';

/** How the Tokens view is sorted and filtered, kept for this workspace. */
export class ViewState implements vscode.Disposable {
	readonly #changed = new vscode.EventEmitter<void>();
	readonly onDidChange = this.#changed.event;

	constructor(private readonly memento: vscode.Memento) {}

	async read(): Promise<Arrangement> {
		const { parseArrangement } = await import('./arrangementSchema');
		return parseArrangement(this.memento.get(KEY));
	}

	async change(changes: Partial<Arrangement>): Promise<void> {
		await this.memento.update(KEY, { ...(await this.read()), ...changes });
		this.#changed.fire();
	}

	dispose(): void {
		this.#changed.dispose();
	}
}
