import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as vscode from 'vscode';
import { FakeDetailsPanel } from './fakeDetailsPanel';
import { api, replaceGetter, replaceMember } from './replaceApi';

/** What a user sees of a command: a question, or a result. */
export interface Observation {
	readonly kind:
		// Questions
		| 'list'
		| 'input'
		| 'dialog'
		| 'file dialog'
		// Results
		| 'error'
		| 'warning'
		| 'information'
		| 'status bar'
		| 'page'
		| 'file'
		| 'terminal'
		| 'edit'
		| 'context'
		| 'view'
		// What VS Code reports about a bug
		| 'rejection';
	readonly text: string;
	/** Labels of the buttons or of the items. */
	readonly labels: readonly string[];
}

const QUESTIONS: readonly Observation['kind'][] = ['list', 'input', 'dialog', 'file dialog'];

/** Whether the observation is only a question, which says nothing about the result of a command. */
export function isQuestion({ kind }: Observation): boolean {
	return QUESTIONS.includes(kind);
}

/** How the user answers. */
export interface UserAnswers {
	/** Selects items whose label it accepts; otherwise, the first one. */
	readonly prefers: (label: string) => boolean;
	/** What the user enters in an input box, by what it contains. Undefined cancels. */
	readonly enter: (value: string, isPassword: boolean) => string | undefined;
	/** Folder for the files that the user saves. */
	readonly folder: string;
}

/** Returns a promise if accepting a value takes a while. */
type Listener = () => unknown;
type MessageFunction = (text: string, ...rest: readonly unknown[]) => Promise<unknown>;

/**
 * Replaces the parts of VS Code's UI that wait for a user with one who agrees to everything: it accepts the first item of a list, the value of an
 * input box, and the first button of a dialog, and closes notifications. Records all that the user would see.
 */
export class ObservedUi {
	readonly observations: Observation[] = [];
	/** Context keys that the extension has set since `install`. */
	readonly context: Record<string, unknown> = {};
	readonly #panels: FakeDetailsPanel[] = [];
	readonly #subscriptions: vscode.Disposable[] = [];
	readonly #executeCommand = api.commands.executeCommand.bind(api.commands);
	readonly #recordRejection = (reason: unknown) => {
		this.#observe('rejection', reason instanceof Error ? (reason.stack ?? reason.message) : String(reason));
	};
	/** The real one is reached through the browser, which takes as long as most commands. */
	#copied = '';
	readonly #clipboard: vscode.Clipboard = {
		readText: () => Promise.resolve(this.#copied),
		writeText: (text) => {
			this.#copied = text;
			return Promise.resolve();
		},
	};
	#restore: (() => void)[] = [];

	constructor(private answers: UserAnswers) {}

	/** Starts to observe. */
	install(): void {
		const { window, commands, workspace } = api;
		for (const [name, kind] of [
			['showErrorMessage', 'error'],
			['showWarningMessage', 'warning'],
			['showInformationMessage', 'information'],
		] as const) {
			this.#replace(window, name, this.#createMessageFunction(kind));
		}
		this.#replace(window, 'showQuickPick', ((items: vscode.QuickPickItem[], options: vscode.QuickPickOptions = {}) => {
			const picked = this.#pick(items, options.title);
			return Promise.resolve(options.canPickMany ? picked && [picked] : picked);
		}) as unknown as typeof window.showQuickPick);
		this.#replace(window, 'createQuickPick', (() => this.#createQuickPick()) as unknown as typeof window.createQuickPick);
		this.#replace(window, 'createInputBox', () => this.#createInputBox());
		this.#replace(window, 'showInputBox', (options: vscode.InputBoxOptions = {}) =>
			Promise.resolve(this.#enter(options.title, options.value ?? '', options.password ?? false)),
		);
		this.#replace(window, 'showSaveDialog', (options) => {
			this.#observe('file dialog', options?.title ?? '');
			return Promise.resolve(api.Uri.file(join(this.answers.folder, 'saved.json')));
		});
		this.#replace(window, 'showOpenDialog', (options) => {
			this.#observe('file dialog', options?.title ?? '');
			const path = join(this.answers.folder, 'opened.json');
			writeFileSync(path, '{}');
			return Promise.resolve([api.Uri.file(path)]);
		});
		this.#replace(window, 'createWebviewPanel', (_viewType: string, title: string) => {
			const panel = new FakeDetailsPanel(title);
			this.#panels.push(panel);
			this.#observe('page', title);
			return panel.panel;
		});
		const showTextDocument = window.showTextDocument.bind(window) as (...args: unknown[]) => Thenable<vscode.TextEditor>;
		this.#replace(window, 'showTextDocument', (document: vscode.TextDocument | vscode.Uri, ...rest: unknown[]) => {
			this.#observe('file', ('uri' in document ? document.uri : document).path.split('/').at(-1)!);
			return showTextDocument(document, ...rest);
		});
		this.#restore.push(replaceGetter(api.env, 'clipboard', this.#clipboard));
		this.#replace(window, 'createTerminal', ((options: vscode.TerminalOptions) => {
			this.#observe('terminal', options.name ?? '');
			return { show: () => undefined };
		}) as unknown as typeof window.createTerminal);
		this.#replace(window, 'setStatusBarMessage', ((text: string) => {
			this.#observe('status bar', text);
			return { dispose: () => undefined };
		}) as typeof window.setStatusBarMessage);
		this.#replace(commands, 'executeCommand', ((id: string, ...args: unknown[]) => {
			this.#observeCommand(id, args);
			return this.#executeCommand(id, ...args);
		}) as typeof commands.executeCommand);
		this.#subscriptions.push(
			workspace.onDidChangeTextDocument(({ document: { uri }, contentChanges }) => {
				if (contentChanges.length > 0 && ['file', 'untitled', 'vscode-remote'].includes(uri.scheme)) {
					this.#observe('edit', workspace.asRelativePath(uri));
				}
			}),
			window.onDidChangeVisibleTextEditors((editors) => {
				editors
					.filter(({ document }) => document.uri.scheme === 'output')
					.forEach(({ document }) => this.#observe('view', document.uri.path.split('/').at(-1)!));
			}),
		);
		process.on('unhandledRejection', this.#recordRejection);
	}

	/** Stops observing. */
	uninstall(): void {
		process.off('unhandledRejection', this.#recordRejection);
		this.#subscriptions.splice(0).forEach((subscription) => void subscription.dispose());
		this.#restore.reverse().forEach((restore) => restore());
		this.#restore = [];
	}

	/** Forgets what was observed and copied, closes all pages, and answers differently from now on. */
	reset(answers: Partial<UserAnswers> = {}): void {
		this.#copied = '';
		this.#panels.splice(0).forEach((panel) => panel.dispose());
		this.observations.splice(0);
		this.answers = { ...this.answers, ...answers };
	}

	/** Runs a command, without observing the call itself. Observes a rejection, which VS Code would show as an error without a cause. */
	async run(command: string): Promise<void> {
		try {
			await this.#executeCommand(command);
		} catch (error) {
			this.#recordRejection(error);
		}
	}

	/** Runs the command of a quick fix. VS Code shows the message of a rejection. */
	async runQuickFix({ command, arguments: args = [] }: vscode.Command): Promise<void> {
		try {
			await this.#executeCommand(command, ...(args as unknown[]));
		} catch (error) {
			this.#observe('error', error instanceof Error ? error.message : String(error));
		}
	}

	#replace<T extends object, K extends keyof T>(target: T, name: K, replacement: T[K]): void {
		this.#restore.push(replaceMember(target, name, replacement));
	}

	#observe(kind: Observation['kind'], text: string, labels: readonly string[] = []): void {
		this.observations.push({ kind, text, labels });
	}

	/** VS Code's own commands show something: a view, settings, an extension. */
	#observeCommand(id: string, [key, value]: readonly unknown[]): void {
		if (id === 'setContext') {
			const name = String(key);
			if ((this.context[name] ?? false) !== value) {
				this.#observe('context', `${name}: ${String(value)}`);
			}
			this.context[name] = value;
		} else if (!/^connectTokens\.[^.]+$|^vscode\.|^_/.test(id)) {
			this.#observe('view', id);
		}
	}

	#createMessageFunction(kind: 'warning' | 'information' | 'error'): MessageFunction {
		return (text, ...rest) => {
			const [first] = rest as readonly (vscode.MessageOptions | undefined)[];
			const buttons = rest.filter((item) => typeof item === 'string' || isMessageItem(item));
			const labels = buttons.map((item) => (typeof item === 'string' ? item : item.title));
			const isModal = (typeof first === 'object' && first.modal) ?? false;
			this.#observe(isModal ? 'dialog' : kind, text, labels);
			return Promise.resolve(isModal ? buttons[0] : undefined);
		};
	}

	#pick<T extends vscode.QuickPickItem>(items: readonly T[], title: string | undefined): T | undefined {
		const choices = items.filter(({ kind }) => kind !== api.QuickPickItemKind.Separator);
		this.#observe(
			'list',
			title ?? '',
			choices.map(({ label }) => label),
		);
		return choices.find(({ label }) => this.answers.prefers(label)) ?? choices[0];
	}

	#enter(title: string | undefined, value: string, isPassword: boolean): string | undefined {
		this.#observe('input', title ?? '');
		return this.answers.enter(value, isPassword);
	}

	/** A list whose selection is accepted as soon as it has items. It's closed if it can't be accepted. */
	#createQuickPick(): vscode.QuickPick<vscode.QuickPickItem> {
		const { listeners, ...events } = createInputEvents();
		let items: readonly vscode.QuickPickItem[] = [];
		let isShown = false;
		let isDisposed = false;
		/** A list that stays open shows information, and nothing can be selected. */
		const accept = async () => {
			await listeners.accept();
			if (!isDisposed) {
				this.#observe('view', pick.title ?? '');
			}
			listeners.hide();
		};
		const acceptFirst = () => {
			if (isShown && items.length > 0) {
				isShown = false;
				const picked = this.#pick(items, pick.title);
				const selectedItems = pick.selectedItems.length > 0 || !picked ? pick.selectedItems : [picked];
				Object.assign(pick, { activeItems: picked ? [picked] : [], selectedItems });
				queueMicrotask(() => void accept());
			}
		};
		const pick = {
			...events,
			title: undefined as string | undefined,
			get items() {
				return items;
			},
			set items(value: readonly vscode.QuickPickItem[]) {
				items = value;
				acceptFirst();
			},
			activeItems: [] as readonly vscode.QuickPickItem[],
			selectedItems: [] as readonly vscode.QuickPickItem[],
			show: () => {
				isShown = true;
				acceptFirst();
			},
			dispose: () => {
				isDisposed = true;
			},
		};
		return pick as unknown as vscode.QuickPick<vscode.QuickPickItem>;
	}

	/** An input box whose text is accepted as soon as it's shown. It's closed if its text is invalid, once it says why. */
	#createInputBox(): vscode.InputBox {
		const { listeners, ...events } = createInputEvents();
		let validation: string | vscode.InputBoxValidationMessage | undefined;
		const observe = (kind: Observation['kind'], text: string) => this.#observe(kind, text);
		const input = {
			...events,
			title: undefined as string | undefined,
			value: '',
			password: false,
			get validationMessage() {
				return validation;
			},
			set validationMessage(message: string | vscode.InputBoxValidationMessage | undefined) {
				validation = message;
				if (typeof message === 'string') {
					observe('error', message);
					queueMicrotask(() => listeners.hide());
				}
			},
			show: () => {
				const text = this.#enter(input.title, input.value, input.password);
				input.value = text ?? '';
				queueMicrotask(text === undefined ? listeners.hide : listeners.accept);
			},
		};
		return input as unknown as vscode.InputBox;
	}
}

/** The events of a list or input box, and functions that fire them. */
function createInputEvents() {
	const listeners = { accept: () => undefined, hide: () => undefined } as Record<'accept' | 'hide', Listener>;
	const ignore = () => ({ dispose: () => undefined });
	const on = (name: keyof typeof listeners) => (listener: Listener) => {
		listeners[name] = listener;
		return ignore();
	};
	return {
		listeners,
		onDidAccept: on('accept'),
		onDidHide: on('hide'),
		onDidChangeValue: ignore,
		onDidTriggerButton: ignore,
		onDidTriggerItemButton: ignore,
		dispose: () => undefined,
	};
}

function isMessageItem(item: unknown): item is vscode.MessageItem {
	return typeof item === 'object' && item !== null && 'title' in item;
}
