import * as vscode from 'vscode';
import { parseApiKey } from '../../domain/apiKey';
import type { Clock, Disposable, TokenSource } from '../../domain/ports';
import { earliest, nextChange } from '../../domain/schedule';
import { works } from '../../domain/token';
import { findReferences, variableFor } from '../../http/references';
import type { Alarm, Appointment } from '../alarm';
import { expiringDays, handsOver } from '../settings';
import { maskHttpYacLog } from './clients';
import { holdsRequests } from './documents';

/** How long typing must pause before a document's references are looked for again, in milliseconds. */
const PAUSE = 200;

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
	readonly #set = new Map<string, { readonly value: string; readonly before: string | undefined }>();
	/** What is handed over for a while, beside what documents refer to. */
	readonly #loans = new Set<{ readonly tokenIds: readonly string[] }>();
	#isLogMasked = false;
	#timer: NodeJS.Timeout | undefined;
	#running: Promise<void> = Promise.resolve();
	#disposed = false;

	constructor(
		private readonly source: TokenSource,
		private readonly clock: Clock,
		alarm: Alarm,
	) {
		this.#appointment = alarm.add(() => void this.update());
		this.#listening = [
			source.onDidChange(() => void this.update()),
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
		this.#running = this.#running.then(() => this.#update()).catch(() => undefined);
		return this.#running;
	}

	/** Does something while the keys of these tokens are handed over, whether or not that is switched on; those that do not work are not. */
	async during<T>(tokenIds: readonly string[], act: () => Thenable<T>): Promise<T> {
		const loan = { tokenIds };
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

	async #update(): Promise<void> {
		const ids = new Set(vscode.workspace.isTrusted ? [...(handsOver() ? referencedIds() : []), ...this.#lentIds()] : []);
		const tokens = ids.size > 0 ? (await this.source.list()).filter(({ id }) => ids.has(id)) : [];
		const now = this.clock();
		this.#appointment.set(earliest(tokens.map((token) => nextChange(token, now, expiringDays()))));
		if (tokens.length > 0 && !this.#isLogMasked) {
			this.#isLogMasked = await maskHttpYacLog();
		}
		const variables = await Promise.all(tokens.filter(works).map(async ({ id }) => [variableFor(id), await this.#keyOf(id)] as const));
		this.#keep(new Map(this.#disposed ? [] : variables.flatMap(([name, key]) => (key === undefined ? [] : [[name, key] as const]))));
	}

	#lentIds(): readonly string[] {
		return [...this.#loans].flatMap(({ tokenIds }) => tokenIds);
	}

	/** `SU-…:<secret>`; undefined where the vault does not have it, which the document's diagnostics say. */
	async #keyOf(id: string): Promise<string | undefined> {
		const reading = await this.source.readKey(id).catch(() => undefined);
		const key = reading && 'authorization' in reading ? parseApiKey(reading.authorization) : undefined;
		return key && `${key.tokenId}:${key.secret}`;
	}

	/** Sets exactly these variables. The others become what they were before, unless somebody else has set them since. */
	#keep(variables: ReadonlyMap<string, string>): void {
		for (const [name, { value, before }] of this.#set) {
			if (!variables.has(name)) {
				this.#set.delete(name);
				if (process.env[name] === value) {
					setVariable(name, before);
				}
			}
		}
		for (const [name, value] of variables) {
			const { before } = this.#set.get(name) ?? { before: process.env[name] };
			this.#set.set(name, { value, before });
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

function referencedIds(): readonly string[] {
	const shown = new Set(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(uriOf)));
	const documents = vscode.workspace.textDocuments.filter((document) => shown.has(document.uri.toString()) && holdsRequests(document));
	return documents.flatMap((document) => findReferences(document.getText()).map(({ tokenId }) => tokenId));
}

function uriOf({ input }: vscode.Tab): string | undefined {
	if (input instanceof vscode.TabInputText) {
		return input.uri.toString();
	}
	return input instanceof vscode.TabInputTextDiff ? input.modified.toString() : undefined;
}
