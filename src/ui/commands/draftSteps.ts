import * as vscode from 'vscode';
import { ALL_MODULES, CUSTOM_EXTENSION, type Catalogue } from '../../domain/catalogue';
import { draftProblems } from '../../domain/draft';
import { expirationDateOf, expirationPresets, parseInstant } from '../../domain/expiry';
import type { Clock } from '../../domain/ports';
import type { Token, TokenDraft } from '../../domain/token';
import { localProblem } from '../messages';
import { dateText, presetText } from '../tokenText';
import { askMany, askOne, askText, BACK, type Answer, type Prompt, type Step } from './steps';

/** The fields of a new token beside the `tokens` there are, asked for one by one: the same as the wizard's. */
export function draftSteps<S extends TokenDraft>(
	clock: Clock,
	tokens: readonly Token[],
	offered: Catalogue,
): (state: S) => readonly Step<S>[] {
	const { extensions } = offered;
	const problemOf = (field: string, draft: TokenDraft) => {
		const problem = draftProblems(draft, clock(), offered).find((one) => one.field === field);
		return problem && localProblem(problem);
	};
	const names = new Set(tokens.map(({ name }) => name));
	const nameHint = (name: string) => (names.has(name.trim()) ? vscode.l10n.t('Another token has this name.') : undefined);
	const text = (field: 'name' | 'externalId' | 'description', prompt: string): Step<S> => {
		return async (state, shown) => {
			const check = (value: string) => problemOf(field, { ...state, [field]: value });
			const value = await askText(shown, { prompt, value: state[field] ?? '', check, ...(field === 'name' && { hint: nameHint }) });
			return typeof value === 'string' ? { ...state, [field]: value } : value;
		};
	};
	const chosen: ChosenExpiration = { choice: 'days30', date: '' };
	const expiration: Step<S> = async (state, shown) => {
		const expirationDate = await askExpiration(shown, clock, chosen, problemOf);
		return typeof expirationDate === 'string' || expirationDate === null ? { ...state, expirationDate } : expirationDate;
	};
	const extension: Step<S> = async (state, shown) => {
		const choices = extensions.map(({ id, name, description }) => ({
			value: id,
			label: name,
			description: id,
			detail: vscode.l10n.t(description),
		}));
		const id = await askOne(shown, vscode.l10n.t('Choose what the token is for'), choices, state.extension ?? CUSTOM_EXTENSION);
		// What an extension has of its own was not chosen.
		return typeof id === 'string' ? { ...withoutPermissions(state), extension: id } : id;
	};
	const permissions: Step<S> = async (state, shown) => {
		const choices = [{ id: ALL_MODULES, name: vscode.l10n.t('All Modules') }, ...offered.modules].map(({ id, name }) => ({
			value: id,
			label: name,
		}));
		const check = (ids: readonly string[]) => (ids.length === 0 ? vscode.l10n.t('Choose at least one module.') : undefined);
		const ids = await askMany(shown, vscode.l10n.t('Choose the modules that the token may reach'), choices, state.permissions ?? [], check);
		return ids === undefined || ids === BACK ? ids : { ...state, permissions: ids };
	};
	return ({ extension: id }) => [
		text('name', vscode.l10n.t('What the token is called in lists')),
		text('externalId', vscode.l10n.t('External ID: an identifier of your own (optional)')),
		text('description', vscode.l10n.t('What the token is for (optional)')),
		expiration,
		extension,
		...(extensions.find((one) => one.id === (id ?? CUSTOM_EXTENSION))?.permissions === null ? [permissions] : []),
	];
}

/** What is wrong with a field of a draft, in the user's language. */
type ProblemOf = (field: string, draft: TokenDraft) => string | undefined;

/** What the user chose the last time: of the draft, only the date that came of it is known. */
interface ChosenExpiration {
	choice: string;
	/** As it was typed. */
	date: string;
}

async function askExpiration(shown: Prompt, clock: Clock, chosen: ChosenExpiration, problemOf: ProblemOf): Promise<Answer<string | null>> {
	const now = clock();
	const presets = expirationPresets.map((preset) => {
		const date = expirationDateOf({ kind: 'preset', preset }, now);
		return { value: preset, label: presetText(preset), description: date === null ? '' : dateText(date) };
	});
	const never = { value: 'never', label: vscode.l10n.t('No expiration') };
	const custom = { value: 'custom', label: vscode.l10n.t('Custom date and time') };
	const choice = await askOne(shown, vscode.l10n.t('Choose how long the token works'), [...presets, never, custom], chosen.choice);
	chosen.choice = typeof choice === 'string' ? choice : chosen.choice;
	switch (choice) {
		case undefined:
		case BACK:
			return choice;
		case 'never':
			return null;
		case 'custom': {
			const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
			const date = await askText(shown, {
				prompt: vscode.l10n.t('When the token ends, like 2030-12-31 23:59 (time zone {0})', timeZone),
				value: chosen.date,
				check: (value) => problemOf('expirationDate', { name: '', expirationDate: instantOf(value) }),
			});
			if (date === BACK) {
				return askExpiration(shown, clock, chosen, problemOf);
			}
			chosen.date = date ?? chosen.date;
			return date && instantOf(date);
		}
		default:
			return expirationDateOf({ kind: 'preset', preset: choice }, now);
	}
}

/** The instant that a date and time of this machine's time zone names; text that names none as it is, for the rules to refuse. */
function instantOf(local: string): string {
	const [, date, time] = /^\s*(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})\s*$/.exec(local) ?? [];
	return date && time && parseInstant(`${date}T${time}Z`) ? new Date(`${date}T${time}`).toISOString() : local;
}

function withoutPermissions<S extends TokenDraft>(state: S): S {
	return { ...state, permissions: undefined };
}
