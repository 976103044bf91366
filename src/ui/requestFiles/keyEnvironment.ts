import pLimit from 'p-limit';
import * as vscode from 'vscode';
import { logFailure } from '../../domain/log';
import type { Clock, Disposable } from '../../domain/ports';
import { isUsable } from '../../domain/token';
import type { TokenSources } from '../../domain/tokenSources';
import type { ClockScheduler } from '../../models/clockScheduler';
import { StatusChangeTimer } from '../../models/statusChangeTimer';
import { CachedKeyReader } from '../../requestFiles/cachedKeyReader';
import { EnvironmentVariables, type ExposedKey } from '../../requestFiles/environmentVariables';
import { findReferencedTokens, tokensByVariable } from '../../requestFiles/tokenVariables';
import { log } from '../log';
import { exposesKeys, readExpiringDays } from '../settings';
import { installHttpYacLogMask } from './requestClients';
import { canContainRequests, findRequestUsesIn, isInWorkspace } from './requestDocuments';

/** How long to wait after an edit before collecting a document's references again. */
const DEBOUNCE_MS = 200;

/** Dependencies of `KeyEnvironment`. */
export interface KeyEnvironmentServices {
	readonly sources: TokenSources;
	readonly clock: Clock;
	readonly scheduler: ClockScheduler;
}

/**
 * Exposes keys to the clients that send request files. REST Client and httpYac resolve `{{$processEnv NAME}}` at each send from the
 * environment of the extension host, which all extensions of a window share, so this is the only way to provide keys without storing them
 * on disk. Processes that extensions start in the meantime inherit the keys. Therefore, keys are exposed only for usable tokens that requests in
 * visible documents of the workspace use, and only in trusted workspaces.
 */
export class KeyEnvironment implements Disposable {
	readonly #statusChangeTimer: StatusChangeTimer;
	readonly #subscriptions: readonly Disposable[];
	readonly #environment = new EnvironmentVariables(process.env, log);
	readonly #keyReader: CachedKeyReader;
	/** Variables exposed while `withKeys` runs an action, in addition to those that documents reference. */
	readonly #temporary = new Set<{ readonly variables: readonly string[] }>();
	readonly #limit = pLimit(1);
	#isLogMasked = false;
	#timer: NodeJS.Timeout | undefined;
	/** The update that hasn't started yet. */
	#pendingUpdate: Promise<void> | undefined;
	#isDisposed = false;

	constructor(private readonly services: KeyEnvironmentServices) {
		this.#keyReader = new CachedKeyReader(services.clock, log);
		this.#statusChangeTimer = new StatusChangeTimer({ ...services, readExpiringDays }, () => void this.update());
		this.#subscriptions = [
			services.sources.onDidChange(() => void this.update()),
			vscode.workspace.onDidOpenTextDocument((document) => this.#scheduleUpdate(document)),
			vscode.workspace.onDidChangeTextDocument(({ document }) => this.#scheduleUpdate(document)),
			// Also fires when the language changes: VS Code closes the document and opens it again.
			vscode.workspace.onDidCloseTextDocument((document) => this.#scheduleUpdate(document)),
			// VS Code keeps a document open for minutes after its last tab was closed.
			vscode.window.tabGroups.onDidChangeTabs(() => void this.update()),
			vscode.workspace.onDidGrantWorkspaceTrust(() => void this.update()),
			vscode.workspace.onDidChangeConfiguration((event) => {
				if (event.affectsConfiguration('connectTokens.http.exposeKeys')) {
					void this.update();
				}
			}),
		];
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

	/** Runs an action while the keys in these variables are exposed, even if the setting is `never`. Only usable tokens' keys are exposed. */
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
		this.#statusChangeTimer.dispose();
		this.#environment.apply(new Map());
	}

	#scheduleUpdate(document: vscode.TextDocument): void {
		if (canContainRequests(document)) {
			clearTimeout(this.#timer);
			this.#timer = setTimeout(() => void this.update(), DEBOUNCE_MS);
		}
	}

	/** Immediately revokes keys that aren't referenced anymore or whose account was removed. An update might have to wait for a platform. */
	#revokeStale(): void {
		this.#environment.retain(this.#collectVariables().variables, this.services.sources.all);
	}

	#collectVariables() {
		const { isTrusted } = vscode.workspace;
		const usedVariables = isTrusted && exposesKeys() ? visibleDocuments().flatMap(findUsedVariables) : [];
		const temporaryVariables = isTrusted ? [...this.#temporary].flatMap(({ variables }) => variables) : [];
		return { hasTemporary: temporaryVariables.length > 0, variables: new Set([...usedVariables, ...temporaryVariables]) };
	}

	async #update(): Promise<void> {
		const { hasTemporary, variables } = this.#collectVariables();
		const tokens = tokensByVariable(await findReferencedTokens([...variables].join('\n'), this.services.sources));
		const found = [...variables].flatMap((variable) => {
			const item = tokens.get(variable);
			return item ? [{ variable, ...item }] : [];
		});
		this.#statusChangeTimer.track(found);
		if (found.length > 0 && !this.#isLogMasked) {
			this.#isLogMasked = await installHttpYacLogMask();
		}
		const usable = found.filter(({ token }) => isUsable(token));
		const values = await this.#keyReader.read(usable, hasTemporary);
		const keys = usable.flatMap(({ variable, source }, index): [string, ExposedKey][] => {
			const value = values[index];
			return value === undefined ? [] : [[variable, { value, source }]];
		});
		this.#environment.apply(new Map(this.#isDisposed ? [] : keys));
		// The keys may have become stale while they were being read.
		this.#revokeStale();
	}
}

/** Returns the documents of the workspace that are visible in an editor of their own. A side of a diff can be someone else's text. */
function visibleDocuments(): readonly vscode.TextDocument[] {
	const visibleUris = new Set(
		vscode.window.tabGroups.all.flatMap(({ activeTab }) =>
			activeTab?.input instanceof vscode.TabInputText ? [activeTab.input.uri.toString()] : [],
		),
	);
	return vscode.workspace.textDocuments.filter((document) => visibleUris.has(document.uri.toString()) && isInWorkspace(document));
}

function findUsedVariables(document: vscode.TextDocument): readonly string[] {
	return findRequestUsesIn(document).flatMap(({ variables }) => variables);
}
