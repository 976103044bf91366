import * as vscode from 'vscode';
import { arrange } from '../../domain/arrangement';
import type { Clock, Disposable, GatewayState, TokenSource } from '../../domain/ports';
import { earliest, nextChange } from '../../domain/schedule';
import type { TokenSources } from '../../domain/sources';
import type { Token } from '../../domain/token';
import type { Alarm, Appointment } from '../alarm';
import { expiringDays } from '../settings';
import { lastUsedText } from '../tokenText';
import { ProblemNode, SourceNode, TokenNode, type TokensTreeNode } from './nodes';
import type { ViewState } from './viewState';

/** So many nodes are redrawn one by one; the editor compares each with every other, so that beyond it is cheaper to draw all anew. */
const FEW = 50;

/** How many tokens there are, and how many of them the filter lets through. */
export interface Counts {
	readonly all: number;
	readonly shown: number;
}

/** What the view shows of one source. */
interface Part {
	readonly nodes: readonly TokenNode[];
	readonly counts: Counts;
	/** When the clock makes one of the tokens another, shown or not; milliseconds since the epoch. */
	readonly nextChange: number;
}

/** What the Tokens view shows: sources, and under each its tokens in their order. With no account and no token to show it is empty. */
export class TokensTree implements vscode.Disposable {
	readonly #read = new vscode.EventEmitter<Counts>();
	readonly #appointment: Appointment;
	#listening: Disposable | undefined;
	#sourceNodes: readonly SourceNode[] = [];
	/** What has been read of each source. */
	readonly #parts = new Map<TokenSource, Part>();
	/** Since when what is shown is true; milliseconds since the epoch. */
	#trueSince = 0;
	#visible = false;
	#counting: Disposable | undefined;
	/** The nodes that have a tooltip, with what it says of the last use. */
	readonly #described = new Map<TokenNode, string | undefined>();
	/** Fires whenever the tokens have been read, or could not be. */
	readonly onDidRead = this.#read.event;

	constructor(
		private readonly sources: TokenSources,
		private readonly clock: Clock,
		private readonly viewState: ViewState,
		alarm: Alarm,
		private readonly changed: vscode.EventEmitter<TokensTreeNode[] | undefined>,
		private readonly gateway: GatewayState,
	) {
		this.#appointment = alarm.add(() => this.#keepTrue());
	}

	async getChildren(node?: TokensTreeNode): Promise<TokensTreeNode[]> {
		this.#listening ??= this.sources.onDidChange((source) => this.#redraw(source));
		if (node instanceof SourceNode) {
			return this.#childrenOf(node.source);
		}
		if (node) {
			return [];
		}
		const { all, workspace } = this.sources;
		[...this.#parts.keys()].filter((source) => !all.includes(source)).forEach((source) => this.#parts.delete(source));
		this.#described.clear();
		// Only an empty view invites to create the first token.
		const isEmpty = (await this.#readPart(workspace)).counts.shown === 0 && all.length === 1;
		this.#sourceNodes = isEmpty ? [] : all.map((source) => new SourceNode(source, this.clock(), this.gateway.url));
		return [...this.#sourceNodes];
	}

	/** Tooltips are made when they are asked for: a long list needs few of them. The editor keeps each until its node is redrawn. */
	async resolveTreeItem(item: vscode.TreeItem, node: TokensTreeNode): Promise<vscode.TreeItem> {
		if (node instanceof TokenNode) {
			this.#counting ??= this.sources.onDidCount(() => void this.#followUse());
			const lastUse = await this.#lastUse(node);
			this.#described.set(node, lastUse);
			item.tooltip = node.describe(this.clock(), lastUse);
		}
		return item;
	}

	/** Draws everything anew. */
	refresh(): void {
		this.changed.fire(undefined);
	}

	/** What nobody sees need not be true. */
	setVisible(visible: boolean): void {
		this.#visible = visible;
		if (visible) {
			this.#keepTrue();
		} else {
			this.#appointment.set(Infinity);
		}
	}

	dispose(): void {
		this.#listening?.dispose();
		this.#counting?.dispose();
		this.#appointment.dispose();
		this.#read.dispose();
	}

	/** Draws an account anew without what is beside it: while all is drawn anew, the editor knows none of the nodes that a command is about. */
	#redraw(source: TokenSource | undefined): void {
		const node = source?.account && this.#sourceNodes.find((one) => one.source === source);
		if (node) {
			node.sayAt(this.clock());
			this.changed.fire([node]);
		} else {
			this.refresh();
		}
	}

	async #childrenOf(source: TokenSource): Promise<TokensTreeNode[]> {
		const { nodes } = await this.#readPart(source);
		return source.account && source.problem ? [new ProblemNode(source, source.problem), ...nodes] : [...nodes];
	}

	async #readPart(source: TokenSource): Promise<Part> {
		this.#parts.get(source)?.nodes.forEach((node) => this.#described.delete(node));
		if (source.freshness) {
			// The view waits for no network, as it would keep everything else from being shown: the source tells of what has come.
			void source.list('now').catch(() => undefined);
		}
		// The source keeps the reason, and the view shows it.
		const tokens = await source.list('known').catch((): readonly Token[] => []);
		const shown = arrange(tokens, this.viewState.read());
		const now = this.clock();
		const days = expiringDays();
		const part: Part = {
			nodes: shown.map((token) => new TokenNode({ source, token }, now)),
			counts: { all: tokens.length, shown: shown.length },
			nextChange: earliest(tokens.map((token) => nextChange(token, now, days))),
		};
		this.#parts.set(source, part);
		this.#trueSince = now.getTime();
		this.#appoint();
		this.#read.fire(this.#counts());
		return part;
	}

	#counts(): Counts {
		const parts = [...this.#parts.values()];
		return { all: sumOf(parts.map(({ counts }) => counts.all)), shown: sumOf(parts.map(({ counts }) => counts.shown)) };
	}

	/** Undefined where it cannot be read, which the details say; a source that is asked over the network does not know it. */
	async #lastUse({ found: { source, token } }: TokenNode): Promise<string | undefined> {
		const use = source.freshness ? undefined : await source.statistics(token.id).catch(() => undefined);
		return use?.lastUsed === undefined ? undefined : lastUsedText(use.lastUsed);
	}

	/** Lets tooltips be made anew that tell the last use in other words by now. */
	async #followUse(): Promise<void> {
		const outdated: TokenNode[] = [];
		for (const [node, said] of this.#described) {
			if ((await this.#lastUse(node)) !== said) {
				this.#described.delete(node);
				node.tooltip = undefined;
				outdated.push(node);
			}
		}
		if (outdated.length > 0) {
			this.changed.fire(outdated);
		}
	}

	/** Redraws what the clock has overtaken: everything, unless it is only some words. */
	#keepTrue(): void {
		const now = this.clock();
		const due = this.#shownNodes().filter(({ trueUntil }) => trueUntil <= now.getTime());
		if (now.getTime() < this.#trueSince || now.getTime() >= this.#nextChange() || due.length > FEW) {
			this.refresh();
			return;
		}
		due.forEach((node) => node.sayAt(now));
		this.#trueSince = now.getTime();
		if (due.length > 0) {
			this.changed.fire(due);
		}
		this.#appoint();
	}

	#shownNodes(): readonly TokenNode[] {
		return [...this.#parts.values()].flatMap(({ nodes }) => nodes);
	}

	#nextChange(): number {
		return earliest([...this.#parts.values()].map((part) => part.nextChange));
	}

	#appoint(): void {
		const words = () => earliest(this.#shownNodes().map(({ trueUntil }) => trueUntil));
		this.#appointment.set(this.#visible ? Math.min(this.#nextChange(), words()) : Infinity);
	}
}

function sumOf(numbers: readonly number[]): number {
	return numbers.reduce((sum, one) => sum + one, 0);
}
