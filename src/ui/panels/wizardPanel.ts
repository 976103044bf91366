import * as v from 'valibot';
import * as vscode from 'vscode';
import { ALL_MODULES, type Catalogue } from '../../domain/catalogue';
import { draftProblems, limits } from '../../domain/draft';
import { expirationDateOf, expirationPresets } from '../../domain/expiry';
import type { Clock, TokenSource } from '../../domain/ports';
import { ProblemError, type Problem } from '../../domain/problems';
import type { Token, TokenDraft } from '../../domain/token';
import type { FieldErrors } from '../../protocol/shared';
import { wizardHost, wizardPage, type WizardInput, type WizardSnapshot, type WizardStep } from '../../protocol/wizard';
import { commands } from '../ids';
import { localDescription } from '../messages';
import { fieldErrors, orFieldErrors } from './fieldErrors';
import { language, openPage } from './page';

/** Which fields of a draft each step asks for. */
const STEP_FIELDS: Record<WizardStep, readonly string[]> = {
	general: ['name', 'externalId', 'description'],
	expiration: ['expirationDate'],
	extension: ['extension'],
	permissions: ['permissions'],
};

const pageStateSchema = v.object({ createdId: v.nullable(v.string()), sourceId: v.optional(v.string()) });

/** Where a wizard creates, and which token it had created, by the state its page kept; in the workspace and none for a state of another shape. */
export function wizardStateOf(pageState: unknown): { sourceId?: string | undefined; createdId: string | null } {
	return v.is(pageStateSchema, pageState) ? pageState : { createdId: null };
}

/** The host's side of the wizard that creates a token. */
export class WizardPanel {
	#creating: Promise<Token> | undefined;

	constructor(
		private readonly panel: vscode.WebviewPanel,
		extensionUri: vscode.Uri,
		readonly source: TokenSource,
		private readonly clock: Clock,
		/** Of the token that this wizard has created; null before. */
		private createdId: string | null,
	) {
		openPage(panel, extensionUri, {
			name: 'wizard',
			host: wizardHost,
			page: wizardPage,
			handlers: {
				ready: () => this.#snapshot(),
				check: ({ step, input }) => this.#errorsOf(step, input),
				create: ({ input }) => this.#create(input),
				goToDetails: async () => {
					await vscode.commands.executeCommand(commands.openDetails, { tokenId: this.createdId, sourceId: source.id });
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
	get finished(): boolean {
		return this.createdId !== null;
	}

	reveal(): void {
		this.panel.reveal();
	}

	async #snapshot(): Promise<WizardSnapshot> {
		// What keeps the tokens from being read is said when one is to be created.
		const tokens = await this.source.list('now').catch(() => []);
		const { extensions, modules } = await this.source.catalogue();
		return {
			language: language(),
			limits,
			presets: expirationPresets,
			extensions: extensions.map((one) => ({ ...one, description: localDescription(one) })),
			modules,
			source: { id: this.source.id, account: this.source.account?.name ?? null },
			allModules: ALL_MODULES,
			names: tokens.map(({ name }) => name),
			created: tokens.find(({ id }) => id === this.createdId) ?? null,
		};
	}

	async #errorsOf(step: WizardStep, input: WizardInput): Promise<FieldErrors> {
		return fieldErrors(
			this.#problemsOf(input, await this.source.catalogue()).filter(({ field }) => field !== null && STEP_FIELDS[step].includes(field)),
		);
	}

	/** A page that asks again, because it was reloaded meanwhile, gets the token it has already created. */
	#create(input: WizardInput): Promise<{ token: Token } | { errors: FieldErrors }> {
		const creating = (this.#creating ??= this.#createOnce(input));
		creating.catch(() => (this.#creating = undefined));
		return orFieldErrors(async () => ({ token: await creating }));
	}

	async #createOnce(input: WizardInput): Promise<Token> {
		const offered = await this.source.catalogue();
		const problems = this.#problemsOf(input, offered);
		if (problems.length > 0) {
			throw new ProblemError(problems);
		}
		const token = await this.source.create(draftOf(input, offered, this.clock()));
		this.createdId = token.id;
		return token;
	}

	#problemsOf(input: WizardInput, offered: Catalogue): readonly Problem[] {
		const now = this.clock();
		const problems = [...draftProblems(draftOf(input, offered, now), now, offered)];
		if (asksForPermissions(input.extension, offered) && input.permissions.length === 0) {
			problems.push({ field: 'permissions', template: 'Choose at least one module.', args: [] });
		}
		return problems;
	}
}

function draftOf(input: WizardInput, offered: Catalogue, now: Date): TokenDraft {
	return {
		name: input.name,
		externalId: input.externalId,
		description: input.description,
		extension: input.extension,
		expirationDate: expirationDateOf(input.expiration, now),
		// What was checked before the user changed to an extension with fixed modules is kept, and not meant.
		...(asksForPermissions(input.extension, offered) && { permissions: input.permissions }),
	};
}

function asksForPermissions(extensionId: string, { extensions }: Catalogue): boolean {
	return extensions.find(({ id }) => id === extensionId)?.permissions === null;
}
