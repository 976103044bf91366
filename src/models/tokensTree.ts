import { Emitter } from '../domain/emitter';
import { logFailure, type Log } from '../domain/log';
import type { Clock, Disposable, GatewayState, TokenSource } from '../domain/ports';
import { findEarliest, getNextStatusChange } from '../domain/statusSchedule';
import type { Token } from '../domain/token';
import type { SourceToken, TokenSources } from '../domain/tokenSources';
import { arrangeTokens, type Arrangement } from './arrangement';
import type { ClockScheduler, ScheduledCallback } from './clockScheduler';
import { lastUsedText } from './tokenTexts';
import { ProblemNode, SourceNode, TokenNode, tokenTooltip, type NodeContent, type TokensTreeNode, type TokenTooltip } from './treeNodes';

/** VS Code compares each refreshed node with all others, so that refreshing everything is faster for more nodes than this. */
const MAX_SINGLE_NODE_REFRESHES = 50;

export interface TokenCounts {
	readonly total: number;
	/** How many match the filter. */
	readonly shown: number;
}

/** The nodes of one source. */
interface SourceChildren {
	readonly nodes: readonly TokenNode[];
	readonly counts: TokenCounts;
	/** When the status of a token changes next, shown or not: milliseconds since the epoch. */
	readonly nextStatusChange: number;
}

export interface TokensTreeOptions {
	readonly sources: TokenSources;
	readonly clock: Clock;
	readonly scheduler: ClockScheduler;
	readonly gateway: GatewayState;
	readonly log: Log;
	readonly readArrangement: () => Arrangement;
	readonly readExpiringDays: () => number;
	/** Refreshes these nodes; all if undefined. */
	readonly refreshNodes: (nodes: TokensTreeNode[] | undefined) => void;
}

/**
 * The nodes of the Tokens view: the sources, and the tokens of each in the order and with the filter that the user has chosen. Without
 * accounts, a workspace with no token to show has no node, so that the view shows its welcome content.
 */
export class TokensTree implements Disposable {
	readonly #readEmitter = new Emitter<TokenCounts>();
	readonly #nextRefresh: ScheduledCallback;
	#sourcesSubscription: Disposable | undefined;
	#usageSubscription: Disposable | undefined;
	#sourceNodes: readonly SourceNode[] = [];
	readonly #childrenBySource = new Map<TokenSource, SourceChildren>();
	/** When the nodes were last up to date, in milliseconds since the epoch. */
	#renderedAt = 0;
	#isVisible = false;
	/** The last use that the tooltip of a node shows, for nodes with a tooltip. */
	readonly #lastUsedByNode = new Map<TokenNode, string | undefined>();

	constructor(private readonly options: TokensTreeOptions) {
		this.#nextRefresh = options.scheduler.schedule(() => this.#refreshStaleText());
	}

	/** Calls `listener` with the number of tokens whenever a source's tokens were read, even if that failed. */
	onDidRead(listener: (counts: TokenCounts) => void): Disposable {
		return this.#readEmitter.on(listener);
	}

	/** Returns the nodes below `node`, or the top-level nodes. */
	async getChildren(node?: TokensTreeNode): Promise<TokensTreeNode[]> {
		const { sources } = this.options;
		this.#sourcesSubscription ??= sources.onDidChange((source) => this.#refreshSource(source));
		if (node instanceof SourceNode) {
			return this.#getSourceChildren(node.source);
		}
		if (node) {
			return [];
		}
		const { all, workspace } = sources;
		[...this.#childrenBySource.keys()].filter((source) => !all.includes(source)).forEach((source) => this.#childrenBySource.delete(source));
		this.#lastUsedByNode.clear();
		const isEmpty = (await this.#readSource(workspace)).counts.shown === 0 && all.length === 1;
		this.#sourceNodes = isEmpty ? [] : all.map((source) => new SourceNode(source));
		return [...this.#sourceNodes];
	}

	describe(node: TokensTreeNode): NodeContent {
		return node.describe(this.options.clock(), this.options.gateway.url);
	}

	/** Creates the tooltip of a node that shows only a token's name at first; undefined for others. It's current until the node is refreshed. */
	async createTooltip(node: TokensTreeNode): Promise<TokenTooltip | undefined> {
		if (!(node instanceof TokenNode)) {
			return undefined;
		}
		this.#usageSubscription ??= this.options.sources.onDidChangeUsage(() => void this.#refreshLastUsed());
		const lastUsed = await this.#readLastUsed(node.sourceToken);
		this.#lastUsedByNode.set(node, lastUsed);
		return tokenTooltip(node.sourceToken, this.options.clock(), lastUsed);
	}

	/** Refreshes all nodes. */
	refresh(): void {
		this.options.refreshNodes(undefined);
	}

	/** Nodes are kept up to date only while they're visible. */
	setVisible(isVisible: boolean): void {
		this.#isVisible = isVisible;
		if (isVisible) {
			this.#refreshStaleText();
		} else {
			this.#nextRefresh.runAt(Infinity);
		}
	}

	dispose(): void {
		this.#sourcesSubscription?.dispose();
		this.#usageSubscription?.dispose();
		this.#nextRefresh.dispose();
		this.#readEmitter.dispose();
	}

	/** Refreshes only this account's node. A full refresh invalidates node handles that pending commands still hold. */
	#refreshSource(source: TokenSource | undefined): void {
		const node = source?.remote && this.#sourceNodes.find((sourceNode) => sourceNode.source === source);
		this.options.refreshNodes(node && [node]);
	}

	async #getSourceChildren(source: TokenSource): Promise<TokensTreeNode[]> {
		const { nodes } = await this.#readSource(source);
		return source.remote && source.problem ? [new ProblemNode(source, source.problem), ...nodes] : [...nodes];
	}

	async #readSource(source: TokenSource): Promise<SourceChildren> {
		const { log, clock, readArrangement, readExpiringDays } = this.options;
		this.#childrenBySource.get(source)?.nodes.forEach((node) => this.#lastUsedByNode.delete(node));
		if (source.remote) {
			// Loads in the background, so that the network doesn't delay the view. The source reports changes.
			source.list('available').catch(logFailure(log, 'load tokens'));
		}
		// The view shows the source's `problem`.
		const tokens = await source.list('cached').catch(logFailure(log, 'list tokens', [] as readonly Token[]));
		const arrangedTokens = arrangeTokens(tokens, readArrangement());
		const now = clock();
		const expiringDays = readExpiringDays();
		const children: SourceChildren = {
			nodes: arrangedTokens.map((token) => new TokenNode({ source, token }, now)),
			counts: { total: tokens.length, shown: arrangedTokens.length },
			nextStatusChange: findEarliest(tokens.map((token) => getNextStatusChange(token, now, expiringDays))),
		};
		this.#childrenBySource.set(source, children);
		this.#renderedAt = now.getTime();
		this.#scheduleRefresh();
		this.#readEmitter.fire(this.#countTokens());
		return children;
	}

	#countTokens(): TokenCounts {
		const counts = [...this.#childrenBySource.values()].map((children) => children.counts);
		return { total: sum(counts.map(({ total }) => total)), shown: sum(counts.map(({ shown }) => shown)) };
	}

	/** Undefined for an account's token, whose usage would have to be requested from the platform, and if it can't be read. */
	async #readLastUsed({ source, token }: SourceToken): Promise<string | undefined> {
		if (source.remote) {
			return undefined;
		}
		const usage = await source.getUsage(token.id).catch(logFailure(this.options.log, 'read the usage'));
		return usage?.lastUsed === undefined ? undefined : lastUsedText(usage.lastUsed);
	}

	/** Refreshes nodes whose tooltip shows an outdated last use. */
	async #refreshLastUsed(): Promise<void> {
		const outdatedNodes: TokenNode[] = [];
		for (const [node, shownText] of this.#lastUsedByNode) {
			if ((await this.#readLastUsed(node.sourceToken)) !== shownText) {
				this.#lastUsedByNode.delete(node);
				outdatedNodes.push(node);
			}
		}
		if (outdatedNodes.length > 0) {
			this.options.refreshNodes(outdatedNodes);
		}
	}

	/** Refreshes everything if the status of a token has changed or the clock was set back, and otherwise nodes whose text has changed. */
	#refreshStaleText(): void {
		const now = this.options.clock();
		const timestamp = now.getTime();
		const staleNodes = this.#getTokenNodes().filter(({ textValidUntil }) => textValidUntil <= timestamp);
		if (timestamp < this.#renderedAt || timestamp >= this.#getNextStatusChange() || staleNodes.length > MAX_SINGLE_NODE_REFRESHES) {
			this.refresh();
			return;
		}
		staleNodes.forEach((node) => node.refreshText(now));
		this.#renderedAt = timestamp;
		if (staleNodes.length > 0) {
			this.options.refreshNodes(staleNodes);
		}
		this.#scheduleRefresh();
	}

	#getTokenNodes(): readonly TokenNode[] {
		return [...this.#childrenBySource.values()].flatMap(({ nodes }) => nodes);
	}

	#getNextStatusChange(): number {
		return findEarliest([...this.#childrenBySource.values()].map(({ nextStatusChange }) => nextStatusChange));
	}

	#scheduleRefresh(): void {
		const getNextTextChange = () => findEarliest(this.#getTokenNodes().map(({ textValidUntil }) => textValidUntil));
		this.#nextRefresh.runAt(this.#isVisible ? Math.min(this.#getNextStatusChange(), getNextTextChange()) : Infinity);
	}
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}
