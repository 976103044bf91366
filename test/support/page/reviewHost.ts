import { Emitter } from '../../../src/domain/emitter';
import { mapLevels } from '../../../src/domain/log';
import type { Clock, Disposable } from '../../../src/domain/ports';
import type { TokenLocator, TokenSources } from '../../../src/domain/tokenSources';
import { ClockScheduler } from '../../../src/models/clockScheduler';
import type { Confirm } from '../../../src/models/lifecycleActions';
import type { ConfirmationText } from '../../../src/models/lifecycleTexts';
import { ReviewPage } from '../../../src/models/reviewPage';
import type { PageLanguage } from '../../../src/protocol/messageSchemas';
import type { MessageTransport } from '../../../src/protocol/peer';
import type { ReviewFile } from '../../../src/protocol/reviewMessages';
import { PageConnection } from './pageConnection';

/** Doesn't mask secrets as `silentLog` does, because that needs Node.js, and the gallery runs in a browser. */
const NO_LOG = mapLevels(() => undefined);

export interface ReviewHostOptions {
	readonly transport: MessageTransport;
	readonly sources: TokenSources;
	readonly clock: Clock;
	readonly language?: PageLanguage | undefined;
	/** Places of keys by token ID. */
	readonly keyFiles?: ReadonlyMap<string, readonly ReviewFile[]>;
}

/** The real model of the review, with an editor that records what the page asks for. */
export class ReviewHost implements Disposable {
	readonly connection: PageConnection;
	/** The commands that the page has run, with the IDs of their tokens. */
	readonly commands: string[] = [];
	/** The files that the page has opened. */
	readonly opened: string[] = [];
	/** The questions that were asked. */
	readonly questions: ConfirmationText[] = [];
	/** Answers questions. */
	answer = true;
	/** The label of the choice that the user picks; undefined if they cancel. */
	choice: string | undefined = '30 days';
	keyFiles: ReadonlyMap<string, readonly ReviewFile[]>;
	/** Runs what's scheduled. */
	readonly scheduler: ClockScheduler;
	readonly #keyFileEmitter = new Emitter();
	readonly #page: ReviewPage;

	constructor({ transport, sources, clock, language = { locale: 'en-GB', texts: {} }, keyFiles = new Map() }: ReviewHostOptions) {
		this.connection = new PageConnection(transport);
		this.keyFiles = keyFiles;
		this.scheduler = new ClockScheduler(clock, () => ({ dispose: () => undefined }));
		const confirm: Confirm = (text) => {
			this.questions.push(text);
			return Promise.resolve(this.answer);
		};
		this.#page = new ReviewPage({
			transport: this.connection,
			sources,
			clock,
			language,
			scheduler: this.scheduler,
			log: NO_LOG,
			readKeyFiles: () => Promise.resolve(this.keyFiles),
			host: {
				confirm,
				pickOne: (items) => Promise.resolve(items.find(({ label }) => label === this.choice)?.value),
				runCommand: (id: string, token?: TokenLocator) => {
					this.commands.push(token ? `${id} ${token.tokenId}` : id);
					return Promise.resolve();
				},
				openFile: ({ label, line }) => {
					this.opened.push(`${label}:${line + 1}`);
					return Promise.resolve();
				},
				onDidChangeKeyFiles: (listener) => this.#keyFileEmitter.on(listener),
			},
		});
	}

	/** Changes which files contain keys, as an edit or a search does. */
	changeKeyFiles(keyFiles: ReadonlyMap<string, readonly ReviewFile[]>): void {
		this.keyFiles = keyFiles;
		this.#keyFileEmitter.fire();
	}

	/** Tells the host that the editor discards the page, until it loads again. */
	hide(): void {
		this.#page.handleHidden();
	}

	dispose(): void {
		this.#page.dispose();
	}
}
