import * as v from 'valibot';
import { getAllowance, type Allowance, type AllowedHosts, type TokenKey } from '../domain/allowedHosts';
import { maskApiKey } from '../domain/apiKey';
import { BUILT_IN_CATALOG } from '../domain/catalog';
import { MAX_LENGTHS } from '../domain/draftValidation';
import { EXPIRATION_PRESETS, resolveExpirationDate } from '../domain/expiration';
import { logFailure, type Log } from '../domain/log';
import { BUILT_IN_MODULE_PATHS, type ModulePaths } from '../domain/modulePaths';
import type { Clock, Disposable, GatewayState, NewKeyOptions, TokenSource } from '../domain/ports';
import { getAvailableActions, getSameLifetimeExpiration } from '../domain/tokenLifecycle';
import { unknownTokenProblem } from '../domain/problems';
import type { KeyVersion } from '../domain/token';
import type { SourceToken, TokenLocator, TokenSources } from '../domain/tokenSources';
import { summarizeModuleUsage } from '../domain/moduleUsage';
import { getStartOfNextHour, getStartOfNextUtcDay, NO_USAGE, type ReportedUsage } from '../domain/tokenUsage';
import {
	detailsHostMethods,
	detailsPageMethods,
	editDraftSchema,
	type DetailsSnapshot,
	type EditDraft,
	type InitialAction,
	type PageCommand,
	type ReplacementExpiration,
	type SavedEdit,
	type UsageSnapshot,
} from '../protocol/detailsMessages';
import type { PageLanguage } from '../protocol/messageSchemas';
import { Peer, type MessageTransport, type MethodHandlers, type MethodParams, type MethodResult } from '../protocol/peer';
import type { TokenTestResult } from '../protocol/tokenTestMessages';
import type { ClockScheduler, ScheduledCallback } from './clockScheduler';
import type { Drafts } from './drafts';
import { catchFieldErrors } from './fieldErrors';
import { readAuthorization } from './keyAccess';
import { toTokenChanges } from './limitInput';
import { escapeLabel, localizeDescription, localizeError, localizeProblem } from './localization';
import { commandIds, type CommandId } from './manifestIds';
import { addModulePaths } from './moduleChoices';
import { markOwn } from './ownArguments';
import { readRemainingRequests } from './remainingRequests';
import { listTokenHosts } from './tokenHostTexts';
import { TEST_FIX_COMMANDS } from './tokenTestTexts';
import { StatusChangeTimer } from './statusChangeTimer';
import { createPendingUsage, summarizeTeamUsage, summarizeUsage } from './usageSummary';

const COMMAND_IDS: Readonly<Record<PageCommand, CommandId>> = commandIds;

const pageStateSchema = v.object({ tokenId: v.string(), sourceId: v.optional(v.string()) });

/** Returns the token that a details page showed, from its saved state; undefined if the state isn't valid. */
export function parseDetailsPageState(pageState: unknown): TokenLocator | undefined {
	return v.is(pageStateSchema, pageState) ? { tokenId: pageState.tokenId, sourceId: pageState.sourceId } : undefined;
}

/** What the page needs from the editor. */
export interface DetailsPageHost {
	setTitle(title: string): void;
	/**
	 * Copies the value of the token's `Authorization` header to the clipboard.
	 * @param onCleared called once the clipboard doesn't contain it anymore
	 * @throws ProblemError that says why the key can't be read
	 */
	copyKey(found: SourceToken, which: KeyVersion, onCleared: () => void): Promise<void>;
	/** Runs a command of the extension for the page's token. */
	runCommand(id: CommandId, token: TokenLocator): Promise<void>;
}

/** The hosts that tokens' keys may be sent to. */
export interface TokenHostList {
	read(): Promise<{ readonly hosts: AllowedHosts }>;
	/** Allows something for a token or, if `isAllowed` is false, revokes it. */
	change(token: TokenKey, allowance: Allowance, isAllowed: boolean): Promise<void>;
	onDidChange(listener: () => void): Disposable;
}

/** What all details pages of a window share. */
export interface DetailsPageContext {
	readonly sources: TokenSources;
	readonly gateway: GatewayState;
	readonly hosts: TokenHostList;
	readonly drafts: Drafts;
	readonly clock: Clock;
	readonly scheduler: ClockScheduler;
	/** Reads the setting `connectTokens.expiringDays`. */
	readExpiringDays(): number;
	/** Returns the paths that the workspace's modules cover. */
	readonly readModulePaths: () => ModulePaths;
	testToken(found: SourceToken): Promise<TokenTestResult>;
	/** Returns when the permissions of a workspace token were reduced to what it used, and the 403 responses since; undefined if they weren't. */
	readReduction(tokenId: string): Promise<{ readonly at: string; readonly denied: number } | undefined>;
	/** Says when a token was last used, and in which files. */
	readUsageLines(found: SourceToken): Promise<readonly string[]>;
}

export interface DetailsPageOptions extends DetailsPageContext {
	readonly transport: MessageTransport;
	readonly host: DetailsPageHost;
	readonly language: PageLanguage;
	readonly source: TokenSource;
	readonly tokenId: string;
	readonly log: Log;
}

/** The host's side of a details page: keeps what it shows of its token up to date, and handles its requests. */
export class DetailsPage implements Disposable {
	readonly #peer: Peer<typeof detailsHostMethods, typeof detailsPageMethods>;
	readonly #subscriptions: readonly Disposable[];
	/** The last 30 days change at midnight UTC, and the last 24 hours every hour. */
	readonly #intervalChange: ScheduledCallback;
	readonly #statusChange: StatusChangeTimer;
	/** Whether there's a page to send to. The editor discards hidden pages; they load again when they're shown. */
	#isPageLoaded = false;
	/** The action that the page starts with once it has loaded. */
	#initialAction: InitialAction | null = null;
	/** The edit in the page; undefined until the page has sent it. */
	#edit: EditDraft | null | undefined;
	#hasBeenEdited = false;
	/** Whether the page shows that its token was deleted. */
	#isDeleted = false;
	/** The token's limits as JSON. What's left of them is part of the usage. */
	#limits: string | undefined;
	/** Number of usage reads so far, so that a slow read doesn't overwrite the result of a later one. */
	#usageReads = 0;

	constructor(private readonly options: DetailsPageOptions) {
		const { gateway, scheduler, source, sources, transport } = options;
		this.#peer = new Peer(transport, detailsHostMethods, this.#createHandlers(), detailsPageMethods);
		this.#intervalChange = scheduler.schedule(() => void this.#sendUsage());
		this.#statusChange = new StatusChangeTimer(options, () => void this.#sendSnapshot());
		this.#subscriptions = [
			this.#intervalChange,
			this.#statusChange,
			source.onDidChange(() => void this.#sendSnapshot()),
			sources.onDidChange((changed) => !changed && void this.#sendSnapshot()),
			options.hosts.onDidChange(() => void this.#sendSnapshot()),
			...(source.remote
				? []
				: [
						source.onDidChange(() => void this.#sendUsage()),
						sources.onDidChangeHistory(() => void this.#sendSnapshot()),
						sources.onDidChangeUsage(() => void this.#sendUsage()),
						gateway.onDidChange(() => void this.#sendUsage()),
					]),
		];
	}

	/** Whether the user has changed something on the page, saved or not. */
	get hasBeenEdited(): boolean {
		return this.#hasBeenEdited;
	}

	/** Starts an edit, a rotation, or a renewal, as soon as the page has loaded. */
	start(action: InitialAction | null): void {
		if (action && this.#isPageLoaded) {
			void this.#send('startAction', { action });
		} else {
			this.#initialAction = action;
		}
	}

	/** Call this when the editor hides the page, which discards it. */
	handleHidden(): void {
		this.#isPageLoaded = false;
	}

	dispose(): void {
		if (this.#isDeleted) {
			// Until now, the page showed the unsaved edit, so that the user could copy it. A failure has been logged.
			this.options.drafts.write(this.#draftKey, undefined).catch(() => undefined);
		}
		this.#subscriptions.forEach((subscription) => subscription.dispose());
		this.#peer.dispose();
	}

	#createHandlers(): MethodHandlers<typeof detailsHostMethods> {
		const { host, hosts, log, source, tokenId } = this.options;
		return {
			ready: () => this.#load(),
			viewKey: ({ which }) =>
				this.#orUnavailableReason(async () => ({ authorization: await readAuthorization(source, tokenId, log, which) })),
			copyKey: ({ which }) =>
				this.#orUnavailableReason(async () => {
					await host.copyKey(await this.#findToken(), which, () => this.#sendKeyCleared());
					return { copied: true as const };
				}),
			keepEdit: async ({ edit }) => {
				this.#edit = edit;
				this.#hasBeenEdited ||= edit !== null;
				await this.options.drafts.write(this.#draftKey, edit ?? undefined);
				return {};
			},
			save: ({ changes, expected }) => runChange(() => source.update(tokenId, toTokenChanges(changes), expected)),
			replaceKey: ({ action, expiration }) => {
				this.#hasBeenEdited = true;
				return runChange(() => source[action](tokenId, this.#toKeyOptions(expiration)));
			},
			revoke: async ({ allowance }) => {
				await hosts.change({ sourceId: source.id, tokenId }, allowance, false);
				return { done: true as const };
			},
			readUsage: async () => {
				await this.#sendUsage();
				return {};
			},
			describeUses: async () => ({ lines: await this.options.readUsageLines(await this.#findToken()) }),
			testToken: async () => this.options.testToken(await this.#findToken()),
			fixTest: async ({ fix }) => {
				await host.runCommand(TEST_FIX_COMMANDS[fix], markOwn({ tokenId, sourceId: source.id }));
				return {};
			},
			run: async ({ command }) => {
				await host.runCommand(COMMAND_IDS[command], markOwn({ tokenId, sourceId: source.id }));
				return {};
			},
		};
	}

	/** @throws ProblemError if the token was deleted */
	async #findToken(): Promise<SourceToken> {
		const { source, tokenId } = this.options;
		const token = await source.get(tokenId);
		if (!token) {
			throw unknownTokenProblem(tokenId);
		}
		return { source, token };
	}

	async #load(): Promise<MethodResult<typeof detailsHostMethods, 'ready'>> {
		const { remote } = this.options.source;
		const [snapshot, usage, edit] = await Promise.all([
			this.#createSnapshot(),
			remote ? createPendingUsage(this.options.clock()) : this.#readUsage(),
			this.#readEdit(),
		]);
		const initialAction = this.#initialAction;
		this.#initialAction = null;
		this.#isPageLoaded = true;
		if (remote) {
			// After the response, so that the page doesn't wait for the network.
			setImmediate(() => void this.#sendUsage());
		}
		return { snapshot, usage, initialAction, edit };
	}

	/** The page's own edit if it was only hidden, otherwise the stored one. */
	async #readEdit(): Promise<SavedEdit | null> {
		if (this.#edit === undefined) {
			const saved = await this.options.drafts.read(this.#draftKey, editDraftSchema);
			return saved ? { ...saved.content, savedAt: saved.savedAt } : null;
		}
		return this.#edit && { ...this.#edit, savedAt: null };
	}

	get #draftKey(): string {
		return `edit ${this.options.source.id} ${this.options.tokenId}`;
	}

	async #createSnapshot(): Promise<DetailsSnapshot> {
		const { clock, host, hosts, language, log, readModulePaths, source, sources, tokenId } = this.options;
		const token = (await source.get(tokenId)) ?? null;
		this.#isDeleted = token === null;
		this.#limits = JSON.stringify(token?.limits);
		this.#statusChange.track(token ? [{ source, token }] : []);
		const keys = token ? await source.listKeys(tokenId) : [];
		const [newestKey] = keys;
		const issuedAt = newestKey?.issuedAt;
		const {
			extensions,
			modules,
			hasReadOnlyAccess = false,
			hasRequestRules = false,
		} = await source.getCatalog().catch(logFailure(log, 'read the catalog', BUILT_IN_CATALOG));
		const extension = extensions.find(({ id }) => id === token?.extension.id);
		host.setTitle(token ? escapeLabel(token.name) : tokenId);
		return {
			language,
			modules: addModulePaths(modules, source.remote ? BUILT_IN_MODULE_PATHS : readModulePaths()),
			source: { id: source.id, account: describeAccount(source) },
			history: token ? await source.getHistory(tokenId) : [],
			hasAccounts: sources.all.some(({ remote }) => remote),
			hasReadOnlyAccess,
			hasRequestRules,
			maxLengths: MAX_LENGTHS,
			// All of them are longer than a lease can be.
			presets: token?.lease ? [] : EXPIRATION_PRESETS,
			token,
			...(extension && { extensionDescription: localizeDescription(extension) }),
			keys: keys.map(({ which, expirationDate }) => ({ which, masked: maskApiKey(tokenId), expirationDate })),
			actions: token ? getAvailableActions(token) : [],
			hosts: listTokenHosts(source, getAllowance((await hosts.read()).hosts, { sourceId: source.id, tokenId })),
			permissionsFixed: (extension?.permissions ?? null) !== null,
			...(issuedAt && { sameLifetime: getSameLifetimeExpiration({ ...newestKey, issuedAt }, clock()) }),
		};
	}

	async #sendSnapshot(): Promise<void> {
		if (this.#isPageLoaded) {
			const { log, tokenId } = this.options;
			const shownLimits = this.#limits;
			const snapshot = await this.#createSnapshot().catch(logFailure(log, `read ${tokenId}`));
			await (snapshot && this.#send('show', snapshot));
			await (this.#limits !== shownLimits && this.#sendUsage());
		} else {
			await this.#updateTitle();
		}
	}

	/** For a hidden page, which doesn't get a snapshot until it's shown. */
	async #updateTitle(): Promise<void> {
		const { host, log, source, tokenId } = this.options;
		const tokens = await source.list('cached').catch(logFailure(log, `read ${tokenId}`, []));
		const token = tokens.find(({ id }) => id === tokenId);
		if (token) {
			host.setTitle(escapeLabel(token.name));
		}
	}

	async #readUsage(): Promise<UsageSnapshot> {
		const { clock, gateway, log, source, tokenId } = this.options;
		const now = clock();
		const { remaining, validUntil } = await readRemainingRequests(source, tokenId, now, log);
		this.#intervalChange.runAt(Math.min(validUntil, source.remote ? getStartOfNextUtcDay(now) : getStartOfNextHour(now)));
		const { reported, problem } = await source.getUsage(tokenId).then(
			(usage): { reported: ReportedUsage; problem: string | null } => ({ reported: usage, problem: null }),
			(error: unknown) => {
				logFailure(log, 'read the usage')(error);
				return { reported: NO_USAGE, problem: localizeError(error) };
			},
		);
		const team = await source.getTeamUsage?.(tokenId).catch(logFailure(log, "read the team's usage"));
		return {
			...summarizeUsage(reported, now, !source.remote),
			gatewayUrl: gateway.url ?? null,
			...(team && { team: summarizeTeamUsage(team, now) }),
			...(remaining && { remaining }),
			...(source.remote ? problem === null && { readAt: now.toISOString() } : { modules: await this.#summarizeModules(reported) }),
			source: source.remote ? 'platform' : 'gateway',
			problem,
		};
	}

	async #summarizeModules(usage: ReportedUsage): Promise<NonNullable<UsageSnapshot['modules']>> {
		const { log, tokenId } = this.options;
		const reduction = await this.options.readReduction(tokenId).catch(logFailure(log, 'read reduced permissions'));
		return { ...summarizeModuleUsage(usage), ...(reduction && { reduction }) };
	}

	async #sendUsage(): Promise<void> {
		const readNumber = ++this.#usageReads;
		if (this.#isPageLoaded) {
			const usage = await this.#readUsage();
			if (readNumber === this.#usageReads) {
				await this.#send('showUsage', usage);
			}
		}
	}

	#sendKeyCleared(): void {
		if (this.#isPageLoaded) {
			void this.#send('showKeyCleared', {});
		}
	}

	async #send<N extends keyof typeof detailsPageMethods>(method: N, params: MethodParams<typeof detailsPageMethods, N>): Promise<void> {
		try {
			await this.#peer.request(method, params);
		} catch {
			// Usually the page was closed or hidden in the meantime; when it's shown again, it loads everything.
		}
	}

	#toKeyOptions(choice: ReplacementExpiration): NewKeyOptions {
		return choice.kind === 'same' ? {} : { expirationDate: resolveExpirationDate(choice, this.options.clock()) };
	}

	async #orUnavailableReason<T>(read: () => Promise<T>): Promise<T | { unavailable: string }> {
		try {
			return await read();
		} catch (error) {
			logFailure(this.options.log, 'read an API key')(error);
			return { unavailable: localizeError(error) };
		}
	}
}

/** Which account a source belongs to, and how current its tokens are; null for the workspace. */
function describeAccount({ problem, remote }: TokenSource): DetailsSnapshot['source']['account'] {
	return remote ? { name: remote.account.name, readAt: remote.syncState.readAt, problem: problem ? localizeProblem(problem) : null } : null;
}

function runChange(change: () => Promise<unknown>) {
	return catchFieldErrors(async () => {
		await change();
		return { done: true as const };
	});
}
