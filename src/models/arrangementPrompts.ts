import * as l10n from '@vscode/l10n';
import type { Token } from '../domain/token';
import type { TokenSources } from '../domain/tokenSources';
import { NO_FILTER, type TokenFilter } from './arrangement';
import { extensionChoices, filterChoices, sortChoices, statusChoices, type FilterChoice } from './arrangementChoices';
import type { ArrangementStore } from './arrangementStore';
import {
	BACK,
	mapStepResult,
	runMultiStepInput,
	type InputPrompts,
	type InputStep,
	type StepPrompt,
	type StepResult,
} from './multiStepInput';

type Store = Pick<ArrangementStore, 'read' | 'update' | 'preview'>;

/** *Sort Tokens*: prompts for the order of the Tokens view. */
export async function sortTokens(prompts: InputPrompts, arrangementStore: Store): Promise<void> {
	const { sort } = arrangementStore.read();
	// A single prompt doesn't show a number of steps.
	const prompt = { title: l10n.t('Sort Tokens'), step: 0, totalSteps: 0 };
	const order = await prompts.promptForOne(prompt, l10n.t('Select a sort order'), sortChoices(sort), sort);
	if (order !== undefined && order !== BACK) {
		await arrangementStore.update({ sort: order });
	}
}

/** The filter, and which part of it the user is changing. */
interface FilterInput {
	readonly filter: TokenFilter;
	readonly choice: FilterChoice;
}

/** *Filter Tokens*: prompts for one part of the filter of the Tokens view, and changes only that part. */
export async function filterTokens(prompts: InputPrompts, arrangementStore: Store, sources: TokenSources): Promise<void> {
	const tokens = (await sources.list('available')).map(({ token }) => token);
	const pending = runMultiStepInput<FilterInput>(
		l10n.t('Filter Tokens'),
		{ filter: arrangementStore.read().filter, choice: 'text' },
		({ choice }) => [
			createChoiceStep(prompts, tokens),
			...(choice === 'clear' ? [] : [createPartStep(prompts, choice, tokens, arrangementStore)]),
		],
	);
	const input = await pending.finally(() => arrangementStore.preview(undefined));
	if (input) {
		await arrangementStore.update({ filter: input.filter });
	}
}

function createChoiceStep(prompts: InputPrompts, tokens: readonly Token[]): InputStep<FilterInput> {
	return ({ filter, choice }, prompt) => {
		const choices = filterChoices(filter, tokens);
		return mapStepResult(prompts.promptForOne(prompt, l10n.t('Select what to filter by'), choices, choice), (selected) => ({
			filter: selected === 'clear' ? NO_FILTER : filter,
			choice: selected,
		}));
	};
}

function createPartStep(prompts: InputPrompts, part: keyof TokenFilter, tokens: readonly Token[], store: Store): InputStep<FilterInput> {
	return ({ filter }, prompt) =>
		mapStepResult(PART_PROMPTS[part](prompts, prompt, filter, tokens, store), (changes) => ({
			filter: { ...filter, ...changes },
			choice: part,
		}));
}

type PromptForPart = (
	prompts: InputPrompts,
	prompt: StepPrompt,
	filter: TokenFilter,
	tokens: readonly Token[],
	store: Store,
) => Promise<StepResult<Partial<TokenFilter>>>;

/** Every value of a filter is valid. */
const noValidation = () => undefined;

const PART_PROMPTS: Record<keyof TokenFilter, PromptForPart> = {
	statuses: (prompts, prompt, { statuses }, tokens) => {
		const placeholder = l10n.t('Select statuses to show. Select none to show all.');
		const result = prompts.promptForMany(prompt, placeholder, statusChoices(tokens), statuses, noValidation);
		return mapStepResult(result, (selected) => ({ statuses: selected }));
	},
	extensions: (prompts, prompt, filter, tokens) => {
		const placeholder = l10n.t('Select extensions to show. Select none to show all.');
		const result = prompts.promptForMany(prompt, placeholder, extensionChoices(filter, tokens), filter.extensions, noValidation);
		return mapStepResult(result, (selected) => ({ extensions: selected }));
	},
	text: (prompts, prompt, filter, _tokens, store) => {
		const hint = l10n.t('Enter words from the name, ID, external ID, or description. Leave empty to show all.');
		const onChange = (text: string) => store.preview({ ...filter, text });
		const result = prompts.promptForText(prompt, { prompt: hint, value: filter.text, validate: noValidation, onChange });
		return mapStepResult(result, (text) => ({ text }));
	},
};
