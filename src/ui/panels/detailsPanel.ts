import * as v from 'valibot';
import * as vscode from 'vscode';
import { maskApiKey } from '../../domain/apiKey';
import { ALL_MODULES, catalogue } from '../../domain/catalogue';
import { limits } from '../../domain/draft';
import { expirationDateOf, expirationPresets } from '../../domain/expiry';
import { allowedActions, sameLifetime } from '../../domain/lifecycle';
import type { Clock, GatewayState, KeyOptions, TokenSource } from '../../domain/ports';
import type { TokenRef, TokenSources } from '../../domain/sources';
import { nextDate, unused, type KnownUse } from '../../domain/statistics';
import { detailsHost, detailsPage, type Beginning, type DetailsSnapshot, type ReplacementChoice, type Usage } from '../../protocol/details';
import type { Peer } from '../../protocol/peer';
import type { Alarm, Appointment } from '../alarm';
import { copyAuthorization, readAuthorization } from '../commands/keys';
import { commands } from '../ids';
import { localDescription, localError, verbatim } from '../messages';
import { orFieldErrors } from './fieldErrors';
import { language, openPage } from './page';
import { shownUsage } from './usage';

const pageStateSchema = v.object({ tokenId: v.string(), sourceId: v.optional(v.string()) });

/** Whose details a page showed, by the state it kept; undefined for a state of another shape. */
export function tokenRefOf(pageState: unknown): TokenRef | undefined {
	return v.is(pageStateSchema, pageState) ? { tokenId: pageState.tokenId, sourceId: pageState.sourceId } : undefined;
}

const RUN = {
	disable: commands.disableToken,
	enable: commands.enableToken,
	delete: commands.deleteToken,
	startGateway: commands.startGateway,
	copyGatewayUrl: commands.copyGatewayUrl,
	newRequestFile: commands.newRequestFile,
} as const;

/** What the page is about besides its token. */
export interface DetailsContext {
	readonly sources: TokenSources;
	readonly gateway: GatewayState;
	readonly clock: Clock;
	readonly alarm: Alarm;
}

/** The host's side of the page that shows one token and follows every change of it. */
export class DetailsPanel {
	readonly #peer: Peer<typeof detailsHost, typeof detailsPage>;
	/** Whether there is a page to speak to: a hidden one is gone and asks anew when it is shown. */
	#ready = false;
	/** What the page is to begin with once it is there. */
	#begin: Beginning | null = null;
	/** Counts the looks at the usage: what an earlier one brings must not take the place of what a later one brought. */
	#looks = 0;
	/** With the day, the last 30 become others. */
	readonly #nextDate: Appointment;

	constructor(
		private readonly panel: vscode.WebviewPanel,
		extensionUri: vscode.Uri,
		private readonly context: DetailsContext,
		private readonly source: TokenSource,
		private readonly tokenId: string,
	) {
		const { gateway, alarm } = context;
		this.#peer = openPage(panel, extensionUri, {
			name: 'details',
			host: detailsHost,
			page: detailsPage,
			handlers: {
				ready: async () => {
					const [snapshot, usage] = await Promise.all([this.#snapshot(), isRemote(source) ? this.#awaitedUsage() : this.#usage()]);
					const begin = this.#begin;
					this.#begin = null;
					this.#ready = true;
					if (isRemote(source)) {
						// The page has its answer by then, and waits for no network.
						setImmediate(() => void this.#showUsage());
					}
					return { snapshot, usage, begin };
				},
				viewKey: ({ which }) => orReason(async () => ({ authorization: await readAuthorization(source, tokenId, which) })),
				copyKey: ({ which }) =>
					orReason(async () => {
						await copyAuthorization(source, tokenId, which);
						return { copied: true as const };
					}),
				save: ({ changes, expected }) => this.#change(() => source.update(tokenId, changes, expected)),
				replaceKey: ({ action, expiration }) => this.#change(() => source[action](tokenId, this.#keyOptions(expiration))),
				readUsage: async () => {
					await this.#showUsage();
					return {};
				},
				run: async ({ action }) => {
					await vscode.commands.executeCommand(RUN[action], { tokenId, sourceId: source.id });
					return {};
				},
			},
		});
		this.#nextDate = alarm.add(() => void this.#showUsage());
		const listening = vscode.Disposable.from(
			this.#nextDate,
			source.onDidChange(() => void this.#show()),
			source.onDidCount(() => void this.#showUsage()),
			...(isRemote(source) ? [] : [gateway.onDidChange(() => void this.#showUsage())]),
			panel.onDidChangeViewState(() => {
				this.#ready = this.#ready && panel.visible;
			}),
		);
		panel.onDidDispose(() => {
			listening.dispose();
		});
	}

	/** Brings the page to the front and lets it begin an edit, a rotation or a renewal. */
	reveal(begin: Beginning | null): void {
		this.panel.reveal();
		if (begin && this.#ready) {
			void this.#peer.ask('begin', { what: begin }).catch(() => undefined);
		} else {
			this.#begin = begin;
		}
	}

	async #snapshot(): Promise<DetailsSnapshot> {
		const { clock } = this.context;
		const { source } = this;
		const token = (await source.get(this.tokenId)) ?? null;
		const keys = token ? await source.keys(this.tokenId) : [];
		const [newest] = keys;
		const issuedAt = newest?.issuedAt;
		const { extensions, modules } = await source.catalogue().catch(() => catalogue);
		const extension = extensions.find(({ id }) => id === token?.extension.id);
		this.panel.title = token ? verbatim(token.name) : this.tokenId;
		return {
			language: language(),
			modules,
			source: { id: source.id, account: source.account?.name ?? null },
			allModules: ALL_MODULES,
			limits,
			presets: expirationPresets,
			token,
			...(extension && { extensionDescription: localDescription(extension) }),
			keys: keys.map(({ which, expirationDate }) => ({ which, masked: maskApiKey(this.tokenId), expirationDate })),
			actions: token ? allowedActions(token) : [],
			permissionsFixed: (extension?.permissions ?? null) !== null,
			...(issuedAt && { sameLifetime: sameLifetime({ ...newest, issuedAt }, clock()) }),
		};
	}

	async #show(): Promise<void> {
		if (this.#ready) {
			// A page that closes meanwhile needs no answer.
			await this.#snapshot()
				.then((snapshot) => this.#peer.ask('show', snapshot))
				.catch(() => undefined);
		}
	}

	async #usage(): Promise<Usage> {
		const { gateway, clock } = this.context;
		const { source } = this;
		const now = clock();
		this.#nextDate.set(nextDate(now));
		const { statistics, problem } = await source.statistics(this.tokenId).then(
			(known): { statistics: KnownUse; problem: string | null } => ({ statistics: known, problem: null }),
			(error: unknown) => ({ statistics: unused, problem: localError(error) }),
		);
		return {
			...shownUsage(statistics, now),
			gatewayUrl: gateway.url ?? null,
			counting: isRemote(source) ? 'platform' : 'gateway',
			problem,
		};
	}

	/** What is shown of a usage that comes over the network: the page does not wait for it. */
	#awaitedUsage(): Usage {
		return { ...shownUsage({ days: [], lastUsed: undefined }, this.context.clock()), gatewayUrl: null, counting: 'reading', problem: null };
	}

	async #showUsage(): Promise<void> {
		const look = ++this.#looks;
		if (this.#ready) {
			const usage = await this.#usage();
			if (look === this.#looks) {
				await this.#peer.ask('showUsage', usage).catch(() => undefined);
			}
		}
	}

	#change(change: () => Promise<unknown>) {
		return orFieldErrors(async () => {
			await change();
			return { done: true as const };
		});
	}

	#keyOptions(choice: ReplacementChoice): KeyOptions {
		return choice.kind === 'same' ? {} : { expirationDate: expirationDateOf(choice, this.context.clock()) };
	}
}

/** Whether it takes the network to know more than what is known. */
function isRemote({ freshness }: TokenSource): boolean {
	return freshness !== undefined;
}

async function orReason<T>(read: () => Promise<T>): Promise<T | { unavailable: string }> {
	try {
		return await read();
	} catch (error) {
		return { unavailable: localError(error) };
	}
}
