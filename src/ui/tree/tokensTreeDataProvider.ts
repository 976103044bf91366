import * as vscode from 'vscode';
import { arrangeTokens } from '../../models/arrangement';
import type { Clock, Disposable, GatewayState, TokenSource } from '../../domain/ports';
import { findEarliest, getNextStatusChange } from '../../domain/statusSchedule';
import type { TokenSources } from '../../domain/tokenSources';
import type { Token } from '../../domain/token';
import type { ClockScheduler, ScheduledCallback } from '../../models/clockScheduler';
import { readExpiringDays } from '../settings';
import { lastUsedText } from '../../models/tokenTexts';
import { ProblemNode, SourceNode, TokenNode, type TokensTreeNode } from './treeNodes';
import type { ArrangementStore } from './arrangementStore';

/** So many nodes are redrawn one by one; the editor compares each with every other, so that beyond it is cheaper to draw all anew. */
const MAX_SINGLE_NODE_REFRESHES = 50;

/** How many tokens there are, and how many of them the filter lets through. */
export interface TokenCounts {
	readonly total: number;
	readonly shown: number;
}

/** What the view shows of one source. */
interface SourceChildren {
	readonly nodes: readonly TokenNode[];
	readonly counts: TokenCounts;
	/** When the clock makes one of the tokens another, shown or not; milliseconds since the epoch. */
	readonly nextChange: number;
}

/** What the Tokens view shows: sources, and under each its tokens in their order. With no account and no token to show it is empty. */
export class TokensTreeDataProvider implements vscode.Disposable {
	readonly #onDidRead = new vscode.EventEmitter<TokenCounts>();
	readonly #nextRefresh: ScheduledCallback;
	#sourcesSubscription: Disposable | undefined;
	#sourceNodes: readonly SourceNode[] = [];
	/** What has been read of each source. */
	readonly #childrenBySource = new Map<TokenSource, SourceChildren>();
	/** Since when what is shown is true; milliseconds since the epoch. */
	#renderedAt = 0;
	#isVisible = false;
	#usageSubscription: Disposable | undefined;
	/** The nodes that have a tooltip, with what it says of the last use. */
	readonly #lastUsedByNode = new Map<TokenNode, string | undefined>();
	/** Fires whenever the tokens have been read, or could not be. */
	readonly onDidRead = this.#onDidRead.event;

	constructor(
		private readonly sources: TokenSources,
		private readonly clock: Clock,
		private readonly arrangementStore: ArrangementStore,
		scheduler: ClockScheduler,
		private readonly onDidChangeEmitter: vscode.EventEmitter<TokensTreeNode[] | undefined>,
		private readonly gateway: GatewayState,
	) {
		this.#nextRefresh = scheduler.schedule(() => this.#refreshStaleText());
	}

	async getChildren(node?: TokensTreeNode): Promise<TokensTreeNode[]> {
		this.#sourcesSubscription ??= this.sources.onDidChange((source) => this.#refreshSource(source));
		if (node instanceof SourceNode) {
			return this.#getSourceChildren(node.source);
		}
		if (node) {
			return [];
		}
		const { all, workspace } = this.sources;
		[...this.#childrenBySource.keys()].filter((source) => !all.includes(source)).forEach((source) => this.#childrenBySource.delete(source));
		this.#lastUsedByNode.clear();
		// Only an empty view invites to create the first token.
		const isEmpty = (await this.#readSource(workspace)).counts.shown === 0 && all.length === 1;
		this.#sourceNodes = isEmpty ? [] : all.map((source) => new SourceNode(source, this.clock(), this.gateway.url));
		return [...this.#sourceNodes];
	}

	/** Tooltips are made when they are asked for: a long list needs few of them. The editor keeps each until its node is redrawn. */
	async resolveTreeItem(item: vscode.TreeItem, node: TokensTreeNode): Promise<vscode.TreeItem> {
		if (node instanceof TokenNode) {
			this.#usageSubscription ??= this.sources.onDidChangeUsage(() => void this.#refreshLastUsed());
			const lastUsed = await this.#readLastUsed(node);
			this.#lastUsedByNode.set(node, lastUsed);
			item.tooltip = node.createTooltip(this.clock(), lastUsed);
		}
		return item;
	}

	/** Draws everything anew. */
	refresh(): void {
		this.onDidChangeEmitter.fire(undefined);
	}

	/** What nobody sees need not be true. */
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
		this.#onDidRead.dispose();
	}

	/** Draws an account anew without what is beside it: while all is drawn anew, the editor knows none of the nodes that a command is about. */
	#refreshSource(source: TokenSource | undefined): void {
		const node = source?.remote && this.#sourceNodes.find((sourceNode) => sourceNode.source === source);
		if (node) {
			node.updateText(this.clock());
			this.onDidChangeEmitter.fire([node]);
		} else {
			this.refresh();
		}
	}

	async #getSourceChildren(source: TokenSource): Promise<TokensTreeNode[]> {
		const { nodes } = await this.#readSource(source);
		return source.remote && source.problem ? [new ProblemNode(source, source.problem), ...nodes] : [...nodes];
	}

	async #readSource(source: TokenSource): Promise<SourceChildren> {
		this.#childrenBySource.get(source)?.nodes.forEach((node) => this.#lastUsedByNode.delete(node));
		if (source.remote) {
			// The view waits for no network, as it would keep everything else from being shown: the source tells of what has come.
			void source.list('available').catch(() => undefined);
		}
		// The source keeps the reason, and the view shows it.
		const tokens = await source.list('cached').catch((): readonly Token[] => []);
		const arrangedTokens = arrangeTokens(tokens, this.arrangementStore.read());
		const now = this.clock();
		const thresholdDays = readExpiringDays();
		const children: SourceChildren = {
			nodes: arrangedTokens.map((token) => new TokenNode({ source, token }, now)),
			counts: { total: tokens.length, shown: arrangedTokens.length },
			nextChange: findEarliest(tokens.map((token) => getNextStatusChange(token, now, thresholdDays))),
		};
		this.#childrenBySource.set(source, children);
		this.#renderedAt = now.getTime();
		this.#scheduleRefresh();
		this.#onDidRead.fire(this.#counts());
		return children;
	}

	#counts(): TokenCounts {
		const children = [...this.#childrenBySource.values()];
		return { total: sumOf(children.map(({ counts }) => counts.total)), shown: sumOf(children.map(({ counts }) => counts.shown)) };
	}

	/** Undefined where it cannot be read, which the details say; a source that is asked over the network does not know it. */
	async #readLastUsed({ sourceToken: { source, token } }: TokenNode): Promise<string | undefined> {
		const usage = source.remote ? undefined : await source.getUsage(token.id).catch(() => undefined);
		return usage?.lastUsed === undefined ? undefined : lastUsedText(usage.lastUsed);
	}

	/** Lets tooltips be made anew that tell the last use in other words by now. */
	async #refreshLastUsed(): Promise<void> {
		const outdated: TokenNode[] = [];
		for (const [node, shownText] of this.#lastUsedByNode) {
			if ((await this.#readLastUsed(node)) !== shownText) {
				this.#lastUsedByNode.delete(node);
				node.tooltip = undefined;
				outdated.push(node);
			}
		}
		if (outdated.length > 0) {
			this.onDidChangeEmitter.fire(outdated);
		}
	}

	/** Redraws what the clock has overtaken: everything, unless it is only some words. */
	#refreshStaleText(): void {
		const now = this.clock();
		const staleNodes = this.#visibleNodes().filter(({ textValidUntil: trueUntil }) => trueUntil <= now.getTime());
		if (now.getTime() < this.#renderedAt || now.getTime() >= this.#nextStatusChange() || staleNodes.length > MAX_SINGLE_NODE_REFRESHES) {
			this.refresh();
			return;
		}
		staleNodes.forEach((node) => node.updateText(now));
		this.#renderedAt = now.getTime();
		if (staleNodes.length > 0) {
			this.onDidChangeEmitter.fire(staleNodes);
		}
		this.#scheduleRefresh();
	}

	#visibleNodes(): readonly TokenNode[] {
		return [...this.#childrenBySource.values()].flatMap(({ nodes }) => nodes);
	}

	#nextStatusChange(): number {
		return findEarliest([...this.#childrenBySource.values()].map((part) => part.nextChange));
	}

	#scheduleRefresh(): void {
		const nextTextChange = () => findEarliest(this.#visibleNodes().map(({ textValidUntil: trueUntil }) => trueUntil));
		this.#nextRefresh.runAt(this.#isVisible ? Math.min(this.#nextStatusChange(), nextTextChange()) : Infinity);
	}
}

function sumOf(numbers: readonly number[]): number {
	return numbers.reduce((sum, number) => sum + number, 0);
}
