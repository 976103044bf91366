import * as l10n from '@vscode/l10n';
import { ALL_MODULES, CUSTOM_EXTENSION_ID, type Catalog } from '../domain/catalog';
import { findDraftProblems } from '../domain/draftValidation';
import { EXPIRATION_PRESETS, parseInstant, resolveExpirationDate } from '../domain/expiration';
import { formatPermission, getModuleIds, getPermissionLevel, type PermissionLevel } from '../domain/permissions';
import type { Clock } from '../domain/ports';
import type { Token, TokenDraft } from '../domain/token';
import { findModulesProblem, getDuplicateNameHint, hasSelectableModules } from './draftRules';
import { DEFAULT_EXPIRATION_PRESET, presetLabel } from './expirationChoices';
import { localizeDescription, localizeProblem } from './localization';
import { BACK, CONTINUE_HERE, mapStepResult, type InputPrompts, type InputStep, type StepPrompt, type StepResult } from './multiStepInput';
import { dateTimeText } from './tokenTexts';

export interface DraftStepOptions {
	readonly prompts: InputPrompts;
	readonly clock: Clock;
	readonly catalog: Catalog;
	/** Tokens of the source that the new token belongs to. */
	readonly tokens: readonly Token[];
}

/**
 * Creates the steps that prompt for the fields of a new token: those that every token needs and, once the user has selected *More…*, all fields
 * of the wizard.
 */
export function createDraftSteps<S extends TokenDraft>(options: DraftStepOptions): (state: S) => readonly InputStep<S>[] {
	const { prompts, catalog, tokens } = options;
	let showsAllFields = false;
	const existingNames = tokens.map(({ name }) => name);
	const textStep = (field: 'name' | 'externalId' | 'description', prompt: string): InputStep<S> => {
		return (state, stepPrompt) => {
			const result = prompts.promptForText(stepPrompt, {
				prompt,
				value: state[field] ?? '',
				validate: (text) => findFieldProblem(field, { ...state, [field]: text }, options),
				...(field === 'name' && { hint: (text: string) => getDuplicateNameHint(text, existingNames) }),
			});
			return mapStepResult(result, (text) => ({ ...state, [field]: text }));
		};
	};
	const expirationInput: ExpirationInput = { choice: DEFAULT_EXPIRATION_PRESET, dateText: '' };
	const expirationStep: InputStep<S> = async (state, stepPrompt) => {
		const result = await promptForExpiration(stepPrompt, expirationInput, options, !showsAllFields);
		if (result === CONTINUE_HERE) {
			showsAllFields = true;
			return CONTINUE_HERE;
		}
		return result === undefined || result === BACK ? result : { ...state, expirationDate: result };
	};
	const extensionStep: InputStep<S> = (state, stepPrompt) => {
		const choices = catalog.extensions.map((extension) => ({
			value: extension.id,
			label: extension.name,
			description: extension.id,
			detail: localizeDescription(extension),
		}));
		const placeholder = l10n.t('Select what the token is for');
		const result = prompts.promptForOne(stepPrompt, placeholder, choices, state.extension ?? CUSTOM_EXTENSION_ID);
		// Modules selected earlier don't apply to an extension whose modules are fixed.
		return mapStepResult(result, (extension) => ({ ...state, permissions: undefined, extension }));
	};
	const permissionsStep: InputStep<S> = (state, stepPrompt) => {
		const choices = [{ id: ALL_MODULES, name: l10n.t('All Modules') }, ...catalog.modules].map(({ id, name }) => ({
			value: id,
			label: name,
		}));
		const validate = (ids: readonly string[]) => {
			const problem = findModulesProblem(ids);
			return problem && localizeProblem(problem);
		};
		const placeholder = l10n.t('Select the modules the token can access');
		const promptForPermissions = async (initialIds: readonly string[]): Promise<StepResult<readonly string[]>> => {
			const moduleIds = await prompts.promptForMany(stepPrompt, placeholder, choices, initialIds, validate);
			if (moduleIds === undefined || moduleIds === BACK || !catalog.hasReadOnlyAccess) {
				return moduleIds;
			}
			const permissions = await promptForAccess(stepPrompt, moduleIds, state.permissions ?? [], options);
			// The access is a second prompt of the same step, so Back returns to the modules, as they were selected.
			return permissions === BACK ? promptForPermissions(moduleIds) : permissions;
		};
		return mapStepResult(promptForPermissions([...new Set(getModuleIds(state.permissions ?? []))]), (permissions) => ({
			...state,
			permissions,
		}));
	};
	return ({ extension = CUSTOM_EXTENSION_ID }) => [
		textStep('name', l10n.t('Name shown in lists')),
		...(showsAllFields
			? [
					textStep('externalId', l10n.t('External ID: your own identifier (optional)')),
					textStep('description', l10n.t('What the token is used for (optional)')),
				]
			: []),
		expirationStep,
		...(showsAllFields ? [extensionStep] : []),
		...(hasSelectableModules(extension, catalog.extensions) ? [permissionsStep] : []),
	];
}

export interface AccessPromptOptions extends Pick<DraftStepOptions, 'prompts' | 'catalog'> {
	/** What's proposed for a new token. */
	readonly defaultAccess?: PermissionLevel;
}

/** Asks what the token may do with the modules, and returns its permissions. Proposes full access unless `defaultAccess` says otherwise. */
export async function promptForAccess(
	stepPrompt: StepPrompt,
	moduleIds: readonly string[],
	previous: readonly string[],
	options: AccessPromptOptions,
): Promise<StepResult<readonly string[]>> {
	const { prompts, catalog, defaultAccess = 'full' } = options;
	const previousFullIds = moduleIds.filter((id) => getPermissionLevel(previous, id) === 'full');
	const choices = [
		{ value: 'full', label: l10n.t('Full'), description: l10n.t('All requests') },
		{ value: 'read', label: l10n.t('Read-Only'), description: l10n.t('Only GET, HEAD, and OPTIONS requests') },
		...(moduleIds.length > 1
			? [{ value: 'byModule', label: l10n.t('Choose for Each Module'), description: l10n.t('Full or read-only') }]
			: []),
	];
	const previousAccess = previousFullIds.length === moduleIds.length ? 'full' : previousFullIds.length === 0 ? 'read' : 'byModule';
	const initial = previous.length === 0 ? defaultAccess : previousAccess;
	const choice = await prompts.promptForOne(stepPrompt, l10n.t('Select what the token may do with these modules'), choices, initial);
	switch (choice) {
		case 'full':
			return moduleIds;
		case 'byModule': {
			const names = new Map([[ALL_MODULES, l10n.t('All Modules')], ...catalog.modules.map(({ id, name }): [string, string] => [id, name])]);
			const modules = moduleIds.map((id) => ({ value: id, label: names.get(id) ?? id }));
			const placeholder = l10n.t('Select the modules with full access. The others are read-only.');
			const fullIds = await prompts.promptForMany(stepPrompt, placeholder, modules, previousFullIds, () => undefined);
			return fullIds === BACK
				? promptForAccess(stepPrompt, moduleIds, previous, options)
				: fullIds && moduleIds.map((moduleId) => formatPermission({ moduleId, level: fullIds.includes(moduleId) ? 'full' : 'read' }));
		}
		case 'read':
			return moduleIds.map((moduleId) => formatPermission({ moduleId, level: 'read' }));
		default:
			return choice as typeof BACK | undefined;
	}
}

/** What the user last entered for the expiration. The draft has only the resulting date. */
interface ExpirationInput {
	choice: string;
	/** As typed. */
	dateText: string;
}

/** @param offersMore whether *More…* is one of the choices. If the user selects it, returns `CONTINUE_HERE`. */
async function promptForExpiration(
	stepPrompt: StepPrompt,
	input: ExpirationInput,
	options: DraftStepOptions,
	offersMore: boolean,
): Promise<StepResult<string | null> | typeof CONTINUE_HERE> {
	const now = options.clock();
	const presets = EXPIRATION_PRESETS.map((preset) => {
		const date = resolveExpirationDate({ kind: 'preset', preset }, now);
		return { value: preset, label: presetLabel(preset), description: date === null ? '' : dateTimeText(date) };
	});
	const choices = [
		...presets,
		{ value: 'never', label: l10n.t('No expiration') },
		{ value: 'custom', label: l10n.t('Custom date and time') },
		...(offersMore ? [{ value: 'more', label: l10n.t('More…'), description: l10n.t('External ID, description, and extension') }] : []),
	];
	const choice = await options.prompts.promptForOne(stepPrompt, l10n.t('Select when the token expires'), choices, input.choice);
	if (choice === undefined || choice === BACK) {
		return choice;
	}
	if (choice === 'more') {
		return CONTINUE_HERE;
	}
	input.choice = choice;
	switch (choice) {
		case 'never':
			return null;
		case 'custom': {
			const date = await promptForDate(stepPrompt, input, options);
			// The date is a second prompt of the same step, so Back returns to the choices.
			return date === BACK ? promptForExpiration(stepPrompt, input, options, offersMore) : date;
		}
		default:
			return resolveExpirationDate({ kind: 'preset', preset: choice }, now);
	}
}

function promptForDate(stepPrompt: StepPrompt, input: ExpirationInput, options: DraftStepOptions): Promise<StepResult<string>> {
	const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
	const result = options.prompts.promptForText(stepPrompt, {
		prompt: l10n.t('When the token expires, for example 2030-12-31 23:59 (time zone: {0})', timeZone),
		value: input.dateText,
		validate: (text) => findFieldProblem('expirationDate', { name: '', expirationDate: parseLocalDateTime(text) }, options),
	});
	return mapStepResult(result, (text) => {
		input.dateText = text;
		return parseLocalDateTime(text);
	});
}

/** Converts a date and time in this machine's time zone to ISO 8601. Returns other text unchanged, for validation to reject. */
export function parseLocalDateTime(text: string): string {
	const [, date, time] = /^\s*(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})\s*$/.exec(text) ?? [];
	return date && time && parseInstant(`${date}T${time}Z`) ? new Date(`${date}T${time}`).toISOString() : text;
}

/** An error message for one field of a draft; undefined if the field is valid. */
function findFieldProblem(field: string, draft: TokenDraft, { clock, catalog }: DraftStepOptions): string | undefined {
	const problem = findDraftProblems(draft, clock(), catalog).find((item) => item.field === field);
	return problem && localizeProblem(problem);
}
