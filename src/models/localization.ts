import * as l10n from '@vscode/l10n';
import type { Extension } from '../domain/catalog';
import { ProblemError, type Problem } from '../domain/problems';

let language = 'en';

/**
 * Sets the language of every text that the models create. English until then.
 * @param tag BCP 47 tag, for dates and numbers
 * @param texts translations by their English text; undefined where there are none
 */
export function setLanguage(tag: string, texts: Record<string, string> | undefined): void {
	language = tag;
	l10n.config({ contents: texts ?? {} });
}

/** BCP 47 tag of the language set last. */
export function getLanguage(): string {
	return language;
}

/**
 * A name for where the editor makes links of `[text](address)`, icons of `$(icon)`, and lets a character turn the direction of all that
 * follows: in lists, notifications and titles. It looks the same and has none of these.
 */
export function escapeLabel(name: string): string {
	return name.replace(/[\u202a-\u202e\u2066-\u2069]/g, '').replace(/[\]$](?=\()/g, '$&\u200b');
}

/** What an extension is for: in the user's language where it is of our own catalogue, else in the platform's words. */
export function localizeDescription({ description }: Extension): string {
	return description === '' ? '' : l10n.t(description);
}

/** The problem's text in the user's language. What it repeats may be somebody else's words. */
export function localizeProblem({ template, args }: Problem): string {
	return l10n.t(template, ...args.map((argument) => (typeof argument === 'string' ? escapeLabel(argument) : argument)));
}

/** What went wrong, in the user's language where it is a problem of ours. */
export function localizeError(error: unknown): string {
	if (error instanceof ProblemError) {
		return error.problems.map(localizeProblem).join(' ');
	}
	return escapeLabel(error instanceof Error ? error.message : String(error));
}
