import * as l10n from '@vscode/l10n';
import type { Extension } from '../domain/catalog';
import { ProblemError, type Problem } from '../domain/problems';

let language = 'en';

/**
 * Sets the language of all texts that the models create. The default is English.
 * @param tag BCP 47 tag, for dates and numbers
 * @param texts translations by English text; undefined if there are none
 */
export function setLanguage(tag: string, texts: Record<string, string> | undefined): void {
	language = tag;
	l10n.config({ contents: texts ?? {} });
}

/** Returns the BCP 47 tag of the current language. */
export function getLanguage(): string {
	return language;
}

/** A number in the user's language, such as “1,000”. */
export function formatNumber(value: number): string {
	return new Intl.NumberFormat(language).format(value);
}

/**
 * Escapes a name for lists, notifications, and titles, where VS Code renders `[text](address)` as a link and `$(icon)` as an icon. Also
 * removes bidirectional control characters. The name looks the same.
 */
export function escapeLabel(name: string): string {
	return name.replace(/[\u202a-\u202e\u2066-\u2069]/g, '').replace(/[\]$](?=\()/g, '$&\u200b');
}

/** Returns the description of an extension: translated if it's a built-in one, otherwise as the platform returned it. */
export function localizeDescription({ description }: Extension): string {
	return description === '' ? '' : l10n.t(description);
}

/** Returns the problem's text in the user's language. Arguments can be user input, so they're escaped. */
export function localizeProblem({ template, args }: Problem): string {
	return l10n.t(template, ...args.map((argument) => (typeof argument === 'string' ? escapeLabel(argument) : argument)));
}

/** Returns the error's message, in the user's language if it's a `ProblemError`. */
export function localizeError(error: unknown): string {
	if (error instanceof ProblemError) {
		return error.problems.map(localizeProblem).join(' ');
	}
	return escapeLabel(error instanceof Error ? error.message : String(error));
}

/** Whether an error's message explains the failure: it's a problem, or repeats one in the user's language. */
export function isExplained(error: unknown): boolean {
	return error instanceof ProblemError || (error instanceof Error && error.cause instanceof ProblemError);
}
