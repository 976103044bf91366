import * as v from 'valibot';
import * as vscode from 'vscode';
import { ALL_MODULES, type Catalog } from '../../domain/catalog';
import { findDraftProblems, MAX_LENGTHS } from '../../domain/draftValidation';
import { resolveExpirationDate, EXPIRATION_PRESETS } from '../../domain/expiration';
import type { Clock, TokenSource } from '../../domain/ports';
import { ProblemError, type Problem } from '../../domain/problems';
import type { Token, TokenDraft } from '../../domain/token';
import type { FieldErrors } from '../../protocol/messageSchemas';
import {
	wizardHostMethods,
	wizardPageMethods,
	type WizardInput,
	type WizardSnapshot,
	type WizardStep,
} from '../../protocol/wizardMessages';
import { commandIds } from '../../models/manifestIds';
import { localizeDescription } from '../../models/localization';
import { toFieldErrors, catchFieldErrors } from '../../models/fieldErrors';
import { pageLanguage, createWebviewPage } from './webviewPage';

/** Which fields of a draft each step asks for. */
const STEP_FIELDS: Record<WizardStep, readonly string[]> = {
	general: ['name', 'externalId', 'description'],
	expiration: ['expirationDate'],
	extension: ['extension'],
	permissions: ['permissions'],
};

const wizardPageStateSchema = v.object({ createdId: v.nullable(v.string()), sourceId: v.optional(v.string()) });

/** Where a wizard creates, and which token it had created, by the state its page kept; in the workspace and none for a state of another shape. */
export function wizardPageStateFrom(pageState: unknown): { sourceId?: string | undefined; createdId: string | null } {
	return v.is(wizardPageStateSchema, pageState) ? pageState : { createdId: null };
}

/** The host's side of the wizard that creates a token. */
export class WizardPanel {
	#pendingCreation: Promise<Token> | undefined;

	constructor(
		private readonly panel: vscode.WebviewPanel,
		extensionUri: vscode.Uri,
		readonly source: TokenSource,
		private readonly clock: Clock,
		/** Of the token that this wizard has created; null before. */
		private createdId: string | null,
	) {
		createWebviewPage(panel, extensionUri, {
			name: 'wizard',
			host: wizardHostMethods,
			page: wizardPageMethods,
			handlers: {
				ready: () => this.#createSnapshot(),
				check: ({ step, input }) => this.#validateStep(step, input),
				create: ({ input }) => this.#create(input),
				goToDetails: async () => {
					await vscode.commands.executeCommand(commandIds.openDetails, { tokenId: this.createdId, sourceId: source.id });
					panel.dispose();
					return {};
				},
				close: () => {
					panel.dispose();
					return {};
				},
			},
		});
	}

	/** Whether this wizard has done its work, so that the next token needs a new one. */
	get isFinished(): boolean {
		return this.createdId !== null;
	}

	reveal(): void {
		this.panel.reveal();
	}

	async #createSnapshot(): Promise<WizardSnapshot> {
		// What keeps the tokens from being read is said when one is to be created.
		const tokens = await this.source.list('available').catch(() => []);
		const { extensions, modules } = await this.source.getCatalog();
		return {
			language: pageLanguage(),
			limits: MAX_LENGTHS,
			presets: EXPIRATION_PRESETS,
			extensions: extensions.map((extension) => ({ ...extension, description: localizeDescription(extension) })),
			modules,
			source: { id: this.source.id, account: this.source.remote?.account.name ?? null },
			allModules: ALL_MODULES,
			names: tokens.map(({ name }) => name),
			created: tokens.find(({ id }) => id === this.createdId) ?? null,
		};
	}

	async #validateStep(step: WizardStep, input: WizardInput): Promise<FieldErrors> {
		return toFieldErrors(
			this.#validate(input, await this.source.getCatalog()).filter(({ field }) => field !== null && STEP_FIELDS[step].includes(field)),
		);
	}

	/** A page that asks again, because it was reloaded meanwhile, gets the token it has already created. */
	#create(input: WizardInput): Promise<{ token: Token } | { errors: FieldErrors }> {
		const creation = (this.#pendingCreation ??= this.#createOnce(input));
		creation.catch(() => (this.#pendingCreation = undefined));
		return catchFieldErrors(async () => ({ token: await creation }));
	}

	async #createOnce(input: WizardInput): Promise<Token> {
		const catalog = await this.source.getCatalog();
		const problems = this.#validate(input, catalog);
		if (problems.length > 0) {
			throw new ProblemError(problems);
		}
		const token = await this.source.create(toDraft(input, catalog, this.clock()));
		this.createdId = token.id;
		return token;
	}

	#validate(input: WizardInput, catalog: Catalog): readonly Problem[] {
		const now = this.clock();
		const problems = [...findDraftProblems(toDraft(input, catalog, now), now, catalog)];
		if (needsPermissions(input.extension, catalog) && input.permissions.length === 0) {
			problems.push({ field: 'permissions', template: 'Select at least one module.', args: [] });
		}
		return problems;
	}
}

function toDraft(input: WizardInput, catalog: Catalog, now: Date): TokenDraft {
	return {
		name: input.name,
		externalId: input.externalId,
		description: input.description,
		extension: input.extension,
		expirationDate: resolveExpirationDate(input.expiration, now),
		// What was checked before the user changed to an extension with fixed modules is kept, and not meant.
		...(needsPermissions(input.extension, catalog) && { permissions: input.permissions }),
	};
}

function needsPermissions(extensionId: string, { extensions }: Catalog): boolean {
	return extensions.find(({ id }) => id === extensionId)?.permissions === null;
}
