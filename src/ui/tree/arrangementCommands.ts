import * as vscode from 'vscode';
import type { Token } from '../../domain/token';
import type { TokenSources } from '../../domain/tokenSources';
import { EXPIRING_FILTER, NO_FILTER, type TokenFilter } from '../../models/arrangement';
import {
	extensionChoices,
	filterChoices,
	sortChoices,
	statusChoices,
	type FilterChoice,
	type IconChoice,
} from '../../models/arrangementChoices';
import type { ArrangementStore } from '../../models/arrangementStore';
import { commandIds, viewIds } from '../../models/manifestIds';
import { BACK, mapStepResult, runMultiStepInput, type InputStep, type StepPrompt, type StepResult } from '../../models/multiStepInput';
import type { CommandHandler } from '../commands/commandHandlers';
import { promptForMany, promptForOne, promptForText, type PickChoice } from '../commands/inputPrompts';
import { toThemeIcon } from '../themeIcons';

/** Creates the handlers of the commands that sort and filter the Tokens view. */
export function arrangementCommands(arrangementStore: ArrangementStore, sources: TokenSources) {
	const changeFilter = () => filterTokens(arrangementStore, sources);
	return {
		[commandIds.sortTokens]: () => sortTokens(arrangementStore),
		[commandIds.filterTokens]: changeFilter,
		[commandIds.changeFilter]: changeFilter,
		[commandIds.clearFilter]: () => arrangementStore.update({ filter: NO_FILTER }),
		[commandIds.showExpiring]: async () => {
			await arrangementStore.update({ filter: EXPIRING_FILTER });
			await vscode.commands.executeCommand(`${viewIds.tokens}.focus`);
		},
	} satisfies Record<string, CommandHandler>;
}

async function sortTokens(arrangementStore: ArrangementStore): Promise<void> {
	const { sort } = arrangementStore.read();
	// A single prompt doesn't show a number of steps.
	const prompt = { title: vscode.l10n.t('Sort Tokens'), step: 0, totalSteps: 0 };
	const order = await promptForOne(prompt, vscode.l10n.t('Select a sort order'), sortChoices(sort).map(toPickChoice), sort);
	if (order !== undefined && order !== BACK) {
		await arrangementStore.update({ sort: order });
	}
}

/** The filter, and which part of it the user is changing. */
interface FilterInput {
	readonly filter: TokenFilter;
	readonly choice: FilterChoice;
}

async function filterTokens(arrangementStore: ArrangementStore, sources: TokenSources): Promise<void> {
	const tokens = (await sources.list('available')).map(({ token }) => token);
	const input = await runMultiStepInput<FilterInput>(
		vscode.l10n.t('Filter Tokens'),
		{ filter: arrangementStore.read().filter, choice: 'statuses' },
		({ choice }) => [createChoiceStep(tokens), ...(choice === 'clear' ? [] : [createPartStep(choice, tokens)])],
	);
	if (input) {
		await arrangementStore.update({ filter: input.filter });
	}
}

function createChoiceStep(tokens: readonly Token[]): InputStep<FilterInput> {
	return ({ filter, choice }, prompt) => {
		const choices = filterChoices(filter, tokens).map(toPickChoice);
		return mapStepResult(promptForOne(prompt, vscode.l10n.t('Select what to filter by'), choices, choice), (selected) => ({
			filter: selected === 'clear' ? NO_FILTER : filter,
			choice: selected,
		}));
	};
}

function createPartStep(part: keyof TokenFilter, tokens: readonly Token[]): InputStep<FilterInput> {
	return ({ filter }, prompt) =>
		mapStepResult(PART_PROMPTS[part](filter, tokens, prompt), (changes) => ({ filter: { ...filter, ...changes }, choice: part }));
}

type PromptForPart = (filter: TokenFilter, tokens: readonly Token[], prompt: StepPrompt) => Promise<StepResult<Partial<TokenFilter>>>;

/** Every value of a filter is valid. */
const noValidation = () => undefined;

const PART_PROMPTS: Record<keyof TokenFilter, PromptForPart> = {
	statuses: ({ statuses }, tokens, prompt) => {
		const placeholder = vscode.l10n.t('Select statuses to show. Select none to show all.');
		const result = promptForMany(prompt, placeholder, statusChoices(tokens).map(toPickChoice), statuses, noValidation);
		return mapStepResult(result, (selected) => ({ statuses: selected }));
	},
	extensions: (filter, tokens, prompt) => {
		const placeholder = vscode.l10n.t('Select extensions to show. Select none to show all.');
		const result = promptForMany(prompt, placeholder, extensionChoices(filter, tokens), filter.extensions, noValidation);
		return mapStepResult(result, (selected) => ({ extensions: selected }));
	},
	text: (filter, _tokens, prompt) => {
		const hint = vscode.l10n.t('Enter words from the name, ID, external ID, or description. Leave empty to show all.');
		return mapStepResult(promptForText(prompt, { prompt: hint, value: filter.text, validate: noValidation }), (text) => ({ text }));
	},
};

function toPickChoice<T>({ icon, ...choice }: IconChoice<T>): PickChoice<T> {
	return { ...choice, iconPath: toThemeIcon(icon) };
}
