import * as v from 'valibot';
import { maskApiKey } from '../domain/apiKey';
import { type Catalog } from '../domain/catalog';
import { findDraftProblems, MAX_LENGTHS } from '../domain/draftValidation';
import { EXPIRATION_PRESETS, resolveExpirationDate } from '../domain/expiration';
import { logFailure, type Log } from '../domain/log';
import { BUILT_IN_MODULE_PATHS, type ModulePaths } from '../domain/modulePaths';
import type { Clock, Disposable, TokenSource } from '../domain/ports';
import { ProblemError, unknownTokenProblem, type Problem } from '../domain/problems';
import type { Token, TokenDraft } from '../domain/token';
import type { SourceToken, TokenLocator } from '../domain/tokenSources';
import type { FieldErrors, PageLanguage } from '../protocol/messageSchemas';
import { Peer, type MessageTransport } from '../protocol/peer';
import {
	wizardDraftSchema,
	wizardHostMethods,
	wizardPageMethods,
	type WizardDraft,
	type WizardInput,
	type WizardSnapshot,
	type WizardStep,
} from '../protocol/wizardMessages';
import type { TokenTestResult } from '../protocol/tokenTestMessages';
import type { Drafts } from './drafts';
import { findModulesProblem, hasSelectableModules, STEP_FIELDS } from './draftRules';
import { catchFieldErrors, toFieldErrors } from './fieldErrors';
import { toLimits } from './limitInput';
import { localizeDescription } from './localization';
import { commandIds, type CommandId } from './manifestIds';
import { addModulePaths } from './moduleChoices';
import { markOwn } from './ownArguments';
import { TEST_FIX_COMMANDS } from './tokenTestTexts';

const pageStateSchema = v.object({ createdId: v.nullable(v.string()), sourceId: v.optional(v.string()) });

/** Returns the wizard's source and the token it has created, from its page's saved state; neither if the state isn't valid. */
export function parseWizardPageState(pageState: unknown): { sourceId?: string | undefined; createdId: string | null } {
	return v.is(pageStateSchema, pageState) ? { sourceId: pageState.sourceId, createdId: pageState.createdId } : { createdId: null };
}

/** What the wizard needs from the editor. */
export interface WizardPageHost {
	/** Runs a command of the extension for the created token. */
	runCommand(id: CommandId, token: TokenLocator): Promise<void>;
	/** Asks what to do with the input of a wizard that's being closed. Resolves to undefined if the user wants to continue. */
	askAboutDraft(): Promise<'discard' | 'keep' | undefined>;
	/** Closes the page, which disposes the wizard. */
	close(): void;
}

export interface WizardPageOptions {
	readonly transport: MessageTransport;
	readonly host: WizardPageHost;
	readonly language: PageLanguage;
	readonly source: TokenSource;
	readonly drafts: Drafts;
	/** Returns the paths that the workspace's modules cover. */
	readonly readModulePaths: () => ModulePaths;
	readonly clock: Clock;
	/** ID of the token that this wizard created before the window was reloaded; null if it hasn't created one. */
	readonly createdId: string | null;
	readonly log: Log;
	testToken(found: SourceToken): Promise<TokenTestResult>;
}

/** The host's side of the wizard: handles its page's requests, and creates its one token. */
export class WizardPage implements Disposable {
	readonly #peer: Peer<typeof wizardHostMethods, typeof wizardPageMethods>;
	#createdId: string | null;
	#pendingCreation: Promise<Token> | undefined;
	/** What the page contains; undefined until it has sent that. */
	#draft: WizardDraft | null | undefined;

	constructor(private readonly options: WizardPageOptions) {
		const { host, source, transport } = options;
		this.#createdId = options.createdId;
		this.#peer = new Peer(
			transport,
			wizardHostMethods,
			{
				ready: () => this.#createSnapshot(),
				check: ({ step, input }) => this.#validateStep(step, input),
				create: ({ input }) => this.#create(input),
				keepDraft: async ({ draft }) => {
					await this.#keepDraft(draft);
					return {};
				},
				testToken: async () => options.testToken(await this.#getCreated()),
				fixTest: ({ fix }) => this.#runForCreated(TEST_FIX_COMMANDS[fix]),
				useToken: ({ action }) => this.#runForCreated(commandIds[action]),
				goToDetails: async () => {
					if (this.#createdId !== null) {
						await host.runCommand(commandIds.openDetails, { tokenId: this.#createdId, sourceId: source.id });
					}
					host.close();
					return {};
				},
				close: async () => {
					await this.#close();
					return {};
				},
			},
			wizardPageMethods,
		);
	}

	get source(): TokenSource {
		return this.options.source;
	}

	/** Whether this wizard has created its token, so that creating another one requires a new wizard. */
	get isFinished(): boolean {
		return this.#createdId !== null;
	}

	dispose(): void {
		this.#peer.dispose();
	}

	async #createSnapshot(): Promise<WizardSnapshot> {
		const { language, log, readModulePaths, source } = this.options;
		// If the tokens can't be read, creating one fails with the reason.
		const tokens = await source.list('available').catch(logFailure(log, 'list tokens', []));
		const { extensions, modules, hasReadOnlyAccess = false, hasRequestRules = false } = await source.getCatalog();
		const created = tokens.find(({ id }) => id === this.#createdId) ?? null;
		return {
			language,
			maxLengths: MAX_LENGTHS,
			presets: EXPIRATION_PRESETS,
			extensions: extensions.map((extension) => ({ ...extension, description: localizeDescription(extension) })),
			modules: addModulePaths(modules, source.remote ? BUILT_IN_MODULE_PATHS : readModulePaths()),
			source: { id: source.id, account: source.remote?.account.name ?? null },
			hasReadOnlyAccess,
			hasRequestRules,
			names: tokens.map(({ name }) => name),
			draft: await this.#readDraft(),
			createdId: this.#createdId,
			created,
			maskedKey: created && maskApiKey(created.id),
		};
	}

	/** The page's own input if it was only hidden, otherwise the stored draft. */
	async #readDraft(): Promise<WizardSnapshot['draft']> {
		if (this.isFinished) {
			return null;
		}
		if (this.#draft === undefined) {
			const saved = await this.options.drafts.read(this.#draftKey, wizardDraftSchema);
			return saved ? { ...saved.content, savedAt: saved.savedAt } : null;
		}
		return this.#draft && { ...this.#draft, savedAt: null };
	}

	async #keepDraft(draft: WizardDraft | null): Promise<void> {
		if (!this.isFinished) {
			this.#draft = draft;
			await this.options.drafts.write(this.#draftKey, draft ?? undefined);
		}
	}

	async #close(): Promise<void> {
		const { host } = this.options;
		if ((await this.#readDraft()) !== null) {
			const choice = await host.askAboutDraft();
			if (choice === undefined) {
				return;
			}
			if (choice === 'discard') {
				await this.#keepDraft(null);
			}
		}
		host.close();
	}

	get #draftKey(): string {
		return `create ${this.options.source.id}`;
	}

	/** @throws ProblemError if the created token was deleted */
	async #getCreated(): Promise<SourceToken> {
		const { source } = this.options;
		const token = this.#createdId === null ? undefined : await source.get(this.#createdId);
		if (!token) {
			throw unknownTokenProblem(this.#createdId ?? '');
		}
		return { source, token };
	}

	async #runForCreated(id: CommandId): Promise<Record<string, never>> {
		const { source, token } = await this.#getCreated();
		await this.options.host.runCommand(id, markOwn({ tokenId: token.id, sourceId: source.id }));
		return {};
	}

	async #validateStep(step: WizardStep, input: WizardInput): Promise<FieldErrors> {
		const { clock, source } = this.options;
		return findStepErrors(step, input, await source.getCatalog(), clock());
	}

	/** Creates the token once: a page that was reloaded during the creation and asks again gets the same token. */
	#create(input: WizardInput): Promise<{ token: Token; maskedKey: string } | { errors: FieldErrors }> {
		return catchFieldErrors(async () => {
			const creation = (this.#pendingCreation ??= this.#createToken(input));
			try {
				const token = await creation;
				return { token, maskedKey: maskApiKey(token.id) };
			} catch (error) {
				this.#pendingCreation = undefined;
				throw error;
			}
		});
	}

	async #createToken(input: WizardInput): Promise<Token> {
		const { clock, drafts, source } = this.options;
		const catalog = await source.getCatalog();
		const problems = findInputProblems(input, catalog, clock());
		if (problems.length > 0) {
			throw new ProblemError(problems);
		}
		const token = await source.create(toDraft(input, catalog, clock()));
		this.#createdId = token.id;
		await drafts.write(this.#draftKey, undefined).catch(() => undefined); // It has been logged; the token was created all the same.
		return token;
	}
}

/** The problems with everything entered in the wizard; none if a token can be created from it. */
export function findInputProblems(input: WizardInput, catalog: Catalog, now: Date): readonly Problem[] {
	const modulesProblem = hasSelectableModules(input.extension, catalog.extensions) ? findModulesProblem(input.permissions) : undefined;
	return [...findDraftProblems(toDraft(input, catalog, now), now, catalog), ...(modulesProblem ? [modulesProblem] : [])];
}

/** An error message for each invalid field of one step. */
export function findStepErrors(step: WizardStep, input: WizardInput, catalog: Catalog, now: Date): FieldErrors {
	return toFieldErrors(findInputProblems(input, catalog, now).filter(({ field }) => field !== null && STEP_FIELDS[step].includes(field)));
}

/** The draft that the wizard's input describes. */
export function toDraft(input: WizardInput, catalog: Catalog, now: Date): TokenDraft {
	return {
		name: input.name,
		externalId: input.externalId,
		description: input.description,
		extension: input.extension,
		expirationDate: resolveExpirationDate(input.expiration, now),
		// The input keeps modules that were selected before the user changed to an extension with fixed modules.
		...(hasSelectableModules(input.extension, catalog.extensions) && { permissions: input.permissions }),
		...(catalog.hasRequestRules === true && { limits: toLimits(input.limits), approval: input.approval }),
	};
}
