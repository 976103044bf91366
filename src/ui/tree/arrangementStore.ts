import * as vscode from 'vscode';
import type { Arrangement } from '../../models/arrangement';
import { parseArrangement } from '../../models/storedArrangement';

const ARRANGEMENT_STATE_KEY = 'tokens.arrangement';

/** How the Tokens view is sorted and filtered, kept for this workspace. */
export class ArrangementStore implements vscode.Disposable {
	readonly #onDidChange = new vscode.EventEmitter<void>();
	readonly onDidChange = this.#onDidChange.event;

	constructor(private readonly memento: vscode.Memento) {}

	read(): Arrangement {
		return parseArrangement(this.memento.get(ARRANGEMENT_STATE_KEY));
	}

	async update(changes: Partial<Arrangement>): Promise<void> {
		await this.memento.update(ARRANGEMENT_STATE_KEY, { ...this.read(), ...changes });
		this.#onDidChange.fire();
	}

	dispose(): void {
		this.#onDidChange.dispose();
	}
}
