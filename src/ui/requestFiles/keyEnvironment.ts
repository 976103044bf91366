import * as vscode from 'vscode';
import type { Clock, Disposable, TokenSource } from '../../domain/ports';
import { findEarliest, getNextStatusChange } from '../../domain/statusSchedule';
import type { SourceToken, TokenSources } from '../../domain/tokenSources';
import { isUsable } from '../../domain/token';
import { findKeyReferences } from '../../requestFiles/keyReferences';
import type { ClockScheduler, ScheduledCallback } from '../../models/clockScheduler';
import { readExpiringDays, exposesKeys } from '../settings';
import { installHttpYacLogMask } from './requestClients';
import { canContainRequests } from './requestDocuments';
import { CachedKeyReader } from '../../requestFiles/cachedKeyReader';
import { tokensByVariable, findReferencedTokens } from '../../requestFiles/tokenVariables';

/** How long typing must pause before a document's references are looked for again, in milliseconds. */
const DEBOUNCE_MS = 200;

/** What a variable is set to, and where it is from. */
interface ExposedKey {
	readonly value: string;
	readonly source: TokenSource;
}

/**
 * Hands keys over to the clients that send request files. REST Client and httpYac resolve `{{$processEnv NAME}}` at every send from the
 * environment of the extension host, which all extensions of a window share; so a variable there is the way to them that leaves nothing
 * on disk. It is also there for whatever those extensions start meanwhile. So only tokens get one that an open document refers to, in a
 * trusted workspace, while they work. Should the editor ever close this door, this file is what has to change.
 */
export class KeyEnvironment implements Disposable {
	readonly #nextUpdate: ScheduledCallback;
	readonly #subscriptions: readonly Disposable[];
	/** Variables that this has set, with what they were before: somebody may have one of that name. */
	readonly #exposed = new Map<string, ExposedKey & { readonly previousValue: string | undefined }>();
	readonly #keyReader: CachedKeyReader;
	/** What is handed over for a while, beside what documents refer to. */
	readonly #temporary = new Set<{ readonly variables: readonly string[] }>();
	#isLogMasked = false;
	#timer: NodeJS.Timeout | undefined;
	#currentUpdate: Promise<void> = Promise.resolve();
	/** The update that has still to begin. */
	#pendingUpdate: Promise<void> | undefined;
	#isDisposed = false;

	constructor(
		private readonly sources: TokenSources,
		private readonly clock: Clock,
		scheduler: ClockScheduler,
	) {
		this.#keyReader = new CachedKeyReader(clock);
		this.#nextUpdate = scheduler.schedule(() => void this.update());
		this.#subscriptions = [
			sources.onDidChange(() => void this.update()),
			vscode.workspace.onDidOpenTextDocument((document) => this.#scheduleUpdate(document)),
			vscode.workspace.onDidChangeTextDocument(({ document }) => this.#scheduleUpdate(document)),
			// Also where it gets another language: it is closed, and opened again.
			vscode.workspace.onDidCloseTextDocument((document) => this.#scheduleUpdate(document)),
			// The editor keeps a document for minutes after its last tab was closed.
			vscode.window.tabGroups.onDidChangeTabs(() => void this.update()),
			vscode.workspace.onDidGrantWorkspaceTrust(() => void this.update()),
			vscode.workspace.onDidChangeConfiguration((event) => {
				if (event.affectsConfiguration('connectTokens.http.exposeKeys')) {
					void this.update();
				}
			}),
		];
	}

	/** Brings the variables up to date with documents and tokens; resolves once they are. */
	update(): Promise<void> {
		clearTimeout(this.#timer);
		this.#revokeStale();
		// One that has to wait for a platform must not have a queue of others behind it.
		this.#pendingUpdate ??= this.#currentUpdate = this.#currentUpdate
			.then(() => {
				this.#pendingUpdate = undefined;
				return this.#update();
			})
			.catch(() => undefined);
		return this.#pendingUpdate;
	}

	/** Does something while keys are handed over by these variables, whether or not that is switched on; those of tokens that do not work are not. */
	async withKeys<T>(variables: readonly string[], action: () => Thenable<T>): Promise<T> {
		const exposure = { variables };
		this.#temporary.add(exposure);
		try {
			await this.update();
			return await action();
		} finally {
			this.#temporary.delete(exposure);
			await this.update();
		}
	}

	dispose(): void {
		this.#isDisposed = true;
		clearTimeout(this.#timer);
		this.#subscriptions.forEach((item) => item.dispose());
		this.#nextUpdate.dispose();
		this.#applyVariables(new Map());
	}

	#scheduleUpdate(document: vscode.TextDocument): void {
		if (canContainRequests(document)) {
			clearTimeout(this.#timer);
			this.#timer = setTimeout(() => void this.update(), DEBOUNCE_MS);
		}
	}

	/** Lets go at once of what nothing refers to any more, and of what accounts had that are gone: a platform may keep an update waiting. */
	#revokeStale(): void {
		const { wanted: variables } = this.#collectReferences();
		const { all } = this.sources;
		this.#applyVariables(new Map([...this.#exposed].filter(([name, { source }]) => variables.has(name) && all.includes(source))));
	}

	/** Texts that refer to tokens, variables that are lent, and the variables of both. */
	#collectReferences() {
		const texts = vscode.workspace.isTrusted && exposesKeys() ? visibleRequestTexts() : [];
		const temporaryVariables = vscode.workspace.isTrusted ? [...this.#temporary].flatMap(({ variables }) => variables) : [];
		return {
			texts,
			lent: temporaryVariables,
			wanted: new Set([...texts.flatMap((text) => findKeyReferences(text).map(({ variable }) => variable)), ...temporaryVariables]),
		};
	}

	async #update(): Promise<void> {
		const { texts, lent: temporaryVariables, wanted: variables } = this.#collectReferences();
		const tokens =
			variables.size > 0
				? tokensByVariable(await findReferencedTokens([...texts, ...temporaryVariables].join('\n'), this.sources))
				: new Map<string, SourceToken>();
		const found = [...variables].flatMap((variable) => {
			const item = tokens.get(variable);
			return item ? [{ variable, ...item }] : [];
		});
		const now = this.clock();
		this.#nextUpdate.runAt(findEarliest(found.map(({ token }) => getNextStatusChange(token, now, readExpiringDays()))));
		if (found.length > 0 && !this.#isLogMasked) {
			this.#isLogMasked = await installHttpYacLogMask();
		}
		const usable = found.filter(({ token }) => isUsable(token));
		const keys = await this.#keyReader.read(usable, temporaryVariables.length > 0);
		const readable = usable.flatMap(({ variable, source }, index): [string, ExposedKey][] => {
			const value = keys[index];
			return value === undefined ? [] : [[variable, { value, source }]];
		});
		this.#applyVariables(new Map(this.#isDisposed ? [] : readable));
		// What was read may have been over before it came.
		this.#revokeStale();
	}

	/** Sets exactly these variables. The others become what they were before, unless somebody else has set them since. */
	#applyVariables(variables: ReadonlyMap<string, ExposedKey>): void {
		for (const [name, { value, previousValue }] of this.#exposed) {
			if (!variables.has(name)) {
				this.#exposed.delete(name);
				if (process.env[name] === value) {
					setEnvironmentVariable(name, previousValue);
				}
			}
		}
		for (const [name, { value, source }] of variables) {
			const { previousValue } = this.#exposed.get(name) ?? { previousValue: process.env[name] };
			this.#exposed.set(name, { value, source, previousValue });
			setEnvironmentVariable(name, value);
		}
	}
}

function setEnvironmentVariable(name: string, value: string | undefined): void {
	if (value === undefined) {
		Reflect.deleteProperty(process.env, name);
	} else {
		process.env[name] = value;
	}
}

/** The texts of the documents in the editor's tabs that may refer to tokens. */
function visibleRequestTexts(): readonly string[] {
	const openUris = new Set(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(tabUri)));
	return vscode.workspace.textDocuments
		.filter((document) => openUris.has(document.uri.toString()) && canContainRequests(document))
		.map((document) => document.getText());
}

function tabUri({ input }: vscode.Tab): string | undefined {
	if (input instanceof vscode.TabInputText) {
		return input.uri.toString();
	}
	return input instanceof vscode.TabInputTextDiff ? input.modified.toString() : undefined;
}
