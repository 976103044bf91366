import * as vscode from 'vscode';
import type { Clock, Disposable, TokenSource } from '../../domain/ports';
import { earliest, nextChange } from '../../domain/schedule';
import type { SourceToken, TokenSources } from '../../domain/sources';
import { works } from '../../domain/token';
import { findReferences } from '../../http/references';
import type { Alarm, Appointment } from '../alarm';
import { expiringDays, handsOver } from '../settings';
import { maskHttpYacLog } from './clients';
import { holdsRequests } from './documents';
import { KeyReader } from './keyReader';
import { tokensByVariable, tokensNamedIn } from './variables';

/** How long typing must pause before a document's references are looked for again, in milliseconds. */
const PAUSE = 200;

/** What a variable is set to, and where it is from. */
interface Key {
	readonly value: string;
	readonly source: TokenSource;
}

/**
 * Hands keys over to the clients that send request files. REST Client and httpYac resolve `{{$processEnv NAME}}` at every send from the
 * environment of the extension host, which all extensions of a window share; so a variable there is the way to them that leaves nothing
 * on disk. It is also there for whatever those extensions start meanwhile. So only tokens get one that an open document refers to, in a
 * trusted workspace, while they work. Should the editor ever close this door, this file is what has to change.
 */
export class HandOver implements Disposable {
	readonly #appointment: Appointment;
	readonly #listening: readonly Disposable[];
	/** Variables that this has set, with what they were before: somebody may have one of that name. */
	readonly #set = new Map<string, Key & { readonly before: string | undefined }>();
	readonly #keys: KeyReader;
	/** What is handed over for a while, beside what documents refer to. */
	readonly #loans = new Set<{ readonly variables: readonly string[] }>();
	#isLogMasked = false;
	#timer: NodeJS.Timeout | undefined;
	#running: Promise<void> = Promise.resolve();
	/** The update that has still to begin. */
	#next: Promise<void> | undefined;
	#disposed = false;

	constructor(
		private readonly sources: TokenSources,
		private readonly clock: Clock,
		alarm: Alarm,
	) {
		this.#keys = new KeyReader(clock);
		this.#appointment = alarm.add(() => void this.update());
		this.#listening = [
			sources.onDidChange(() => void this.update()),
			vscode.workspace.onDidOpenTextDocument((document) => this.#look(document)),
			vscode.workspace.onDidChangeTextDocument(({ document }) => this.#look(document)),
			// Also where it gets another language: it is closed, and opened again.
			vscode.workspace.onDidCloseTextDocument((document) => this.#look(document)),
			// The editor keeps a document for minutes after its last tab was closed.
			vscode.window.tabGroups.onDidChangeTabs(() => void this.update()),
			vscode.workspace.onDidGrantWorkspaceTrust(() => void this.update()),
			vscode.workspace.onDidChangeConfiguration((event) => {
				if (event.affectsConfiguration('connectTokens.http.handOver')) {
					void this.update();
				}
			}),
		];
	}

	/** Brings the variables up to date with documents and tokens; resolves once they are. */
	update(): Promise<void> {
		clearTimeout(this.#timer);
		this.#drop();
		// One that has to wait for a platform must not have a queue of others behind it.
		this.#next ??= this.#running = this.#running
			.then(() => {
				this.#next = undefined;
				return this.#update();
			})
			.catch(() => undefined);
		return this.#next;
	}

	/** Does something while keys are handed over by these variables, whether or not that is switched on; those of tokens that do not work are not. */
	async during<T>(variables: readonly string[], act: () => Thenable<T>): Promise<T> {
		const loan = { variables };
		this.#loans.add(loan);
		try {
			await this.update();
			return await act();
		} finally {
			this.#loans.delete(loan);
			await this.update();
		}
	}

	dispose(): void {
		this.#disposed = true;
		clearTimeout(this.#timer);
		this.#listening.forEach((one) => one.dispose());
		this.#appointment.dispose();
		this.#keep(new Map());
	}

	#look(document: vscode.TextDocument): void {
		if (holdsRequests(document)) {
			clearTimeout(this.#timer);
			this.#timer = setTimeout(() => void this.update(), PAUSE);
		}
	}

	/** Lets go at once of what nothing refers to any more, and of what accounts had that are gone: a platform may keep an update waiting. */
	#drop(): void {
		const { wanted } = this.#wanted();
		const { all } = this.sources;
		this.#keep(new Map([...this.#set].filter(([name, { source }]) => wanted.has(name) && all.includes(source))));
	}

	/** Texts that refer to tokens, variables that are lent, and the variables of both. */
	#wanted() {
		const texts = vscode.workspace.isTrusted && handsOver() ? referringTexts() : [];
		const lent = vscode.workspace.isTrusted ? [...this.#loans].flatMap(({ variables }) => variables) : [];
		return { texts, lent, wanted: new Set([...texts.flatMap((text) => findReferences(text).map(({ variable }) => variable)), ...lent]) };
	}

	async #update(): Promise<void> {
		const { texts, lent, wanted } = this.#wanted();
		const tokens =
			wanted.size > 0
				? tokensByVariable(await tokensNamedIn([...texts, ...lent].join('\n'), this.sources))
				: new Map<string, SourceToken>();
		const found = [...wanted].flatMap((variable) => {
			const one = tokens.get(variable);
			return one ? [{ variable, ...one }] : [];
		});
		const now = this.clock();
		this.#appointment.set(earliest(found.map(({ token }) => nextChange(token, now, expiringDays()))));
		if (found.length > 0 && !this.#isLogMasked) {
			this.#isLogMasked = await maskHttpYacLog();
		}
		const working = found.filter(({ token }) => works(token));
		const keys = await this.#keys.read(working, lent.length > 0);
		const known = working.flatMap(({ variable, source }, index): [string, Key][] => {
			const value = keys[index];
			return value === undefined ? [] : [[variable, { value, source }]];
		});
		this.#keep(new Map(this.#disposed ? [] : known));
		// What was read may have been over before it came.
		this.#drop();
	}

	/** Sets exactly these variables. The others become what they were before, unless somebody else has set them since. */
	#keep(variables: ReadonlyMap<string, Key>): void {
		for (const [name, { value, before }] of this.#set) {
			if (!variables.has(name)) {
				this.#set.delete(name);
				if (process.env[name] === value) {
					setVariable(name, before);
				}
			}
		}
		for (const [name, { value, source }] of variables) {
			const { before } = this.#set.get(name) ?? { before: process.env[name] };
			this.#set.set(name, { value, source, before });
			setVariable(name, value);
		}
	}
}

function setVariable(name: string, value: string | undefined): void {
	if (value === undefined) {
		Reflect.deleteProperty(process.env, name);
	} else {
		process.env[name] = value;
	}
}

/** The texts of the documents in the editor's tabs that may refer to tokens. */
function referringTexts(): readonly string[] {
	const shown = new Set(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(uriOf)));
	return vscode.workspace.textDocuments
		.filter((document) => shown.has(document.uri.toString()) && holdsRequests(document))
		.map((document) => document.getText());
}

function uriOf({ input }: vscode.Tab): string | undefined {
	if (input instanceof vscode.TabInputText) {
		return input.uri.toString();
	}
	return input instanceof vscode.TabInputTextDiff ? input.modified.toString() : undefined;
}
