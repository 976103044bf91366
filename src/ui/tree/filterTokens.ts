import * as vscode from 'vscode';
import { isFilterActive, NO_FILTER, STATUS_ORDER, type TokenFilter } from '../../models/arrangement';
import type { TokenSources } from '../../domain/tokenSources';
import type { Token } from '../../domain/token';
import { mapStepResult, runMultiStepInput, type InputStep, type StepPrompt, type StepResult } from '../../models/multiStepInput';
import { promptForMany, promptForOne, promptForText, type PickChoice } from '../commands/inputPrompts';
import { escapeLabel } from '../../models/localization';
import { statusText } from '../../models/statusTexts';
import { statusThemeIcon } from '../statusThemeIcon';
import type { ArrangementStore } from './arrangementStore';

/** A filter, and which of its conditions the user is changing. */
interface FilterInput {
	readonly filter: TokenFilter;
	readonly condition: FilterCondition;
}
type FilterCondition = keyof TokenFilter | 'clear';

/** *Filter Tokens*: asks which condition of the Tokens view to change, and then for the condition. */
export async function filterTokens(arrangementStore: ArrangementStore, sources: TokenSources): Promise<void> {
	const tokens = (await sources.list('available')).map(({ token }) => token);
	const { filter } = arrangementStore.read();
	const answer = await runMultiStepInput<FilterInput>(
		vscode.l10n.t('Filter Tokens'),
		{ filter, condition: 'statuses' },
		({ condition }) => [
			(state, prompt) => promptForCondition(state, tokens, prompt),
			...(condition === 'clear' ? [] : [conditionStep(condition, tokens)]),
		],
	);
	if (answer) {
		await arrangementStore.update({ filter: answer.filter });
	}
}

function promptForCondition(
	{ filter, condition }: FilterInput,
	tokens: readonly Token[],
	prompt: StepPrompt,
): Promise<StepResult<FilterInput>> {
	const names = extensionNamesById(tokens);
	const all = vscode.l10n.t('all');
	const choices: PickChoice<FilterCondition>[] = [
		{
			value: 'statuses',
			label: vscode.l10n.t('Status'),
			description: filter.statuses.map((status) => statusText({ status })).join(', ') || all,
			iconPath: new vscode.ThemeIcon('pulse'),
		},
		{
			value: 'extensions',
			label: vscode.l10n.t('Extension'),
			description: filter.extensions.map((id) => names.get(id) ?? id).join(', ') || all,
			iconPath: new vscode.ThemeIcon('plug'),
		},
		{
			value: 'text',
			label: vscode.l10n.t('Text'),
			description: filter.text || vscode.l10n.t('any'),
			iconPath: new vscode.ThemeIcon('search'),
		},
	];
	if (isFilterActive(filter)) {
		choices.push({ value: 'clear', label: vscode.l10n.t('Clear Filter'), iconPath: new vscode.ThemeIcon('clear-all') });
	}
	return mapStepResult(promptForOne(prompt, vscode.l10n.t('Select what to filter by'), choices, condition), (chosen) => ({
		filter: chosen === 'clear' ? NO_FILTER : filter,
		condition: chosen,
	}));
}

/** The step that asks for a condition. */
function conditionStep(condition: keyof TokenFilter, tokens: readonly Token[]): InputStep<FilterInput> {
	return ({ filter }, prompt) =>
		mapStepResult(conditionPrompts[condition](filter, tokens, prompt), (changes) => ({ filter: { ...filter, ...changes }, condition }));
}

type PromptForCondition = (filter: TokenFilter, tokens: readonly Token[], prompt: StepPrompt) => Promise<StepResult<Partial<TokenFilter>>>;

/** Any answer to a condition will do. */
const noValidation = () => undefined;

const conditionPrompts: Record<keyof TokenFilter, PromptForCondition> = {
	statuses: (filter, tokens, prompt) => {
		const choices = STATUS_ORDER.map((status) => ({
			value: status,
			label: statusText({ status }),
			description: tokenCountText(tokens.filter((token) => token.status === status).length),
			iconPath: statusThemeIcon(status),
		}));
		const result = promptForMany(
			prompt,
			vscode.l10n.t('Select statuses to show. Select none to show all.'),
			choices,
			filter.statuses,
			noValidation,
		);
		return mapStepResult(result, (chosen) => ({ statuses: chosen }));
	},
	extensions: (filter, tokens, prompt) => {
		const names = extensionNamesById(tokens);
		const choices = [...new Set([...names.keys(), ...filter.extensions])].map((id) => ({
			value: id,
			label: names.get(id) ?? id,
			description: tokenCountText(tokens.filter((token) => token.extension.id === id).length),
		}));
		const result = promptForMany(
			prompt,
			vscode.l10n.t('Select extensions to show. Select none to show all.'),
			choices,
			filter.extensions,
			noValidation,
		);
		return mapStepResult(result, (chosen) => ({ extensions: chosen }));
	},
	text: (filter, _tokens, prompt) => {
		const hint = vscode.l10n.t('Enter words from the name, ID, external ID, or description. Leave empty to show all.');
		return mapStepResult(promptForText(prompt, { prompt: hint, value: filter.text, validate: noValidation }), (text) => ({ text }));
	},
};

function extensionNamesById(tokens: readonly Token[]): ReadonlyMap<string, string> {
	return new Map(tokens.map(({ extension }) => [extension.id, escapeLabel(extension.name)]));
}

function tokenCountText(count: number): string {
	return count === 1 ? vscode.l10n.t('1 token') : vscode.l10n.t('{0} tokens', count);
}
