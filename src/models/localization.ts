import * as vscode from 'vscode';
import type { Extension } from '../domain/catalog';
import { ProblemError, type Problem } from '../domain/problems';

/**
 * A name for where the editor makes links of `[text](address)`, icons of `$(icon)`, and lets a character turn the direction of all that
 * follows: in lists, notifications and titles. It looks the same and has none of these.
 */
export function escapeLabel(name: string): string {
	return name.replace(/[\u202a-\u202e\u2066-\u2069]/g, '').replace(/[\]$](?=\()/g, '$&\u200b');
}

/** What an extension is for: in the user's language where it is of our own catalogue, else in the platform's words. */
export function localizeDescription({ description }: Extension): string {
	return description === '' ? '' : vscode.l10n.t(description);
}

/** The problem's text in the user's language. What it repeats may be somebody else's words. */
export function localizeProblem({ template, args }: Problem): string {
	return vscode.l10n.t(template, ...args.map((argument) => (typeof argument === 'string' ? escapeLabel(argument) : argument)));
}

/** What went wrong, in the user's language where it is a problem of ours. */
export function localizeError(error: unknown): string {
	if (error instanceof ProblemError) {
		return error.problems.map(localizeProblem).join(' ');
	}
	return escapeLabel(error instanceof Error ? error.message : String(error));
}
