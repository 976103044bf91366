import { Emitter } from '../domain/emitter';
import { logFailure, type Log } from '../domain/log';
import { getModuleIds } from '../domain/permissions';
import type { Clock, Disposable, GatewayOverview, TokenSource } from '../domain/ports';
import type { Problem } from '../domain/problems';
import { findEarliest, getNextStatusChange } from '../domain/statusSchedule';
import type { Token } from '../domain/token';
import type { SourceToken, TokenSources } from '../domain/tokenSources';
import { arrangeTokens, STATUS_ORDER, type Arrangement, type LastUses } from './arrangement';
import type { ClockScheduler, ScheduledCallback } from './clockScheduler';
import { lastUsedText } from './tokenTexts';
import {
	GroupNode,
	ProblemNode,
	SourceNode,
	TokenNode,
	tokenTooltip,
	type NodeContent,
	type TokensTreeNode,
	type TokenTooltip,
} from './treeNodes';

/** VS Code compares each refreshed node with all others, so that refreshing their sources is faster for more nodes than this. */
const MAX_SINGLE_NODE_REFRESHES = 50;

export interface TokenCounts {
	readonly total: number;
	/** How many match the filter. */
	readonly shown: number;
}

/** The tokens of one source. */
interface SourceTokens {
	/** Those that match the filter, in order. */
	readonly tokens: readonly Token[];
	/** Everything that their nodes and tooltips show, apart from the time. */
	readonly fingerprint: string;
	/** Why an account's tokens can't be read or aren't current. */
	readonly problem: Problem | undefined;
	readonly counts: TokenCounts;
	/** When the status of a token changes next, shown or not: milliseconds since the epoch. */
	readonly nextStatusChange: number;
}

/** What VS Code has read of one source. */
interface SourceChildren extends SourceTokens {
	readonly nodes: readonly TokenNode[];
}

export interface TokensTreeOptions {
	readonly sources: TokenSources;
	readonly clock: Clock;
	readonly scheduler: ClockScheduler;
	readonly gateway: GatewayOverview;
	readonly log: Log;
	readonly readArrangement: () => Arrangement;
	readonly readExpiringDays: () => number;
	/** Refreshes these nodes; all if undefined. */
	readonly refreshNodes: (nodes: TokensTreeNode[] | undefined) => void;
}

/**
 * The nodes of the Tokens view: the sources, and the tokens of each in the order and with the filter that the user has chosen. Without
 * accounts, a workspace with no token to show has no node, so that the view shows its welcome content.
 *
 * Refreshes only nodes that have changed: VS Code can move the focus back to a view that it refreshes, which closes an open Quick Pick, and
 * it discards the nodes that it reads again, so that commands which are starting get none.
 */
export class TokensTree implements Disposable {
	readonly #readEmitter = new Emitter<TokenCounts>();
	readonly #nextRefresh: ScheduledCallback;
	#sourcesSubscription: Disposable | undefined;
	#usageSubscription: Disposable | undefined;
	/** Each source has the same node at all times, so that VS Code finds it. */
	readonly #nodesBySource = new WeakMap<TokenSource, SourceNode>();
	/** The top-level nodes that VS Code has read; undefined if it hasn't read any. */
	#shownNodes: readonly SourceNode[] | undefined;
	/** What VS Code shows of them, as JSON. */
	readonly #shownContents = new WeakMap<SourceNode, string>();
	readonly #childrenBySource = new Map<TokenSource, SourceChildren>();
	/** By ID. */
	readonly #extensionNames = new Map<string, string>();
	/** VS Code's reads that haven't finished. */
	readonly #pendingReads = new Set<Promise<unknown>>();
	/** How many times VS Code has read the top-level nodes. */
	#topLevelReads = 0;
	/** Whether something has happened since the last comparison of what VS Code has read with what there is now. */
	#isOutdated = false;
	#comparison: Promise<void> | undefined;
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
		this.#sourcesSubscription ??= this.options.sources.onDidChange(() => void this.refresh());
		if (node && !(node instanceof SourceNode)) {
			return node instanceof GroupNode ? [...node.nodes] : [];
		}
		const read = node ? this.#readSourceChildren(node.source) : this.#readTopLevelNodes();
		this.#pendingReads.add(read);
		return read.finally(() => this.#pendingReads.delete(read));
	}

	/** Returns the name of an extension that a token in the view has or had, or else the ID. */
	getExtensionName(id: string): string {
		return this.#extensionNames.get(id) ?? id;
	}

	/** Describes a node that VS Code is about to show. */
	describe(node: TokensTreeNode): NodeContent {
		const content = this.#describe(node);
		if (node instanceof SourceNode) {
			this.#shownContents.set(node, JSON.stringify(content));
		}
		return content;
	}

	/** Creates the tooltip of a node that shows only a token's name at first; undefined for others. It's current until the node is refreshed. */
	async createTooltip(node: TokensTreeNode): Promise<TokenTooltip | undefined> {
		if (!(node instanceof TokenNode)) {
			return undefined;
		}
		this.#usageSubscription ??= this.options.sources.onDidChangeUsage(() => this.#handleUsageChange());
		const lastUsed = await this.#readLastUsed(node.sourceToken);
		this.#lastUsedByNode.set(node, lastUsed);
		return tokenTooltip(node.sourceToken, this.options.clock(), lastUsed);
	}

	/** Refreshes the nodes that have changed. Resolves when they're known. */
	refresh(): Promise<void> {
		this.#isOutdated = true;
		return (this.#comparison ??= this.#refreshOutdated());
	}

	/**
	 * Shows the node of a source.
	 * @param reveal makes VS Code show a node
	 */
	async reveal(source: TokenSource, reveal: (node: TokensTreeNode) => PromiseLike<void>): Promise<void> {
		await this.refresh();
		const readsBefore = this.#topLevelReads;
		await reveal(this.#getNode(source));
		if (this.#topLevelReads > readsBefore) {
			// To find a node that it hadn't read, VS Code discarded all nodes below the sources, so their commands wouldn't get an argument.
			this.options.refreshNodes([...(this.#shownNodes ?? [])]);
		}
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

	async #refreshOutdated(): Promise<void> {
		try {
			while (this.#isOutdated) {
				this.#isOutdated = false;
				// They might return what there was before.
				await Promise.allSettled(this.#pendingReads);
				const nodes = await this.#findOutdatedNodes();
				if (!nodes || nodes.length > 0) {
					this.options.refreshNodes(nodes);
				}
			}
		} finally {
			this.#comparison = undefined;
		}
	}

	/** Returns the nodes that VS Code has to read again; undefined for all. */
	async #findOutdatedNodes(): Promise<SourceNode[] | undefined> {
		if (!this.#shownNodes) {
			return [];
		}
		const { workspace } = this.options.sources;
		const outdatedSources = new Set<TokenSource>();
		await Promise.all(
			[workspace, ...this.#childrenBySource.keys()].map(async (source) => {
				const current = await this.#readTokens(source);
				const shown = this.#childrenBySource.get(source);
				if (shown) {
					this.#childrenBySource.set(source, { ...shown, counts: current.counts, nextStatusChange: current.nextStatusChange });
				}
				if (current.fingerprint !== shown?.fingerprint) {
					outdatedSources.add(source);
				}
			}),
		);
		const nodes = this.#listTopLevelNodes();
		this.#scheduleRefresh();
		this.#readEmitter.fire(this.#countTokens());
		const shownNodes = this.#shownNodes;
		return nodes.length !== shownNodes.length || nodes.some((node, index) => node !== shownNodes[index])
			? undefined
			: nodes.filter((node) => outdatedSources.has(node.source) || JSON.stringify(this.#describe(node)) !== this.#shownContents.get(node));
	}

	#describe(node: TokensTreeNode): NodeContent {
		return node.describe(this.options.clock(), this.options.gateway);
	}

	async #readTopLevelNodes(): Promise<TokensTreeNode[]> {
		const { all, workspace } = this.options.sources;
		this.#topLevelReads++;
		[...this.#childrenBySource.keys()].filter((source) => !all.includes(source)).forEach((source) => this.#childrenBySource.delete(source));
		this.#lastUsedByNode.clear();
		await this.#readSource(workspace);
		this.#shownNodes = this.#listTopLevelNodes();
		return [...this.#shownNodes];
	}

	/** The workspace must have been read. */
	#listTopLevelNodes(): readonly SourceNode[] {
		const { all, workspace } = this.options.sources;
		const isEmpty = all.length === 1 && this.#childrenBySource.get(workspace)?.counts.shown === 0;
		return isEmpty ? [] : all.map((source) => this.#getNode(source));
	}

	#getNode(source: TokenSource): SourceNode {
		const node = this.#nodesBySource.get(source) ?? new SourceNode(source);
		this.#nodesBySource.set(source, node);
		return node;
	}

	async #readSourceChildren(source: TokenSource): Promise<TokensTreeNode[]> {
		const { nodes, problem } = await this.#readSource(source);
		const arranged = this.options.readArrangement().groupBy ? groupByStatus(source, nodes) : nodes;
		return problem ? [new ProblemNode(source, problem), ...arranged] : [...arranged];
	}

	async #readSource(source: TokenSource): Promise<SourceChildren> {
		const { log, clock } = this.options;
		this.#childrenBySource.get(source)?.nodes.forEach((node) => this.#lastUsedByNode.delete(node));
		if (source.remote) {
			// Loads in the background, so that the network doesn't delay the view. The source reports changes.
			source.list('available').catch(logFailure(log, 'load tokens'));
		}
		const now = clock();
		const sourceTokens = await this.#readTokens(source);
		const children = { ...sourceTokens, nodes: sourceTokens.tokens.map((token) => new TokenNode({ source, token }, now)) };
		this.#childrenBySource.set(source, children);
		this.#renderedAt = now.getTime();
		this.#scheduleRefresh();
		this.#readEmitter.fire(this.#countTokens());
		return children;
	}

	async #readTokens(source: TokenSource): Promise<SourceTokens> {
		const { log, clock, readArrangement, readExpiringDays } = this.options;
		// The view shows the source's `problem`.
		const all = await source.list('cached').catch(logFailure(log, 'list tokens', [] as readonly Token[]));
		const arrangement = readArrangement();
		const lastUses = arrangement.sort === 'lastUsed' ? await this.#readLastUses(source, all) : undefined;
		const tokens = arrangeTokens(all, arrangement, lastUses);
		all.forEach(({ extension }) => this.#extensionNames.set(extension.id, extension.name));
		const now = clock();
		const expiringDays = readExpiringDays();
		const moduleNames = [...new Set(tokens.flatMap(({ permissions }) => getModuleIds(permissions)))].map((id) => source.getModuleName(id));
		const problem = source.remote && source.problem;
		return {
			tokens,
			fingerprint: JSON.stringify([tokens, moduleNames, problem, arrangement.groupBy]),
			problem,
			counts: { total: all.length, shown: tokens.length },
			nextStatusChange: findEarliest(all.map((token) => getNextStatusChange(token, now, expiringDays))),
		};
	}

	#countTokens(): TokenCounts {
		const counts = [...this.#childrenBySource.values()].map((children) => children.counts);
		return { total: sum(counts.map(({ total }) => total)), shown: sum(counts.map(({ shown }) => shown)) };
	}

	/** Empty for an account, because the platform doesn't say it. */
	async #readLastUses(source: TokenSource, tokens: readonly Token[]): Promise<LastUses> {
		this.#usageSubscription ??= this.options.sources.onDidChangeUsage(() => this.#handleUsageChange());
		const lastUses = new Map<string, string>();
		if (!source.remote) {
			await Promise.all(
				tokens.map(async ({ id }) => {
					const usage = await source.getUsage(id).catch(logFailure(this.options.log, 'read the usage'));
					if (typeof usage?.lastUsed === 'string') {
						lastUses.set(id, usage.lastUsed);
					}
				}),
			);
		}
		return lastUses;
	}

	#handleUsageChange(): void {
		void this.#refreshLastUsed();
		if (this.options.readArrangement().sort === 'lastUsed') {
			void this.refresh();
		}
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

	/** Refreshes nodes whose text has changed because time has passed, and all sources if it has for many or the clock was set back. */
	#refreshStaleText(): void {
		const now = this.options.clock();
		const timestamp = now.getTime();
		const isClockSetBack = timestamp < this.#renderedAt;
		const staleNodes = this.#getTokenNodes().filter(({ textValidUntil }) => isClockSetBack || textValidUntil <= timestamp);
		staleNodes.forEach((node) => node.refreshText(now));
		this.#renderedAt = timestamp;
		if (staleNodes.length > 0) {
			this.options.refreshNodes(staleNodes.length > MAX_SINGLE_NODE_REFRESHES ? [...(this.#shownNodes ?? [])] : staleNodes);
		}
		if (isClockSetBack || timestamp >= this.#getNextStatusChange()) {
			void this.refresh();
		} else {
			this.#scheduleRefresh();
		}
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

/** The groups that have nodes, most urgent status first. */
function groupByStatus(source: TokenSource, nodes: readonly TokenNode[]): readonly GroupNode[] {
	return STATUS_ORDER.map(
		(status) =>
			new GroupNode(
				source,
				status,
				nodes.filter(({ sourceToken }) => sourceToken.token.status === status),
			),
	).filter((group) => group.nodes.length > 0);
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}
