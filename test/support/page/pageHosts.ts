import type { Allowance } from '../../../src/domain/allowedHosts';
import { Emitter } from '../../../src/domain/emitter';
import { mapLevels } from '../../../src/domain/log';
import { BUILT_IN_MODULE_PATHS } from '../../../src/domain/modulePaths';
import type { Clock, Disposable, GatewayState, TokenSource } from '../../../src/domain/ports';
import type { TokenLocator, TokenSources } from '../../../src/domain/tokenSources';
import { ClockScheduler } from '../../../src/models/clockScheduler';
import { DetailsPage } from '../../../src/models/detailsPage';
import { deleteTokens, disableTokens, enableTokens, type Confirm } from '../../../src/models/lifecycleActions';
import { commandIds, type CommandId } from '../../../src/models/manifestIds';
import { WizardPage } from '../../../src/models/wizardPage';
import type { InitialAction } from '../../../src/protocol/detailsMessages';
import type { Drafts } from '../../../src/models/drafts';
import type { TokenTestResult } from '../../../src/protocol/tokenTestMessages';
import type { PageLanguage } from '../../../src/protocol/messageSchemas';
import type { MessageTransport } from '../../../src/protocol/peer';
import { createExampleDrafts } from '../exampleDrafts';
import { ExampleHosts } from '../exampleHosts';
import { GATEWAY_URL } from './exampleUsage';
import { PageConnection } from './pageConnection';
import { readTestKey } from '../testBroker';

/** Doesn't mask secrets as `silentLog` does, because that needs Node.js, and the gallery runs in a browser. */
const NO_LOG = mapLevels(() => undefined);

const ENGLISH: PageLanguage = { locale: 'en-GB', texts: {} };

/** The result of a test whose request the gateway allowed. */
export const ACCEPTED_TEST: TokenTestResult = {
	outcome: 'accepted',
	title: '200 OK in 12 ms',
	reason: null,
	fix: null,
	notes: [`GET ${GATEWAY_URL}/accounts?limit=1`, 'The gateway was started for this test.'],
};

/** The result of a test that the gateway's upstream denied. */
export const DENIED_TEST: TokenTestResult = {
	outcome: 'denied',
	title: '401 Unauthorized in 1,204 ms',
	reason: "The gateway accepted the token, but api.example denied the gateway's request. Set a credential that the gateway can use there.",
	fix: 'setCredential',
	notes: [`GET ${GATEWAY_URL}/accounts?limit=1`],
};

export interface PageHostOptions {
	readonly transport: MessageTransport;
	readonly sources: TokenSources;
	/** One of `sources`. */
	readonly source: TokenSource;
	readonly clock: Clock;
	/** By default, there are none. */
	readonly drafts?: Drafts | undefined;
	readonly language?: PageLanguage | undefined;
}

/** A gateway that only pretends to run. */
export class ExampleGateway implements GatewayState {
	url: string | undefined;
	readonly #emitter = new Emitter();

	onDidChange(listener: () => void): Disposable {
		return this.#emitter.on(listener);
	}

	start(): Promise<void> {
		this.url = GATEWAY_URL;
		this.#emitter.fire();
		return Promise.resolve();
	}
}

/** The real model of a details page, with an editor that runs the page's commands. */
export class DetailsHost implements Disposable {
	readonly connection: PageConnection;
	readonly gateway = new ExampleGateway();
	readonly hosts = new ExampleHosts();
	/** The commands that the page has run. */
	readonly commands: string[] = [];
	/** What the page has copied. */
	readonly copied: string[] = [];
	/** Removes the last copied key from the clipboard, as the editor does after a while. */
	clearClipboard: () => void = () => undefined;
	/** What the page's tests of its token return. */
	testResult = ACCEPTED_TEST;
	/** What's said about the uses of the token before its key ends; undefined if they can't be read. */
	usageLines: readonly string[] | undefined = [
		'Last used 3 hours ago (1 Jan 2030, 13:00)',
		'Used in 2 files: requests.http, tools/import.http',
	];
	/** When the token's permissions were reduced, and the denials since. */
	reduction: { readonly at: string; readonly denied: number } | undefined;
	/** The error that the next test fails with. */
	testError: Error | undefined;
	/** Answers the question whether to delete the token. */
	confirm: Confirm = () => Promise.resolve(true);
	readonly #page: DetailsPage;

	constructor(
		private readonly options: PageHostOptions,
		readonly tokenId: string,
	) {
		const { transport, sources, source, clock, drafts = createExampleDrafts(), language = ENGLISH } = options;
		this.connection = new PageConnection(transport);
		this.#page = new DetailsPage({
			transport: this.connection,
			sources,
			source,
			tokenId,
			clock,
			readExpiringDays: () => 7,
			readModulePaths: () => BUILT_IN_MODULE_PATHS,
			testToken: () => {
				const { testError } = this;
				this.testError = undefined;
				return testError ? Promise.reject(testError) : Promise.resolve(this.testResult);
			},
			readReduction: () => Promise.resolve(this.reduction),
			readUsageLines: () => (this.usageLines ? Promise.resolve(this.usageLines) : Promise.reject(new Error('The disk failed.'))),
			language,
			gateway: this.gateway,
			hosts: this.hosts,
			drafts,
			scheduler: new ClockScheduler(clock, () => ({ dispose: () => undefined })),
			log: NO_LOG,
			host: {
				setTitle: () => undefined,
				copyKey: async (found, which, onCleared) => {
					this.copied.push(await readTestKey(found, 'authorization', which));
					this.clearClipboard = onCleared;
				},
				runCommand: (id, token) => this.#runCommand(id, token),
			},
		});
	}

	get source(): TokenSource {
		return this.options.source;
	}

	/** Starts an edit, a rotation, or a renewal, as the user does outside the page. */
	start(action: InitialAction): void {
		this.#page.start(action);
	}

	/** Allows something for the token, as the user does outside the page. */
	allow(allowance: Allowance): Promise<void> {
		return this.hosts.change({ sourceId: this.source.id, tokenId: this.tokenId }, allowance, true);
	}

	/** Tells the host that the editor discards the page, until it loads again. */
	hide(): void {
		this.#page.handleHidden();
	}

	dispose(): void {
		this.#page.dispose();
	}

	async #runCommand(id: string, locator: TokenLocator): Promise<void> {
		this.commands.push(id);
		const found = await this.options.sources.find(locator);
		const tokens = found ? [found] : [];
		switch (id) {
			case commandIds.disableToken:
				await disableTokens(tokens, this.confirm);
				return;
			case commandIds.enableToken:
				return enableTokens(tokens);
			case commandIds.deleteToken:
				return deleteTokens(tokens, this.confirm);
			case commandIds.endLease:
				await this.options.sources.workspace.endLease(this.tokenId);
				return;
			case commandIds.startGateway:
				return this.gateway.start();
			default:
				return;
		}
	}
}

/** The real model of a wizard, with an editor that records what it's asked to do. */
export class WizardHost implements Disposable {
	readonly connection: PageConnection;
	/** What the wizard's tests of its token return. */
	testResult = ACCEPTED_TEST;
	/** The commands that the wizard has run, except the one that opens details. */
	readonly commands: CommandId[] = [];
	/** The tokens whose details the wizard has opened. */
	readonly openedDetails: string[] = [];
	/** Number of times that the wizard asked to be closed. It stays open, so that tests can see what it shows. */
	closeRequests = 0;
	/** Number of times that the wizard asked what to do with its input. */
	questions = 0;
	/** The answer to that question. */
	draftChoice: 'discard' | 'keep' | undefined = 'discard';
	/** Opens the details of a token. */
	openDetails: (tokenId: string) => Promise<void> = (tokenId) => {
		this.openedDetails.push(tokenId);
		return Promise.resolve();
	};
	readonly #page: WizardPage;

	constructor({ transport, source, clock, drafts = createExampleDrafts(), language = ENGLISH }: PageHostOptions) {
		this.connection = new PageConnection(transport);
		this.#page = new WizardPage({
			transport: this.connection,
			source,
			drafts,
			readModulePaths: () => BUILT_IN_MODULE_PATHS,
			clock,
			language,
			createdId: null,
			log: NO_LOG,
			testToken: () => Promise.resolve(this.testResult),
			host: {
				runCommand: async (id, { tokenId }) => {
					if (id === commandIds.openDetails) {
						await this.openDetails(tokenId);
					} else {
						this.commands.push(id);
					}
				},
				askAboutDraft: () => {
					this.questions++;
					return Promise.resolve(this.draftChoice);
				},
				close: () => {
					this.closeRequests++;
				},
			},
		});
	}

	dispose(): void {
		this.#page.dispose();
	}
}

/**
 * Makes a method of a source, vault, or gateway fail with an error.
 * @returns a function that restores the method
 */
export function fail<T extends object>(target: T, method: keyof T & string, error: Error): () => void {
	const own = Object.getOwnPropertyDescriptor(target, method);
	Object.defineProperty(target, method, { value: () => Promise.reject(error), configurable: true, writable: true });
	return () => {
		Reflect.deleteProperty(target, method);
		if (own) {
			Object.defineProperty(target, method, own);
		}
	};
}
