import * as v from 'valibot';
import * as vscode from 'vscode';
import { maskApiKey } from '../../domain/apiKey';
import { ALL_MODULES, BUILT_IN_CATALOG } from '../../domain/catalog';
import { MAX_LENGTHS } from '../../domain/draftValidation';
import { resolveExpirationDate, EXPIRATION_PRESETS } from '../../domain/expiration';
import { getAvailableActions, getSameLifetimeExpiration } from '../../domain/tokenLifecycle';
import type { Clock, GatewayState, NewKeyOptions, TokenSource } from '../../domain/ports';
import type { TokenLocator, TokenSources } from '../../domain/tokenSources';
import { getStartOfNextUtcDay, NO_USAGE, type ReportedUsage } from '../../domain/tokenUsage';
import {
	detailsHostMethods,
	detailsPageMethods,
	type InitialAction,
	type DetailsSnapshot,
	type ReplacementExpiration,
	type UsageSnapshot,
} from '../../protocol/detailsMessages';
import type { Peer } from '../../protocol/peer';
import type { ClockScheduler, ScheduledCallback } from '../../models/clockScheduler';
import { copyAuthorization, readAuthorization } from '../commands/keyAccess';
import { commandIds } from '../../models/manifestIds';
import { localizeDescription, localizeError, escapeLabel } from '../../models/localization';
import { catchFieldErrors } from '../../models/fieldErrors';
import { pageLanguage, createWebviewPage } from './webviewPage';
import { summarizeUsage } from '../../models/usageSummary';

const detailsPageStateSchema = v.object({ tokenId: v.string(), sourceId: v.optional(v.string()) });

/** Whose details a page showed, by the state it kept; undefined for a state of another shape. */
export function tokenRefFromPageState(pageState: unknown): TokenLocator | undefined {
	return v.is(detailsPageStateSchema, pageState) ? { tokenId: pageState.tokenId, sourceId: pageState.sourceId } : undefined;
}

const COMMAND_BY_ACTION = {
	disable: commandIds.disableToken,
	enable: commandIds.enableToken,
	delete: commandIds.deleteToken,
	startGateway: commandIds.startGateway,
	copyGatewayUrl: commandIds.copyGatewayUrl,
	newRequestFile: commandIds.newRequestFile,
} as const;

/** What the page is about besides its token. */
export interface DetailsContext {
	readonly sources: TokenSources;
	readonly gateway: GatewayState;
	readonly clock: Clock;
	readonly scheduler: ClockScheduler;
}

/** The host's side of the page that shows one token and follows every change of it. */
export class DetailsPanel {
	readonly #peer: Peer<typeof detailsHostMethods, typeof detailsPageMethods>;
	/** Whether there is a page to speak to: a hidden one is gone and asks anew when it is shown. */
	#isPageReady = false;
	/** What the page is to begin with once it is there. */
	#initialAction: InitialAction | null = null;
	/** Counts the looks at the usage: what an earlier one brings must not take the place of what a later one brought. */
	#usageReads = 0;
	/** With the day, the last 30 become others. */
	readonly #dayChange: ScheduledCallback;

	constructor(
		private readonly panel: vscode.WebviewPanel,
		extensionUri: vscode.Uri,
		private readonly context: DetailsContext,
		private readonly source: TokenSource,
		private readonly tokenId: string,
	) {
		const { gateway, scheduler } = context;
		this.#peer = createWebviewPage(panel, extensionUri, {
			name: 'details',
			host: detailsHostMethods,
			page: detailsPageMethods,
			handlers: {
				ready: async () => {
					const [snapshot, usage] = await Promise.all([
						this.#createSnapshot(),
						isRemoteSource(source) ? this.#pendingUsage() : this.#readUsage(),
					]);
					const initialAction = this.#initialAction;
					this.#initialAction = null;
					this.#isPageReady = true;
					if (isRemoteSource(source)) {
						// The page has its answer by then, and waits for no network.
						setImmediate(() => void this.#sendUsage());
					}
					return { snapshot, usage, initialAction };
				},
				viewKey: ({ which }) => orUnavailableReason(async () => ({ authorization: await readAuthorization(source, tokenId, which) })),
				copyKey: ({ which }) =>
					orUnavailableReason(async () => {
						await copyAuthorization(source, tokenId, which);
						return { copied: true as const };
					}),
				save: ({ changes, expected }) => this.#runChange(() => source.update(tokenId, changes, expected)),
				replaceKey: ({ action, expiration }) => this.#runChange(() => source[action](tokenId, this.#toKeyOptions(expiration))),
				readUsage: async () => {
					await this.#sendUsage();
					return {};
				},
				run: async ({ action }) => {
					await vscode.commands.executeCommand(COMMAND_BY_ACTION[action], { tokenId, sourceId: source.id });
					return {};
				},
			},
		});
		this.#dayChange = scheduler.schedule(() => void this.#sendUsage());
		const subscriptions = vscode.Disposable.from(
			this.#dayChange,
			source.onDidChange(() => void this.#sendSnapshot()),
			...(isRemoteSource(source)
				? []
				: [context.sources.onDidChangeUsage(() => void this.#sendUsage()), gateway.onDidChange(() => void this.#sendUsage())]),
			panel.onDidChangeViewState(() => {
				this.#isPageReady = this.#isPageReady && panel.visible;
			}),
		);
		panel.onDidDispose(() => {
			subscriptions.dispose();
		});
	}

	/** Brings the page to the front and lets it begin an edit, a rotation or a renewal. */
	reveal(initialAction: InitialAction | null): void {
		this.panel.reveal();
		if (initialAction && this.#isPageReady) {
			void this.#peer.request('startAction', { action: initialAction }).catch(() => undefined);
		} else {
			this.#initialAction = initialAction;
		}
	}

	async #createSnapshot(): Promise<DetailsSnapshot> {
		const { clock } = this.context;
		const { source } = this;
		const token = (await source.get(this.tokenId)) ?? null;
		const keys = token ? await source.listKeys(this.tokenId) : [];
		const [newestKey] = keys;
		const issuedAt = newestKey?.issuedAt;
		const { extensions, modules } = await source.getCatalog().catch(() => BUILT_IN_CATALOG);
		const extension = extensions.find(({ id }) => id === token?.extension.id);
		this.panel.title = token ? escapeLabel(token.name) : this.tokenId;
		return {
			language: pageLanguage(),
			modules,
			source: { id: source.id, account: source.remote?.account.name ?? null },
			allModules: ALL_MODULES,
			limits: MAX_LENGTHS,
			presets: EXPIRATION_PRESETS,
			token,
			...(extension && { extensionDescription: localizeDescription(extension) }),
			keys: keys.map(({ which, expirationDate }) => ({ which, masked: maskApiKey(this.tokenId), expirationDate })),
			actions: token ? getAvailableActions(token) : [],
			permissionsFixed: (extension?.permissions ?? null) !== null,
			...(issuedAt && { sameLifetime: getSameLifetimeExpiration({ ...newestKey, issuedAt }, clock()) }),
		};
	}

	async #sendSnapshot(): Promise<void> {
		if (this.#isPageReady) {
			// A page that closes meanwhile needs no answer.
			await this.#createSnapshot()
				.then((snapshot) => this.#peer.request('show', snapshot))
				.catch(() => undefined);
		}
	}

	async #readUsage(): Promise<UsageSnapshot> {
		const { gateway, clock } = this.context;
		const { source } = this;
		const now = clock();
		this.#dayChange.runAt(getStartOfNextUtcDay(now));
		const { statistics, problem } = await source.getUsage(this.tokenId).then(
			(usage): { statistics: ReportedUsage; problem: string | null } => ({ statistics: usage, problem: null }),
			(error: unknown) => ({ statistics: NO_USAGE, problem: localizeError(error) }),
		);
		return {
			...summarizeUsage(statistics, now),
			gatewayUrl: gateway.url ?? null,
			source: isRemoteSource(source) ? 'platform' : 'gateway',
			problem,
		};
	}

	/** What is shown of a usage that comes over the network: the page does not wait for it. */
	#pendingUsage(): UsageSnapshot {
		return {
			...summarizeUsage({ days: [], lastUsed: undefined }, this.context.clock()),
			gatewayUrl: null,
			source: 'loading',
			problem: null,
		};
	}

	async #sendUsage(): Promise<void> {
		const readNumber = ++this.#usageReads;
		if (this.#isPageReady) {
			const usage = await this.#readUsage();
			if (readNumber === this.#usageReads) {
				await this.#peer.request('showUsage', usage).catch(() => undefined);
			}
		}
	}

	#runChange(change: () => Promise<unknown>) {
		return catchFieldErrors(async () => {
			await change();
			return { done: true as const };
		});
	}

	#toKeyOptions(choice: ReplacementExpiration): NewKeyOptions {
		return choice.kind === 'same' ? {} : { expirationDate: resolveExpirationDate(choice, this.context.clock()) };
	}
}

/** Whether it takes the network to know more than what is known. */
function isRemoteSource({ remote }: TokenSource): boolean {
	return remote !== undefined;
}

async function orUnavailableReason<T>(read: () => Promise<T>): Promise<T | { unavailable: string }> {
	try {
		return await read();
	} catch (error) {
		return { unavailable: localizeError(error) };
	}
}
