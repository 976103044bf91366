import * as vscode from 'vscode';
import type { Arrangement } from '../../domain/arrangement';
import { parseArrangement } from './arrangementSchema';

const KEY = 'tokens.arrangement';

/** How the Tokens view is sorted and filtered, kept for this workspace. */
export class ViewState implements vscode.Disposable {
	readonly #changed = new vscode.EventEmitter<void>();
	readonly onDidChange = this.#changed.event;

	constructor(private readonly memento: vscode.Memento) {}

	read(): Arrangement {
		return parseArrangement(this.memento.get(KEY));
	}

	async change(changes: Partial<Arrangement>): Promise<void> {
		await this.memento.update(KEY, { ...this.read(), ...changes });
		this.#changed.fire();
	}

	dispose(): void {
		this.#changed.dispose();
	}
}
