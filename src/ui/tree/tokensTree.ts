import * as vscode from 'vscode';
import { arrange } from '../../domain/arrangement';
import type { Clock, Disposable, GatewayState, TokenSource } from '../../domain/ports';
import { earliest, nextChange } from '../../domain/schedule';
import type { Token } from '../../domain/token';
import type { Alarm, Appointment } from '../alarm';
import { expiringDays } from '../settings';
import { lastUsedText } from '../tokenText';
import { SourceNode, TokenNode, type TokensTreeNode } from './nodes';
import type { ViewState } from './viewState';

/** So many nodes are redrawn one by one; the editor compares each with every other, so that beyond it is cheaper to draw all anew. */
const FEW = 50;

/** How many tokens there are, and how many of them the filter lets through. */
export interface Counts {
	readonly all: number;
	readonly shown: number;
}

/** What the Tokens view shows: sources, and under each its tokens in their order. With no token to show it is empty. */
export class TokensTree implements vscode.Disposable {
	readonly #read = new vscode.EventEmitter<Counts>();
	readonly #appointment: Appointment;
	#listening: Disposable | undefined;
	#nodes: readonly TokenNode[] = [];
	/** When the clock makes one of the tokens another, shown or not; milliseconds since the epoch. */
	#nextChange = Infinity;
	/** Since when what is shown is true; milliseconds since the epoch. */
	#trueSince = 0;
	#visible = false;
	#counting: Disposable | undefined;
	/** The nodes that have a tooltip, with what it says of the last use. */
	readonly #described = new Map<TokenNode, string | undefined>();
	/** Fires whenever the tokens have been read, or could not be. */
	readonly onDidRead = this.#read.event;

	constructor(
		private readonly source: TokenSource,
		private readonly clock: Clock,
		private readonly viewState: ViewState,
		alarm: Alarm,
		private readonly changed: vscode.EventEmitter<TokensTreeNode[] | undefined>,
		private readonly gateway: GatewayState,
	) {
		this.#appointment = alarm.add(() => this.#keepTrue());
	}

	async getChildren(node?: TokensTreeNode): Promise<TokensTreeNode[]> {
		if (node instanceof TokenNode) {
			return [];
		}
		this.#listening ??= this.source.onDidChange(() => this.refresh());
		const tokens = await this.#list();
		const shown = arrange(tokens, this.viewState.read());
		const days = expiringDays();
		const now = this.clock();
		this.#nextChange = earliest(tokens.map((token) => nextChange(token, now, days)));
		this.#trueSince = now.getTime();
		this.#described.clear();
		this.#nodes = node ? shown.map((token) => new TokenNode(token, now)) : [];
		this.#appoint();
		this.#read.fire({ all: tokens.length, shown: shown.length });
		if (node) {
			return [...this.#nodes];
		}
		return shown.length > 0 ? [new SourceNode(this.gateway.url)] : [];
	}

	/** Tooltips are made when they are asked for: a long list needs few of them. The editor keeps each until its node is redrawn. */
	async resolveTreeItem(item: vscode.TreeItem, node: TokensTreeNode): Promise<vscode.TreeItem> {
		if (node instanceof TokenNode) {
			this.#counting ??= this.source.onDidCount(() => void this.#followUse());
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

	async #list(): Promise<readonly Token[]> {
		// The source keeps the reason, and the view shows it.
		return this.source.list().catch(() => []);
	}

	/** Undefined where it cannot be read; the details say why. */
	#lastUse(node: TokenNode): Promise<string | undefined> {
		return this.source.statistics(node.token.id).then(
			({ lastUsed }) => (lastUsed === undefined ? undefined : lastUsedText(lastUsed)),
			() => undefined,
		);
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
		const due = this.#nodes.filter(({ trueUntil }) => trueUntil <= now.getTime());
		if (now.getTime() < this.#trueSince || now.getTime() >= this.#nextChange || due.length > FEW) {
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

	#appoint(): void {
		this.#appointment.set(this.#visible ? Math.min(this.#nextChange, earliest(this.#nodes.map(({ trueUntil }) => trueUntil))) : Infinity);
	}
}
