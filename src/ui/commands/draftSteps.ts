import * as vscode from 'vscode';
import { ALL_MODULES, CUSTOM_EXTENSION_ID, type Catalog } from '../../domain/catalog';
import { findDraftProblems } from '../../domain/draftValidation';
import { resolveExpirationDate, EXPIRATION_PRESETS, parseInstant } from '../../domain/expiration';
import type { Clock } from '../../domain/ports';
import type { Token, TokenDraft } from '../../domain/token';
import { localizeProblem } from '../../models/localization';
import { findModulesProblem, getDuplicateNameHint, hasSelectableModules } from '../../models/draftRules';
import { DEFAULT_EXPIRATION_PRESET, presetLabel } from '../../models/expirationChoices';
import { dateTimeText } from '../../models/tokenTexts';
import { promptForMany, promptForOne, promptForText, BACK, type StepResult, type StepPrompt, type InputStep } from './multiStepInput';

/** The fields of a new token beside the `tokens` there are, asked for one by one: the same as the wizard's. */
export function createDraftSteps<S extends TokenDraft>(
	clock: Clock,
	tokens: readonly Token[],
	catalog: Catalog,
): (state: S) => readonly InputStep<S>[] {
	const { extensions } = catalog;
	const validateField = (field: string, draft: TokenDraft) => {
		const problem = findDraftProblems(draft, clock(), catalog).find((item) => item.field === field);
		return problem && localizeProblem(problem);
	};
	const existingNames = tokens.map(({ name }) => name);
	const textStep = (field: 'name' | 'externalId' | 'description', prompt: string): InputStep<S> => {
		return async (state, stepPrompt) => {
			const validate = (value: string) => validateField(field, { ...state, [field]: value });
			const value = await promptForText(stepPrompt, {
				prompt,
				value: state[field] ?? '',
				validate,
				...(field === 'name' && { hint: (name: string) => getDuplicateNameHint(name, existingNames) }),
			});
			return typeof value === 'string' ? { ...state, [field]: value } : value;
		};
	};
	const lastChoice: LastExpirationChoice = { choice: DEFAULT_EXPIRATION_PRESET, dateText: '' };
	const expirationStep: InputStep<S> = async (state, stepPrompt) => {
		const expirationDate = await promptForExpiration(stepPrompt, clock, lastChoice, validateField);
		return typeof expirationDate === 'string' || expirationDate === null ? { ...state, expirationDate } : expirationDate;
	};
	const extensionStep: InputStep<S> = async (state, stepPrompt) => {
		const choices = extensions.map(({ id, name, description }) => ({
			value: id,
			label: name,
			description: id,
			detail: vscode.l10n.t(description),
		}));
		const id = await promptForOne(
			stepPrompt,
			vscode.l10n.t('Select what the token is for'),
			choices,
			state.extension ?? CUSTOM_EXTENSION_ID,
		);
		// What an extension has of its own was not chosen.
		return typeof id === 'string' ? { ...withoutPermissions(state), extension: id } : id;
	};
	const permissionsStep: InputStep<S> = async (state, stepPrompt) => {
		const choices = [{ id: ALL_MODULES, name: vscode.l10n.t('All Modules') }, ...catalog.modules].map(({ id, name }) => ({
			value: id,
			label: name,
		}));
		const validate = (ids: readonly string[]) => {
			const problem = findModulesProblem(ids);
			return problem && localizeProblem(problem);
		};
		const ids = await promptForMany(
			stepPrompt,
			vscode.l10n.t('Select the modules the token can access'),
			choices,
			state.permissions ?? [],
			validate,
		);
		return ids === undefined || ids === BACK ? ids : { ...state, permissions: ids };
	};
	return ({ extension: id }) => [
		textStep('name', vscode.l10n.t('Name shown in lists')),
		textStep('externalId', vscode.l10n.t('External ID: your own identifier (optional)')),
		textStep('description', vscode.l10n.t('What the token is used for (optional)')),
		expirationStep,
		extensionStep,
		...(hasSelectableModules(id ?? CUSTOM_EXTENSION_ID, extensions) ? [permissionsStep] : []),
	];
}

/** What is wrong with a field of a draft, in the user's language. */
type ValidateField = (field: string, draft: TokenDraft) => string | undefined;

/** What the user chose the last time: of the draft, only the date that came of it is known. */
interface LastExpirationChoice {
	choice: string;
	/** As it was typed. */
	dateText: string;
}

async function promptForExpiration(
	prompt: StepPrompt,
	clock: Clock,
	lastChoice: LastExpirationChoice,
	validateField: ValidateField,
): Promise<StepResult<string | null>> {
	const now = clock();
	const presets = EXPIRATION_PRESETS.map((preset) => {
		const date = resolveExpirationDate({ kind: 'preset', preset }, now);
		return { value: preset, label: presetLabel(preset), description: date === null ? '' : dateTimeText(date) };
	});
	const never = { value: 'never', label: vscode.l10n.t('No expiration') };
	const custom = { value: 'custom', label: vscode.l10n.t('Custom date and time') };
	const choice = await promptForOne(prompt, vscode.l10n.t('Select when the token expires'), [...presets, never, custom], lastChoice.choice);
	lastChoice.choice = typeof choice === 'string' ? choice : lastChoice.choice;
	switch (choice) {
		case undefined:
		case BACK:
			return choice;
		case 'never':
			return null;
		case 'custom': {
			const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
			const date = await promptForText(prompt, {
				prompt: vscode.l10n.t('When the token expires, for example 2030-12-31 23:59 (time zone: {0})', timeZone),
				value: lastChoice.dateText,
				validate: (value) => validateField('expirationDate', { name: '', expirationDate: parseLocalDateTime(value) }),
			});
			if (date === BACK) {
				return promptForExpiration(prompt, clock, lastChoice, validateField);
			}
			lastChoice.dateText = date ?? lastChoice.dateText;
			return date && parseLocalDateTime(date);
		}
		default:
			return resolveExpirationDate({ kind: 'preset', preset: choice }, now);
	}
}

/** The instant that a date and time of this machine's time zone names; text that names none as it is, for the rules to refuse. */
function parseLocalDateTime(local: string): string {
	const [, date, time] = /^\s*(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})\s*$/.exec(local) ?? [];
	return date && time && parseInstant(`${date}T${time}Z`) ? new Date(`${date}T${time}`).toISOString() : local;
}

function withoutPermissions<S extends TokenDraft>(state: S): S {
	return { ...state, permissions: undefined };
}
