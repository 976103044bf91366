import { logFailure } from '../domain/log';
import type { Disposable } from '../domain/ports';
import { unknownTokenProblem } from '../domain/problems';
import type { SourceToken, TokenLocator } from '../domain/tokenSources';
import { getStartOfNextUtcDay } from '../domain/tokenUsage';
import type { PageLanguage } from '../protocol/messageSchemas';
import { Peer, type MessageTransport, type MethodParams } from '../protocol/peer';
import {
	locatorKey,
	reviewHostMethods,
	reviewPageMethods,
	type Review,
	type ReviewAction,
	type ReviewFile,
	type ReviewLocator,
	type ReviewOutcome,
} from '../protocol/reviewMessages';
import type { ClockScheduler, ScheduledCallback } from './clockScheduler';
import { localizeError } from './localization';
import { commandIds } from './manifestIds';
import { applyToEach, prepareAction, type ReviewPrompts } from './reviewActions';
import { readReview, REDUCE_COMMAND, type ReviewSources } from './reviewRows';

/** How often the page is told how many tokens an action was applied to, in milliseconds. */
const PROGRESS_INTERVAL_MS = 100;

const REMEDY_COMMANDS = {
	rotate: commandIds.rotateToken,
	setExpiration: commandIds.rotateToken,
	reduce: REDUCE_COMMAND,
	editPermissions: commandIds.editToken,
} as const;

/** What the page needs from the editor. */
export interface ReviewPageHost extends ReviewPrompts {
	/** Runs a command, for a token if it's given. */
	runCommand(id: string, token?: TokenLocator): Promise<void>;
	/** Shows a place in a file. */
	openFile(file: ReviewFile): Promise<void>;
	/** Calls `listener` when files with keys have changed. */
	onDidChangeKeyFiles(listener: () => void): Disposable;
}

export interface ReviewPageOptions extends ReviewSources {
	readonly transport: MessageTransport;
	readonly host: ReviewPageHost;
	readonly language: PageLanguage;
	readonly scheduler: ClockScheduler;
}

/** The host's side of the review of all tokens: keeps what it shows up to date, and applies what the user chooses. */
export class ReviewPage implements Disposable {
	readonly #peer: Peer<typeof reviewHostMethods, typeof reviewPageMethods>;
	readonly #subscriptions: readonly Disposable[];
	/** Tokens get older, so that they have other reasons. */
	readonly #dayChange: ScheduledCallback;
	/** Whether there's a page to send to. The editor discards hidden pages; they load again when they're shown. */
	#isPageLoaded = false;
	/** The tokens of the last review. */
	#tokens: ReadonlyMap<string, SourceToken> = new Map();
	/** What the page shows, to send only changes. */
	#shown = '';
	/** Whether an action is being applied. Its changes are sent together afterward, because there can be thousands. */
	#isApplying = false;
	/** Whether the review is being read for an update, and whether something has changed since that started. */
	#update: 'none' | 'running' | 'outdated' = 'none';

	constructor(private readonly options: ReviewPageOptions) {
		const { host, language, scheduler, sources, transport } = options;
		this.#peer = new Peer(
			transport,
			reviewHostMethods,
			{
				ready: async () => {
					const review = await this.#read();
					this.#isPageLoaded = true;
					this.#shown = JSON.stringify(review);
					// After the response, so that the page doesn't wait for the network.
					setImmediate(() => this.#loadAccounts());
					return { language, review };
				},
				apply: ({ action, tokens }) => this.#apply(action, tokens),
				open: async ({ token, remedy }) => {
					await host.runCommand(remedy ? REMEDY_COMMANDS[remedy] : commandIds.openDetails, token);
					return {};
				},
				goToFile: async ({ token, file }) => {
					await this.#goToFile(token, file);
					return {};
				},
				findKeys: () => {
					// Without waiting, because the search ends with a message that stays open. It shows its own errors.
					void host.runCommand(commandIds.findKeys);
					return {};
				},
				reload: async () => {
					await Promise.all(this.#accounts.map((source) => source.reload().catch(logFailure(options.log, `reload account ${source.id}`))));
					return {};
				},
			},
			reviewPageMethods,
		);
		const update = () => void this.#sendUpdate();
		this.#dayChange = scheduler.schedule(update);
		this.#subscriptions = [
			this.#dayChange,
			sources.onDidChange((source) => {
				if (!source) {
					this.#loadAccounts();
				}
				update();
			}),
			sources.onDidChangeUsage(update),
			sources.onDidChangeHistory(update),
			host.onDidChangeKeyFiles(update),
		];
	}

	/** Call this when the editor hides the page, which discards it. */
	handleHidden(): void {
		this.#isPageLoaded = false;
	}

	dispose(): void {
		this.#isPageLoaded = false;
		this.#subscriptions.forEach((subscription) => subscription.dispose());
		this.#peer.dispose();
	}

	get #accounts() {
		return this.options.sources.all.filter(({ remote }) => remote);
	}

	/** Reads the accounts completely. Their changes update the page. */
	#loadAccounts(): void {
		if (this.#isPageLoaded) {
			for (const source of this.#accounts) {
				source.list('complete').catch(logFailure(this.options.log, 'list tokens'));
			}
		}
	}

	async #read(): Promise<Review> {
		const { clock } = this.options;
		this.#dayChange.runAt(getStartOfNextUtcDay(clock()));
		const { review, tokens } = await readReview(this.options);
		this.#tokens = tokens;
		return review;
	}

	/** Sends what has changed. Changes during that are sent together afterward. */
	async #sendUpdate(): Promise<void> {
		if (this.#isApplying) {
			return;
		}
		if (this.#update !== 'none') {
			this.#update = 'outdated';
			return;
		}
		do {
			this.#update = 'running';
			if (this.#isPageLoaded) {
				await this.#sendReview();
			}
		} while (this.#wasOutdated());
		this.#update = 'none';
	}

	#wasOutdated(): boolean {
		return this.#update === 'outdated';
	}

	async #sendReview(): Promise<void> {
		const review = await this.#read().catch(logFailure(this.options.log, 'review tokens'));
		const serialized = JSON.stringify(review);
		if (review && serialized !== this.#shown) {
			this.#shown = serialized;
			await this.#send('show', review);
		}
	}

	async #apply(action: ReviewAction, locators: readonly ReviewLocator[]): Promise<ReviewOutcome> {
		const { clock, host, log } = this.options;
		const found = [...new Set(locators.flatMap((locator) => this.#tokens.get(locatorKey(locator)) ?? []))];
		const failures = locators
			.filter((locator) => !this.#tokens.has(locatorKey(locator)))
			.map((locator) => ({ ...locator, text: localizeError(unknownTokenProblem(locator.tokenId)) }));
		const apply = found.length > 0 ? await prepareAction(action, found, host, clock) : undefined;
		if (!apply) {
			return { isCanceled: failures.length === 0, applied: [], failures };
		}
		const reportProgress = this.#createProgress(found.length);
		this.#isApplying = true;
		const failed = await applyToEach(found, apply, reportProgress, log);
		this.#isApplying = false;
		// The page shows the result together with the tokens as they are now.
		await this.#sendUpdate();
		return {
			isCanceled: false,
			applied: found.filter((item) => !failed.has(item)).map(toLocator),
			failures: [...failures, ...[...failed].map(([item, text]) => ({ ...toLocator(item), text }))],
		};
	}

	#createProgress(total: number): (done: number) => void {
		let sentAt = performance.now();
		return (done) => {
			if (done < total && performance.now() - sentAt >= PROGRESS_INTERVAL_MS) {
				sentAt = performance.now();
				void this.#send('showProgress', { done, total });
			}
		};
	}

	/** Opens only files that the review has found, whatever the page asks for. */
	async #goToFile(locator: ReviewLocator, { uri, line }: ReviewFile): Promise<void> {
		const files = (await this.options.readKeyFiles()).get(locator.tokenId) ?? [];
		const file = files.find((candidate) => candidate.uri === uri && candidate.line === line) ?? files.find((item) => item.uri === uri);
		if (file) {
			await this.options.host.openFile(file);
		}
	}

	async #send<N extends keyof typeof reviewPageMethods>(method: N, params: MethodParams<typeof reviewPageMethods, N>): Promise<void> {
		try {
			await this.#peer.request(method, params);
		} catch {
			// Usually the page was closed or hidden in the meantime; when it's shown again, it loads everything.
		}
	}
}

function toLocator({ source, token }: SourceToken): ReviewLocator {
	return { sourceId: source.id, tokenId: token.id };
}
