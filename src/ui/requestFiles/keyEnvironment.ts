import pLimit from 'p-limit';
import * as vscode from 'vscode';
import { logFailure } from '../../domain/log';
import type { Clock, Disposable } from '../../domain/ports';
import { Emitter } from '../../domain/emitter';
import { isUsable } from '../../domain/token';
import type { SourceToken, TokenSources } from '../../domain/tokenSources';
import type { ClockScheduler } from '../../models/clockScheduler';
import type { KeyExposure } from '../../models/keyAccessItems';
import { localizeProblem } from '../../models/localization';
import { StatusChangeTimer } from '../../models/statusChangeTimer';
import { withheldKeyProblem } from '../../models/tokenHostTexts';
import { CachedKeyReader } from '../../requestFiles/cachedKeyReader';
import { EnvironmentVariables, type ExposedKey } from '../../requestFiles/environmentVariables';
import { checkUse, isSameToken, listCheckedVariables, type HostCheckContext, type HostCheckSource } from '../../requestFiles/hostCheck';
import { withProvidedKeys } from '../../requestFiles/httpYacKeys';
import type { ClientRequest } from '../../requestFiles/clientRequests';
import type { HttpYacRequest } from '../../requestFiles/httpYacLogMask';
import { ReleasedKeys, type OutgoingRequest } from '../../requestFiles/releasedKeys';
import { isNamedInSetting } from '../../requestFiles/fileVariables';
import type { RequestUse } from '../../requestFiles/requestUses';
import { findReferencedTokens, tokensByVariable } from '../../requestFiles/tokenVariables';
import type { KeyLoader } from '../keys/keyLoader';
import { log } from '../log';
import { readExposeKeys, readExpiringDays } from '../settings';
import { installHttpYacLogMask } from './requestClients';
import type { DocumentRequests } from './documentRequests';
import { fileOf, isReadByClients } from './requestDocuments';
import { listVisibleTexts, type VisibleText } from './visibleTexts';
import { watchHttpRequests } from './watchHttpRequests';

/** How long to wait after an edit before collecting a document's references again. */
const DEBOUNCE_MS = 200;

/** Dependencies of `KeyEnvironment`. */
export interface KeyEnvironmentServices {
	readonly sources: TokenSources;
	readonly clock: Clock;
	readonly scheduler: ClockScheduler;
	readonly hosts: HostCheckSource;
	readonly documentRequests: DocumentRequests;
	readonly keys: Pick<KeyLoader, 'release'>;
}

/** A request of a visible document, or of a file that it imports. */
interface VisibleUse {
	readonly use: RequestUse;
	/** Whether keys are exposed to it. If not, it can still keep keys from being exposed to others. */
	readonly getsKeys: boolean;
	/** URI of the visible document. */
	readonly file: string;
}

/** Keys that are exposed while an action runs. */
interface TemporaryExposure {
	readonly variables: readonly string[];
	/** Whether they aren't needed anymore once a request contains them. */
	readonly endsWithRequest: boolean;
}

/** What may be exposed: variables of visible requests and, while a request is sent, those that it uses. */
interface Collected {
	readonly uses: readonly VisibleUse[];
	readonly temporaryVariables: ReadonlySet<string>;
	readonly variables: ReadonlySet<string>;
}

/**
 * Exposes keys to the clients that send request files. REST Client and httpYac resolve `{{$processEnv NAME}}` at each send from the
 * environment of the extension host, which all extensions of a window share, so this is the only way to provide keys without storing them
 * on disk. Processes that extensions start in the meantime inherit the keys. Therefore, keys are exposed only for usable tokens that requests in
 * visible documents of the workspace use, and only in trusted workspaces. A token's key isn't exposed while any of these requests would send it
 * to a host that isn't allowed.
 */
export class KeyEnvironment implements Disposable {
	readonly #statusChangeTimer: StatusChangeTimer;
	readonly #subscriptions: readonly Disposable[];
	readonly #environment = new EnvironmentVariables(process.env, log);
	readonly #keyReader: CachedKeyReader;
	/** Variables exposed while `withKeys` runs an action, in addition to those that documents reference. */
	readonly #temporary = new Set<TemporaryExposure>();
	readonly #limit = pLimit(1);
	readonly #released = new ReleasedKeys();
	readonly #changeEmitter = new Emitter();
	/** The tokens that the last update found. */
	#tokens: ReadonlyMap<string, SourceToken> = new Map();
	/** What was found when keys were last exposed or revoked. */
	#collected: Collected = { uses: [], temporaryVariables: new Set(), variables: new Set() };
	#isLogMasked = false;
	#hasSelection = false;
	#timer: NodeJS.Timeout | undefined;
	/** The update that hasn't started yet. */
	#pendingUpdate: Promise<void> | undefined;
	#isDisposed = false;

	constructor(private readonly services: KeyEnvironmentServices) {
		this.#keyReader = new CachedKeyReader((found) => this.#readCredential(found), services.clock, log);
		this.#statusChangeTimer = new StatusChangeTimer({ ...services, readExpiringDays }, () => void this.update());
		this.#subscriptions = [
			watchHttpRequests((request) => this.#handleHttpRequest(request)),
			services.sources.onDidChange(() => void this.update()),
			services.hosts.onDidChange(() => void this.update()),
			services.documentRequests.onDidChange(() => void this.update()),
			vscode.workspace.onDidOpenTextDocument((document) => this.#scheduleUpdate(document)),
			vscode.workspace.onDidChangeTextDocument(({ document }) => this.#scheduleUpdate(document)),
			// Also fires when the language changes: VS Code closes the document and opens it again.
			vscode.workspace.onDidCloseTextDocument((document) => this.#scheduleUpdate(document)),
			// VS Code keeps a document open for minutes after its last tab was closed.
			vscode.window.tabGroups.onDidChangeTabs(() => void this.update()),
			vscode.window.onDidChangeVisibleTextEditors(() => void this.update()),
			vscode.window.onDidChangeTextEditorSelection(() => this.#handleSelection()),
			vscode.workspace.onDidChangeNotebookDocument(() => this.#scheduleUpdate()),
			vscode.workspace.onDidGrantWorkspaceTrust(() => void this.update()),
			vscode.workspace.onDidChangeConfiguration((event) => {
				if (event.affectsConfiguration('connectTokens.http.exposeKeys')) {
					void this.update();
				}
			}),
		];
	}

	/** Calls `listener` after `exposures` may have changed. */
	onDidChange(listener: () => void): Disposable {
		return this.#changeEmitter.on(listener);
	}

	/** The tokens whose keys are exposed now. */
	get exposedTokens(): readonly SourceToken[] {
		const tokens = this.#environment.names.flatMap((name) => this.#tokens.get(name) ?? []);
		return tokens.filter((token, index) => tokens.findIndex((other) => isSameToken(other, token)) === index);
	}

	/** The exposed tokens, and why they are. */
	get exposures(): readonly KeyExposure[] {
		const { uses, temporaryVariables } = this.#collected;
		return this.exposedTokens.map((exposed) => ({
			...exposed,
			files: this.#listFiles(exposed, uses),
			isSending: this.#isUsed(exposed, [...temporaryVariables]),
		}));
	}

	/** Updates the variables to match documents and tokens. Never rejects. Calls share an update that hasn't started yet. */
	update(): Promise<void> {
		clearTimeout(this.#timer);
		this.#revokeStale();
		this.#pendingUpdate ??= this.#limit(() => {
			this.#pendingUpdate = undefined;
			return this.#update();
		}).catch(logFailure(log, 'update the exposed keys'));
		return this.#pendingUpdate;
	}

	/**
	 * Runs an action while the keys in these variables are exposed, no matter whether they are otherwise. Only usable tokens' keys are exposed.
	 * The caller must have checked where the action sends them.
	 * @param endsWithRequest whether to stop as soon as a request contains a key, because the client has replaced all variables by then
	 */
	async withKeys<T>(variables: readonly string[], endsWithRequest: boolean, action: () => Thenable<T>): Promise<T> {
		const exposure = { variables, endsWithRequest };
		this.#temporary.add(exposure);
		try {
			await this.update();
			return await action();
		} finally {
			this.#temporary.delete(exposure);
			await this.update();
		}
	}

	/**
	 * Like `withKeys`, but httpYac gets the keys through a hook of its own, so nothing is exposed. Requires that `prepareHttpYac` worked.
	 * @param keys `SU-…:<secret>` and its token, by variable
	 */
	async provideKeys<T>(keys: ReadonlyMap<string, SourceToken & { readonly key: string }>, action: () => Thenable<T>): Promise<T> {
		keys.forEach((found) => this.#released.add(found.key, found));
		return withProvidedKeys(new Map([...keys].map(([variable, { key }]) => [variable, key])), action);
	}

	/** Makes httpYac mask keys in its log, check where it sends them, and use provided keys. Resolves with whether that worked. */
	async prepareHttpYac(): Promise<boolean> {
		this.#isLogMasked ||= await installHttpYacLogMask((request) => this.#assertMaySend(request));
		return this.#isLogMasked;
	}

	dispose(): void {
		this.#isDisposed = true;
		clearTimeout(this.#timer);
		this.#subscriptions.forEach((item) => item.dispose());
		this.#statusChangeTimer.dispose();
		this.#environment.apply(new Map());
		this.#changeEmitter.dispose();
	}

	/**
	 * Checks a request that httpYac is about to send. What documents show can't be enough: httpYac also sends requests of files that aren't open,
	 * keeps the values of variables, and finds references in files with environments.
	 * @throws Error that says why the request isn't sent
	 */
	async #assertMaySend(request: HttpYacRequest): Promise<void> {
		if (this.#released.findIn(request).length > 0) {
			const file = fileOf({ uri: vscode.Uri.parse(request.file) });
			// The user's own proxy, which httpYac uses: the settings of a workspace can't change it.
			const proxy = vscode.workspace.getConfiguration('http').get<string>('proxy');
			const urls = request.urls.filter((url) => url === '' || url !== proxy);
			const error = this.#findError({ ...request, urls }, file, await this.services.hosts.read());
			if (error) {
				throw error;
			}
		}
	}

	/**
	 * Cancels a request with a key for a host that isn't allowed: REST Client has no hook, sends selected text, and follows redirects. Ends the
	 * exposures that end with the request.
	 */
	#handleHttpRequest({ outgoing, cancel }: ClientRequest): void {
		const found = this.#released.findIn(outgoing);
		if (found.length === 0) {
			return;
		}
		const error = this.#findError(outgoing, undefined, this.services.hosts.current);
		if (error) {
			log.warn(`Canceled a request of an extension: ${error.message}`);
			cancel(error);
		}
		const isSent = (variable: string) => found.some((token) => isSameToken(token, this.#tokens.get(variable)));
		const ended = [...this.#temporary].filter(({ variables, endsWithRequest }) => endsWithRequest && variables.some(isSent));
		if (ended.length > 0) {
			ended.forEach((exposure) => this.#temporary.delete(exposure));
			this.#revokeStale();
		}
	}

	#findError(request: OutgoingRequest, file: string | undefined, context: HostCheckContext): Error | undefined {
		const withheld = this.#released.findWithheld(request, file, context);
		const problem = withheld && withheldKeyProblem(withheld.token, withheld.verdict);
		return problem && new Error(localizeProblem(problem));
	}

	#handleSelection(): void {
		const hadSelection = this.#hasSelection;
		this.#hasSelection = vscode.window.visibleTextEditors.some(({ selection }) => !selection.isEmpty);
		if (this.#hasSelection) {
			this.#scheduleUpdate();
		} else if (hadSelection) {
			void this.update();
		}
	}

	#scheduleUpdate(document?: vscode.TextDocument): void {
		if (!document || isReadByClients(document) || vscode.window.visibleTextEditors.some((editor) => editor.document === document)) {
			// A command that follows an edit at once, in a task or a macro, must not send the new text with a key.
			if (this.#environment.names.length > 0) {
				this.#revokeStale();
			}
			clearTimeout(this.#timer);
			this.#timer = setTimeout(() => void this.update(), DEBOUNCE_MS);
		}
	}

	/**
	 * Immediately revokes keys that aren't used anymore, that a request would send to a host that isn't allowed, or whose account was removed.
	 * An update might have to wait for a platform.
	 */
	#revokeStale(): void {
		this.#collected = this.#collect();
		const allowed = this.#listAllowed(this.#collected);
		this.#environment.retain(new Set(allowed.map(({ variable }) => variable)), this.services.sources.all);
		this.#changeEmitter.fire();
	}

	#collect(): Collected {
		const { isTrusted } = vscode.workspace;
		const uses = isTrusted && readExposeKeys() === 'whileVisible' ? this.#findVisibleUses() : [];
		const temporaryVariables = new Set(isTrusted ? [...this.#temporary].flatMap(({ variables }) => variables) : []);
		const ownVariables = uses.flatMap(({ use, getsKeys }) => (getsKeys ? use.variables : []));
		return { uses, temporaryVariables, variables: new Set([...ownVariables, ...temporaryVariables]) };
	}

	#findVisibleUses(): readonly VisibleUse[] {
		const { documentRequests } = this.services;
		const items = listVisibleTexts(documentRequests);
		const find = (item: VisibleText, exposedVariables?: readonly string[]): readonly VisibleUse[] => {
			const { requests, importedRequests } = documentRequests.findInText(item, exposedVariables);
			return [...requests, ...importedRequests].map((use) => ({ use, file: fileOf(item), getsKeys: item.getsKeys }));
		};
		const uses = items.flatMap((item) => (isNamedInSetting(item.text) ? [] : find(item)));
		const named = items.filter(({ text }) => isNamedInSetting(text));
		const exposed = [...uses, ...named.flatMap((item) => find(item))].flatMap(({ use, getsKeys }) => (getsKeys ? use.variables : []));
		return [...uses, ...named.flatMap((item) => find(item, exposed))];
	}

	/** Lists the variables, and their tokens, that no visible request would send to a host that isn't allowed. */
	#listAllowed({ uses, temporaryVariables, variables }: Collected): readonly (SourceToken & { readonly variable: string })[] {
		const context = this.services.hosts.current;
		const withheld = uses.flatMap(({ use, file }) =>
			listCheckedVariables(use, context).flatMap((variable) => {
				const found = this.#tokens.get(variable);
				return found && checkUse(use, variable, found, file, context).kind !== 'allowed' ? [found] : [];
			}),
		);
		return [...variables].flatMap((variable) => {
			const found = this.#tokens.get(variable);
			const isAllowed = temporaryVariables.has(variable) || !withheld.some((token) => isSameToken(token, found));
			return found && isAllowed ? [{ variable, ...found }] : [];
		});
	}

	/** URIs of the visible documents with requests that use the token. */
	#listFiles(found: SourceToken, uses: readonly VisibleUse[]): readonly string[] {
		return [...new Set(uses.filter(({ use }) => this.#isUsed(found, use.variables)).map(({ file }) => file))];
	}

	#isUsed(found: SourceToken, variables: readonly string[]): boolean {
		return variables.some((variable) => isSameToken(this.#tokens.get(variable), found));
	}

	/** Reads a key for the first visible file that uses the token: exposing it isn't asked about, because each host is allowed. */
	#readCredential(found: SourceToken): Promise<string> {
		const [file = ''] = this.#listFiles(found, this.#collect().uses);
		return this.services.keys.release({ found, form: 'credential', requester: { kind: 'requestFile', file }, consent: 'given' });
	}

	async #update(): Promise<void> {
		const { sources, hosts } = this.services;
		const collected = this.#collect();
		const [tokens] = await Promise.all([findReferencedTokens([...collected.variables].join('\n'), sources), hosts.read()]);
		this.#tokens = tokensByVariable(tokens);
		const found = this.#listAllowed(collected);
		this.#statusChangeTimer.track(found);
		// Also for a request that gets no key now: httpYac could send it again later.
		if (tokens.length > 0) {
			await this.prepareHttpYac();
		}
		const usable = found.filter(({ token }) => isUsable(token));
		const values = await this.#keyReader.read(usable, collected.temporaryVariables.size > 0);
		const keys = usable.flatMap(({ variable, source, token }, index): [string, ExposedKey][] => {
			const value = values[index];
			if (value === undefined) {
				return [];
			}
			this.#released.add(value, { source, token });
			return [[variable, { value, source }]];
		});
		this.#environment.apply(new Map(this.#isDisposed ? [] : keys));
		// The keys may have become stale while they were being read.
		this.#revokeStale();
	}
}
