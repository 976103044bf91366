import * as vscode from 'vscode';
import { isFiltering, noFilter, statuses, type TokenFilter } from '../../domain/arrangement';
import type { TokenSources } from '../../domain/sources';
import type { Token } from '../../domain/token';
import { askMany, askOne, askText, BACK, runSteps, type Answer, type Choice, type Prompt, type Step } from '../commands/steps';
import { verbatim } from '../messages';
import { statusIcon, statusText } from '../tokenText';
import type { ViewState } from './viewState';

/** A filter, and which of its conditions the user is changing. */
interface Filtering {
	readonly filter: TokenFilter;
	readonly part: Part;
}
type Part = keyof TokenFilter | 'clear';

/** *Filter Tokens*: asks which condition of the Tokens view to change, and then for the condition. */
export async function filterTokens(viewState: ViewState, sources: TokenSources): Promise<void> {
	const tokens = (await sources.list('now')).map(({ token }) => token);
	const { filter } = viewState.read();
	const answer = await runSteps<Filtering>(vscode.l10n.t('Filter Tokens'), { filter, part: 'statuses' }, ({ part }) => [
		(state, prompt) => askPart(state, tokens, prompt),
		...(part === 'clear' ? [] : [conditionOf(part, tokens)]),
	]);
	if (answer) {
		await viewState.change({ filter: answer.filter });
	}
}

function askPart({ filter, part }: Filtering, tokens: readonly Token[], prompt: Prompt): Promise<Answer<Filtering>> {
	const names = extensionNames(tokens);
	const all = vscode.l10n.t('all');
	const choices: Choice<Part>[] = [
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
	if (isFiltering(filter)) {
		choices.push({ value: 'clear', label: vscode.l10n.t('Clear Filter'), iconPath: new vscode.ThemeIcon('clear-all') });
	}
	return mapAnswer(askOne(prompt, vscode.l10n.t('Show only tokens with…'), choices, part), (chosen) => ({
		filter: chosen === 'clear' ? noFilter : filter,
		part: chosen,
	}));
}

/** The step that asks for a condition. */
function conditionOf(part: keyof TokenFilter, tokens: readonly Token[]): Step<Filtering> {
	return ({ filter }, prompt) =>
		mapAnswer(askFor[part](filter, tokens, prompt), (changes) => ({ filter: { ...filter, ...changes }, part }));
}

type Ask = (filter: TokenFilter, tokens: readonly Token[], prompt: Prompt) => Promise<Answer<Partial<TokenFilter>>>;

/** Any answer to a condition will do. */
const accept = () => undefined;

const askFor: Record<keyof TokenFilter, Ask> = {
	statuses: (filter, tokens, prompt) => {
		const choices = statuses.map((status) => ({
			value: status,
			label: statusText({ status }),
			description: countText(tokens.filter((token) => token.status === status).length),
			iconPath: statusIcon(status),
		}));
		const asked = askMany(prompt, vscode.l10n.t('Check statuses; none checked shows all'), choices, filter.statuses, accept);
		return mapAnswer(asked, (chosen) => ({ statuses: chosen }));
	},
	extensions: (filter, tokens, prompt) => {
		const names = extensionNames(tokens);
		const choices = [...new Set([...names.keys(), ...filter.extensions])].map((id) => ({
			value: id,
			label: names.get(id) ?? id,
			description: countText(tokens.filter((token) => token.extension.id === id).length),
		}));
		const asked = askMany(prompt, vscode.l10n.t('Check extensions; none checked shows all'), choices, filter.extensions, accept);
		return mapAnswer(asked, (chosen) => ({ extensions: chosen }));
	},
	text: (filter, _tokens, prompt) => {
		const hint = vscode.l10n.t('Words in the name, ID, external ID or description; nothing shows all');
		return mapAnswer(askText(prompt, { prompt: hint, value: filter.text, check: accept }), (text) => ({ text }));
	},
};

async function mapAnswer<T extends string | object, U>(asked: Promise<Answer<T>>, use: (value: T) => U): Promise<Answer<U>> {
	const answer: Answer<T> = await asked;
	return answer === undefined || answer === BACK ? answer : use(answer);
}

function extensionNames(tokens: readonly Token[]): ReadonlyMap<string, string> {
	return new Map(tokens.map(({ extension }) => [extension.id, verbatim(extension.name)]));
}

function countText(count: number): string {
	return count === 1 ? vscode.l10n.t('1 token') : vscode.l10n.t('{0} tokens', count);
}
