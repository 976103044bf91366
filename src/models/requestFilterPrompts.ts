import * as l10n from '@vscode/l10n';
import type { LoggedRequest } from '../domain/loggedRequest';
import type { IconChoice } from './arrangementChoices';
import { escapeLabel } from './localization';
import { mapStepResult, runMultiStepInput, type InputPrompts, type InputStep, type StepPrompt, type StepResult } from './multiStepInput';
import { OUTCOME_ICONS } from './requestRows';
import {
	describeRequestFilter,
	getOutcome,
	isRequestFilterActive,
	NO_REQUEST_FILTER,
	outcomeLabel,
	REQUEST_OUTCOMES,
	type GetTokenName,
	type RequestFilter,
	type RequestOutcome,
} from './requestFilter';

/** What the prompts read, and where the filter is stored. */
export interface RequestFilterTarget {
	readonly filter: RequestFilter;
	/** All requests, regardless of the filter. */
	readonly requests: readonly LoggedRequest[];
	readonly getTokenName: GetTokenName;
	/** Shows requests as if the filter were set; undefined ends that. */
	preview(filter: RequestFilter | undefined): void;
	update(filter: RequestFilter): void;
}

type Part = keyof RequestFilter;

interface FilterInput {
	readonly filter: RequestFilter;
	readonly choice: Part | 'clear';
}

/** *Filter Requests*: prompts for one part of the filter of the Requests view, and changes only that part. */
export async function filterRequests(prompts: InputPrompts, target: RequestFilterTarget): Promise<void> {
	const pending = runMultiStepInput<FilterInput>(l10n.t('Filter Requests'), { filter: target.filter, choice: 'text' }, ({ choice }) => [
		createChoiceStep(prompts, target),
		...(choice === 'clear' ? [] : [createPartStep(prompts, choice, target)]),
	]);
	const input = await pending.finally(() => target.preview(undefined));
	if (input) {
		target.update(input.filter);
	}
}

function createChoiceStep(prompts: InputPrompts, target: RequestFilterTarget): InputStep<FilterInput> {
	return ({ filter, choice }, prompt) =>
		mapStepResult(
			prompts.promptForOne(prompt, l10n.t('Select what to filter by'), filterParts(filter, target.getTokenName), choice),
			(selected) => ({ filter: selected === 'clear' ? NO_REQUEST_FILTER : filter, choice: selected }),
		);
}

function filterParts(filter: RequestFilter, getTokenName: GetTokenName): readonly IconChoice<Part | 'clear'>[] {
	const describe = (part: Partial<RequestFilter>, empty: string) =>
		describeRequestFilter({ ...NO_REQUEST_FILTER, ...part }, getTokenName)[0] ?? empty;
	const all = l10n.t('all');
	return [
		{ value: 'text', label: l10n.t('Text'), description: describe({ text: filter.text }, l10n.t('any')), icon: ['search'] },
		{ value: 'outcomes', label: l10n.t('Status'), description: describe({ outcomes: filter.outcomes }, all), icon: ['pulse'] },
		{ value: 'tokenIds', label: l10n.t('Token'), description: describe({ tokenIds: filter.tokenIds }, all), icon: ['key'] },
		...(isRequestFilterActive(filter) ? [{ value: 'clear', label: l10n.t('Clear Filter'), icon: ['clear-all'] } as const] : []),
	];
}

function createPartStep(prompts: InputPrompts, part: Part, target: RequestFilterTarget): InputStep<FilterInput> {
	return ({ filter }, prompt) =>
		mapStepResult(promptForPart(part, prompts, prompt, filter, target), (changes) => ({ filter: { ...filter, ...changes }, choice: part }));
}

function promptForPart(
	part: Part,
	prompts: InputPrompts,
	prompt: StepPrompt,
	filter: RequestFilter,
	target: RequestFilterTarget,
): Promise<StepResult<Partial<RequestFilter>>> {
	// Every value of a filter is valid.
	const validate = () => undefined;
	switch (part) {
		case 'outcomes': {
			const placeholder = l10n.t('Select statuses to show. Select none to show all.');
			return mapStepResult(
				prompts.promptForMany(prompt, placeholder, outcomeChoices(target.requests), filter.outcomes, validate),
				(outcomes) => ({ outcomes }),
			);
		}
		case 'tokenIds': {
			const placeholder = l10n.t('Select tokens to show. Select none to show all.');
			return mapStepResult(
				prompts.promptForMany(prompt, placeholder, tokenChoices(filter, target), filter.tokenIds, validate),
				(tokenIds) => ({
					tokenIds,
				}),
			);
		}
		case 'text': {
			const hint = l10n.t('Enter words from the method, path, status, or token. Leave empty to show all.');
			const onChange = (text: string) => target.preview({ ...filter, text });
			return mapStepResult(prompts.promptForText(prompt, { prompt: hint, value: filter.text, validate, onChange }), (text) => ({ text }));
		}
	}
}

function outcomeChoices(requests: readonly LoggedRequest[]): readonly IconChoice<RequestOutcome>[] {
	return REQUEST_OUTCOMES.map((value) => ({
		value,
		label: outcomeLabel(value),
		description: requestCountText(requests.filter((request) => getOutcome(request) === value).length),
		icon: OUTCOME_ICONS[value],
	}));
}

/** The tokens of the requests and of the filter. */
function tokenChoices(filter: RequestFilter, { requests, getTokenName }: RequestFilterTarget): readonly IconChoice<string>[] {
	const ids = new Set([...requests.flatMap(({ tokenId }) => tokenId ?? []), ...filter.tokenIds]);
	return Array.from(ids, (value): IconChoice<string> => {
		const name = getTokenName(value);
		const count = requestCountText(requests.filter(({ tokenId }) => tokenId === value).length);
		return {
			value,
			label: name === undefined ? value : escapeLabel(name),
			description: name === undefined ? count : `${value} · ${count}`,
			icon: ['key'],
		};
	}).sort((left, right) => left.label.localeCompare(right.label));
}

function requestCountText(count: number): string {
	return count === 1 ? l10n.t('1 request') : l10n.t('{0} requests', count);
}
