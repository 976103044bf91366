import { MAX_LOGGED_REQUESTS, type NumberedRequest, type RequestFeed } from '../domain/loggedRequest';
import type { Disposable, WorkspaceTokenSource } from '../domain/ports';
import type { Token } from '../domain/token';
import { RequestRow } from './requestRows';
import { createRequestMatcher, describeRequestFilter, isRequestFilterActive, NO_REQUEST_FILTER, type RequestFilter } from './requestFilter';
import { contextKeys } from './manifestIds';
import * as l10n from '@vscode/l10n';

/** Shortest time between two refreshes of the view, in milliseconds. */
const REFRESH_INTERVAL_MS = 1000;

/** The requests of other windows. */
export interface OtherWindows extends Disposable {
	readonly all: readonly { readonly window: string; readonly requests: readonly NumberedRequest[] }[];
	/** Removes the requests, also there. */
	clear(): void;
}

export interface RequestListOptions {
	readonly own: RequestFeed;
	/** Connects to the other windows, until the result is disposed. */
	readonly openOthers: (onDidChange: () => void) => OtherWindows;
	readonly workspace: Pick<WorkspaceTokenSource, 'id' | 'list' | 'getModuleName' | 'onDidChange'>;
	/** Shows the current rows and state. */
	readonly refresh: () => void;
}

/** What the view shows above its rows, and the context keys for its welcome content and menus. */
export interface RequestsViewState {
	/** Empty if there's nothing to say. */
	readonly message: string;
	readonly context: Readonly<Record<string, boolean>>;
}

/** The rows of the Requests view: the last requests of all windows, the newest first. Reads nothing while the view is hidden. */
export class RequestList implements Disposable {
	#filter = NO_REQUEST_FILTER;
	#previewedFilter: RequestFilter | undefined;
	#others: OtherWindows | undefined;
	#subscriptions: readonly Disposable[] = [];
	#requests: readonly { readonly id: string; readonly request: NumberedRequest }[] = [];
	#tokens: ReadonlyMap<string, Token> = new Map();
	#rows = new Map<string, RequestRow>();
	#timer: NodeJS.Timeout | undefined;
	#lastRefresh = -Infinity;

	constructor(private readonly options: RequestListOptions) {}

	/** The stored filter, or the previewed one. */
	get filter(): RequestFilter {
		return this.#previewedFilter ?? this.#filter;
	}

	/** All requests, regardless of the filter. */
	get requests(): readonly NumberedRequest[] {
		return this.#requests.map(({ request }) => request);
	}

	getTokenName = (id: string): string | undefined => this.#tokens.get(id)?.name;

	/** Starts or stops reading. While the view is hidden, gateways send nothing. */
	setVisible(isVisible: boolean): void {
		if (isVisible === this.#subscriptions.length > 0) {
			return;
		}
		this.#stop();
		if (isVisible) {
			const scheduleRefresh = () => this.#scheduleRefresh();
			this.#others = this.options.openOthers(scheduleRefresh);
			this.#subscriptions = [
				this.#others,
				this.options.own.watch(scheduleRefresh),
				this.options.workspace.onDidChange(() => void this.#readTokens()),
			];
			void this.#readTokens();
		}
	}

	/** Returns the rows that match the filter. A row that was returned before is the same object. */
	getRows(): readonly RequestRow[] {
		this.#merge();
		const { workspace } = this.options;
		const matches = createRequestMatcher(this.filter, this.getTokenName);
		const rows = new Map<string, RequestRow>();
		for (const { id, request } of this.#requests) {
			if (matches(request)) {
				const token = request.tokenId === null ? undefined : this.#tokens.get(request.tokenId);
				const previous = this.#rows.get(id);
				rows.set(
					id,
					previous?.token === token && previous !== undefined
						? previous
						: new RequestRow(id, request, token, workspace.id, (moduleId) => workspace.getModuleName(moduleId)),
				);
			}
		}
		this.#rows = rows;
		return [...rows.values()];
	}

	/** The state that belongs to the last rows. */
	getState(): RequestsViewState {
		const isFiltered = isRequestFilterActive(this.filter);
		const [total, shown] = [this.#requests.length, this.#rows.size];
		const texts = describeRequestFilter(this.filter, this.getTokenName);
		return {
			// If the view is empty, its welcome content says so instead.
			message: isFiltered && shown > 0 ? [...texts, l10n.t('{0} of {1}', shown, total)].join(' · ') : '',
			context: {
				[contextKeys.areRequestsFiltered]: isFiltered,
				[contextKeys.hidesAllRequests]: isFiltered && total > 0 && shown === 0,
				[contextKeys.hasRequests]: total > 0,
			},
		};
	}

	setFilter(filter: RequestFilter): void {
		this.#filter = filter;
		this.options.refresh();
	}

	/** Shows requests as if the filter were set, until it's called again; undefined ends the preview. */
	previewFilter(filter: RequestFilter | undefined): void {
		this.#previewedFilter = filter;
		this.options.refresh();
	}

	/** Removes all requests, in all windows. */
	clear(): void {
		this.options.own.clear();
		this.#others?.clear();
	}

	dispose(): void {
		this.#stop();
	}

	#stop(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#subscriptions.forEach((subscription) => subscription.dispose());
		this.#subscriptions = [];
		this.#others = undefined;
	}

	/** A flood of requests refreshes the view once per second, because VS Code reads all rows again. A single one is shown at once. */
	#scheduleRefresh(): void {
		this.#timer ??= setTimeout(
			() => {
				this.#timer = undefined;
				this.#lastRefresh = performance.now();
				this.options.refresh();
			},
			Math.max(0, this.#lastRefresh + REFRESH_INTERVAL_MS - performance.now()),
		);
	}

	async #readTokens(): Promise<void> {
		// Without the tokens, the rows have IDs instead of names.
		const tokens = await this.options.workspace.list().catch(() => []);
		this.#tokens = new Map(tokens.map((token) => [token.id, token]));
		this.#scheduleRefresh();
	}

	#merge(): void {
		const windows = [{ window: 'own', requests: this.options.own.all }, ...(this.#others?.all ?? [])];
		this.#requests = windows
			.flatMap(({ window, requests }) => requests.map((request) => ({ id: `${window}/${request.number}`, request })))
			.sort((left, right) => right.request.time - left.request.time || right.request.number - left.request.number)
			.slice(0, MAX_LOGGED_REQUESTS);
	}
}
