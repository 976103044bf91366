import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import { fieldProblem } from '../domain/problems';
import { isUsable, type Token } from '../domain/token';
import type { ConfirmationText } from './lifecycleTexts';
import { escapeLabel, getLanguage } from './localization';
import type { AuthorizationFormat } from './settings';
import { statusText } from './statusTexts';
import { isTreeNode } from './treeNodes';

/** What code may pass to the command. Menus pass a tree node or nothing. */
const insertArgumentSchema = v.strictObject({
	tokenId: v.optional(v.string()),
	sourceId: v.optional(v.string()),
	/** Overrides the setting: a reference, or the API key in plain text. */
	form: v.optional(v.picklist(['reference', 'secret'])),
});

/**
 * Returns what names the token in an argument of *Insert Authorization Header*, and the format if the argument has one.
 * @throws ProblemError if code passed anything else
 */
export function parseInsertArgument(argument: unknown): { target: unknown; format?: AuthorizationFormat | undefined } {
	if (argument === undefined || argument === null || isTreeNode(argument)) {
		return { target: argument };
	}
	const { success, output } = v.safeParse(insertArgumentSchema, argument);
	if (!success) {
		throw fieldProblem('arguments', 'Pass no arguments, or { tokenId: string, sourceId: string, form: "reference" | "secret" }.');
	}
	const { tokenId, sourceId, form } = output;
	return { target: tokenId === undefined ? undefined : { tokenId, sourceId }, format: form === 'secret' ? 'plainText' : form };
}

/** Asks whether to insert the header of a token whose requests are denied; undefined if they aren't. */
export function unusableTokenConfirmation(token: Token): ConfirmationText | undefined {
	return isUsable(token)
		? undefined
		: {
				message: l10n.t('Token “{0}” ({1}) is {2}.', escapeLabel(token.name), token.id, statusText(token).toLocaleLowerCase(getLanguage())),
				detail: l10n.t('Requests that use its API key are denied.'),
			};
}
