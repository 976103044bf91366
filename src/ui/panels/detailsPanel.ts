import * as v from 'valibot';
import * as vscode from 'vscode';
import { maskApiKey } from '../../domain/apiKey';
import { ALL_MODULES, extensions } from '../../domain/catalogue';
import { limits } from '../../domain/draft';
import { expirationDateOf, expirationPresets } from '../../domain/expiry';
import { allowedActions, sameLifetime } from '../../domain/lifecycle';
import type { Clock, KeyOptions, TokenSource } from '../../domain/ports';
import { detailsHost, detailsPage, type Beginning, type DetailsSnapshot, type ReplacementChoice } from '../../protocol/details';
import type { Peer } from '../../protocol/peer';
import { copyAuthorization, readAuthorization } from '../commands/keys';
import { commands } from '../ids';
import { localError, verbatim } from '../messages';
import { modules } from '../settings';
import { orFieldErrors } from './fieldErrors';
import { language, openPage } from './page';

const pageStateSchema = v.object({ tokenId: v.string() });

/** Whose details a page showed, by the state it kept; undefined for a state of another shape. */
export function tokenIdOf(pageState: unknown): string | undefined {
	return v.is(pageStateSchema, pageState) ? pageState.tokenId : undefined;
}

const RUN = { disable: commands.disableToken, enable: commands.enableToken, delete: commands.deleteToken } as const;

/** The host's side of the page that shows one token and follows every change of it. */
export class DetailsPanel {
	readonly #peer: Peer<typeof detailsHost, typeof detailsPage>;
	/** Whether there is a page to speak to: a hidden one is gone and asks anew when it is shown. */
	#ready = false;
	/** What the page is to begin with once it is there. */
	#begin: Beginning | null = null;

	constructor(
		private readonly panel: vscode.WebviewPanel,
		extensionUri: vscode.Uri,
		private readonly source: TokenSource,
		private readonly clock: Clock,
		private readonly tokenId: string,
	) {
		this.#peer = openPage(panel, extensionUri, {
			name: 'details',
			host: detailsHost,
			page: detailsPage,
			handlers: {
				ready: async () => {
					const snapshot = await this.#snapshot();
					const begin = this.#begin;
					this.#begin = null;
					this.#ready = true;
					return { snapshot, begin };
				},
				viewKey: ({ which }) => orReason(async () => ({ authorization: await readAuthorization(source, tokenId, which) })),
				copyKey: ({ which }) =>
					orReason(async () => {
						await copyAuthorization(source, tokenId, which);
						return { copied: true as const };
					}),
				save: ({ changes, expected }) => this.#change(() => source.update(tokenId, changes, expected)),
				replaceKey: ({ action, expiration }) => this.#change(() => source[action](tokenId, this.#keyOptions(expiration))),
				run: async ({ action }) => {
					await vscode.commands.executeCommand(RUN[action], { tokenId });
					return {};
				},
			},
		});
		const listening = vscode.Disposable.from(
			source.onDidChange(() => void this.#show()),
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
		const token = (await this.source.get(this.tokenId)) ?? null;
		const keys = token ? await this.source.keys(this.tokenId) : [];
		const [newest] = keys;
		const extension = extensions.find(({ id }) => id === token?.extension.id);
		this.panel.title = token ? verbatim(token.name) : this.tokenId;
		return {
			language: language(),
			modules: modules().list,
			allModules: ALL_MODULES,
			limits,
			presets: expirationPresets,
			token,
			...(extension && { extensionDescription: vscode.l10n.t(extension.description) }),
			keys: keys.map(({ which, expirationDate }) => ({ which, masked: maskApiKey(this.tokenId), expirationDate })),
			actions: token ? allowedActions(token) : [],
			permissionsFixed: (extension?.permissions ?? null) !== null,
			sameLifetime: newest ? sameLifetime(newest, this.clock()) : null,
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

	#change(change: () => Promise<unknown>) {
		return orFieldErrors(async () => {
			await change();
			return { done: true as const };
		});
	}

	#keyOptions(choice: ReplacementChoice): KeyOptions {
		return choice.kind === 'same' ? {} : { expirationDate: expirationDateOf(choice, this.clock()) };
	}
}

async function orReason<T>(read: () => Promise<T>): Promise<T | { unavailable: string }> {
	try {
		return await read();
	} catch (error) {
		return { unavailable: localError(error) };
	}
}
