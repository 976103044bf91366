import { setTimeout as wait } from 'node:timers/promises';
import type * as vscode from 'vscode';
import { eventually } from '../eventually';
import { FakeDetailsPanel } from './fakeDetailsPanel';
import { api, replaceMember } from './replaceApi';

/** A message or list that the extension showed. */
export interface ShownPrompt {
	readonly kind: 'warning' | 'information' | 'error' | 'quickPick';
	/** Text of the message, or title of the list. */
	readonly text: string;
	readonly isModal: boolean;
	/** Labels of the buttons or of the items, without separators. */
	readonly labels: readonly string[];
}

type MessageFunction = (text: string, ...rest: readonly unknown[]) => Promise<unknown>;

/** Replaces the parts of VS Code's UI that wait for a user with ones that a test answers, and records what the extension shows. */
export class ScriptedUi {
	readonly shown: ShownPrompt[] = [];
	readonly detailsPanels: FakeDetailsPanel[] = [];
	/** Context keys that the extension has set since `install`. */
	readonly context: Record<string, unknown> = {};
	readonly #treeItems: vscode.TreeItem[] = [];
	/** Labels of the buttons or items that the user selects, in order. Without one, the user cancels. */
	readonly #answers: string[] = [];
	/** Texts that the user enters, in order. */
	readonly #texts: string[] = [];
	/** Files that the user chooses in file dialogs, in order. Without one, the user cancels. */
	readonly #files: vscode.Uri[] = [];
	#restore: (() => void)[] = [];
	/** How long the user reads a message before answering it, in milliseconds. */
	readingMs = 0;

	/** Replaces VS Code's UI during an action, in whose prompts the user selects the buttons or items with these labels. */
	static async answering<T>(labels: readonly string[], action: () => Thenable<T>): Promise<T> {
		const ui = new ScriptedUi();
		ui.install();
		try {
			ui.answer(...labels);
			return await action();
		} finally {
			ui.uninstall();
		}
	}

	install(): void {
		const { window, commands } = api;
		for (const [name, kind] of Object.entries({
			showWarningMessage: 'warning',
			showInformationMessage: 'information',
			showErrorMessage: 'error',
		} as const)) {
			this.#replace(window, name as 'showErrorMessage', this.#createMessageFunction(kind));
		}
		this.#replace(window, 'showQuickPick', ((items: vscode.QuickPickItem[], options?: vscode.QuickPickOptions) =>
			Promise.resolve(this.#pick(items, options))) as unknown as typeof window.showQuickPick);
		this.#replace(window, 'createQuickPick', (() => this.#createQuickPick()) as unknown as typeof window.createQuickPick);
		this.#replace(window, 'showOpenDialog', () => Promise.resolve(this.#files.splice(0, 1)));
		this.#replace(window, 'showSaveDialog', () => Promise.resolve(this.#files.shift()));
		this.#replace(window, 'createInputBox', () => this.#createInputBox());
		this.#replace(window, 'createWebviewPanel', (_viewType: string, title: string) => {
			const panel = new FakeDetailsPanel(title);
			this.detailsPanels.push(panel);
			return panel.panel;
		});
		const executeCommand = commands.executeCommand.bind(commands);
		this.#replace(commands, 'executeCommand', ((id: string, ...args: unknown[]) => {
			if (id === 'setContext') {
				this.context[String(args[0])] = args[1];
			}
			return executeCommand(id, ...args);
		}) as typeof commands.executeCommand);
		const treeItems = this.#treeItems;
		this.#replace(
			api,
			'TreeItem',
			class extends api.TreeItem {
				constructor(label: string | vscode.TreeItemLabel, state?: vscode.TreeItemCollapsibleState) {
					super(label, state);
					treeItems.push(this);
				}
			} as typeof api.TreeItem,
		);
	}

	/** Restores VS Code's UI. */
	uninstall(): void {
		this.#restore.reverse().forEach((restore) => restore());
		this.#restore = [];
	}

	/** Forgets what was shown, and closes all panels. */
	reset(): void {
		this.detailsPanels.splice(0).forEach((panel) => panel.dispose());
		[this.shown, this.#answers, this.#texts, this.#files].forEach((list) => list.splice(0));
	}

	/** Lets the user select the buttons or items with these labels in the next prompts. */
	answer(...labels: readonly string[]): void {
		this.#answers.push(...labels);
	}

	/** Lets the user enter these texts in the next input boxes. */
	enter(...texts: readonly string[]): void {
		this.#texts.push(...texts);
	}

	/** Lets the user choose these files in the next file dialogs. */
	choose(...files: readonly vscode.Uri[]): void {
		this.#files.push(...files);
	}

	/** Returns the panel that was opened last, with its page loaded. */
	async openedDetails(): Promise<FakeDetailsPanel> {
		const panel = await eventually(() => this.detailsPanels.at(-1) ?? fail('No details page was opened.'));
		await panel.load();
		return panel;
	}

	/** Returns the current item of a token in the Tokens view, once it satisfies `isExpected`. */
	treeItem(tokenId: string, isExpected: (item: vscode.TreeItem) => boolean = () => true): Promise<vscode.TreeItem> {
		return eventually(
			() => {
				const item = this.#treeItems.findLast(({ id }) => id?.endsWith(`/${tokenId}`));
				return item && isExpected(item)
					? item
					: fail(`The item of ${tokenId} is ${JSON.stringify([item?.contextValue, item?.accessibilityInformation])}`);
			},
			30_000,
			5,
		);
	}

	/** Forgets all items of the Tokens view, so that only those of the next refresh are known. */
	forgetTreeItems(): void {
		this.#treeItems.splice(0);
	}

	/** Whether the Tokens view has created an item of the token since `forgetTreeItems`. */
	hasTreeItem(tokenId: string): boolean {
		return this.#treeItems.some(({ id }) => id?.endsWith(`/${tokenId}`));
	}

	#replace<T extends object, K extends keyof T>(target: T, name: K, replacement: T[K]): void {
		this.#restore.push(replaceMember(target, name, replacement));
	}

	#createMessageFunction(kind: 'warning' | 'information' | 'error'): MessageFunction {
		return (text, ...rest) => {
			const [first] = rest;
			const options = typeof first === 'object' ? (first as vscode.MessageOptions) : undefined;
			const buttons = rest.filter((item) => typeof item === 'string' || isMessageItem(item));
			const labels = buttons.map((item) => (typeof item === 'string' ? item : item.title));
			const isModal = options?.modal ?? false;
			this.shown.push({ kind, text: [text, options?.detail].filter(Boolean).join('\n'), isModal, labels });
			const index = labels.indexOf(this.#answers[0] ?? '');
			if (index >= 0) {
				this.#answers.shift();
			}
			return wait(index < 0 ? 0 : this.readingMs, buttons[index]);
		};
	}

	#pick(items: readonly vscode.QuickPickItem[], options: vscode.QuickPickOptions = {}): unknown {
		const labels = items.filter(({ kind }) => kind !== api.QuickPickItemKind.Separator).map(({ label }) => label);
		this.shown.push({ kind: 'quickPick', text: options.title ?? '', isModal: false, labels });
		const label = this.#answers.shift();
		const picked = items.find((item) => item.label === label);
		if (label !== undefined && !picked) {
			throw new Error(`There's no “${label}” in: ${labels.join(', ')}`);
		}
		return options.canPickMany ? picked && [picked] : picked;
	}

	/** A list in which the user accepts or cancels the item of the next answer as soon as it's shown. */
	#createQuickPick() {
		let accept: () => void = () => undefined;
		let hide: () => void = () => undefined;
		const ignore = () => ({ dispose: () => undefined });
		const pick = {
			title: '',
			items: [] as readonly vscode.QuickPickItem[],
			activeItems: [] as readonly unknown[],
			selectedItems: [] as readonly unknown[],
			onDidTriggerButton: ignore,
			onDidTriggerItemButton: ignore,
			onDidAccept: (listener: () => void) => {
				accept = listener;
				return ignore();
			},
			onDidHide: (listener: () => void) => {
				hide = listener;
				return ignore();
			},
			show: () => {
				const picked = this.#pick(pick.items, { title: pick.title });
				pick.activeItems = picked === undefined ? [] : [picked];
				pick.selectedItems = pick.activeItems;
				queueMicrotask(picked === undefined ? hide : accept);
			},
			dispose: () => undefined,
		};
		return pick;
	}

	/** An input box whose text is entered and accepted as soon as it's shown. */
	#createInputBox(): vscode.InputBox {
		let accept: () => void = () => undefined;
		const ignore = () => ({ dispose: () => undefined });
		const input = {
			value: '',
			onDidChangeValue: ignore,
			onDidHide: ignore,
			onDidTriggerButton: ignore,
			onDidAccept: (listener: () => void) => {
				accept = listener;
				return ignore();
			},
			show: () => {
				// What the extension suggests is accepted.
				input.value = this.#texts.shift() ?? (input.value || fail('There is no text to enter.'));
				queueMicrotask(accept);
			},
			dispose: () => undefined,
		};
		return input as unknown as vscode.InputBox;
	}
}

function fail(message: string): never {
	throw new Error(message);
}

function isMessageItem(item: unknown): item is vscode.MessageItem {
	return typeof item === 'object' && item !== null && 'title' in item;
}
