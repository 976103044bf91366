import * as l10n from '@vscode/l10n';
import { findDraftProblems, MAX_LENGTHS } from '../domain/draftValidation';
import type { Catalog } from '../domain/catalog';
import { prepareTokenCopy } from '../domain/tokenCopy';
import type { Token, TokenDraft } from '../domain/token';
import { getSameLifetimeExpiration } from '../domain/tokenLifecycle';
import type { SourceToken } from '../domain/tokenSources';
import { getDuplicateNameHint } from './draftRules';
import { localizeProblem } from './localization';
import { BACK, type InputPrompts } from './multiStepInput';
import { requestRuleTexts } from './requestRuleTexts';
import { relativeExpirationText } from './tokenTexts';

export interface DuplicateOptions {
	readonly prompts: Pick<InputPrompts, 'promptForText'>;
	readonly catalog: Catalog;
	/** The other tokens of the source. */
	readonly tokens: readonly Token[];
	readonly now: Date;
}

/**
 * Prompts for the name of a token with the properties of another one. Its new key has the same lifetime, if that's known.
 * @returns undefined if the user canceled
 */
export async function promptForDuplicate(original: SourceToken, options: DuplicateOptions): Promise<TokenDraft | undefined> {
	const { prompts, catalog, now } = options;
	const names = options.tokens.map(({ name }) => name);
	const draft = createDuplicateDraft(original, catalog, now);
	const properties = [relativeExpirationText({ expirationDate: draft.expirationDate ?? null }, now), ...requestRuleTexts(draft)];
	const name = await prompts.promptForText(
		{ title: l10n.t('Duplicate Token'), step: 0, totalSteps: 0 },
		{
			prompt: l10n.t('Name of the new token, which gets its own API key and the same modules ({0})', properties.join(' · ')),
			value: suggestName(original.token.name, names),
			validate: (text) => {
				const found = findDraftProblems({ ...draft, name: text }, now, catalog).find(({ field }) => field === 'name');
				return found && localizeProblem(found);
			},
			hint: (text) => getDuplicateNameHint(text, names),
		},
	);
	return name === undefined || name === BACK ? undefined : { ...draft, name };
}

function createDuplicateDraft({ source, token }: SourceToken, catalog: Catalog, now: Date): TokenDraft {
	const { draft } = prepareTokenCopy(token, (id) => source.getModuleName(id), catalog, now);
	const { keyIssuedAt } = token;
	const expirationDate = token.renewedExpirationDate ?? token.expirationDate;
	return keyIssuedAt === undefined
		? draft
		: { ...draft, expirationDate: getSameLifetimeExpiration({ issuedAt: keyIssuedAt, expirationDate }, now) };
}

/** “CRM copy”, or “CRM copy 2” if there's one already. */
function suggestName(name: string, names: readonly string[]): string {
	for (let count = 1; ; count++) {
		const suffix = count === 1 ? l10n.t('copy') : l10n.t('copy {0}', count);
		const suggestion = `${Array.from(name)
			.slice(0, MAX_LENGTHS.name - suffix.length - 1)
			.join('')} ${suffix}`;
		if (!names.includes(suggestion)) {
			return suggestion;
		}
	}
}
