import * as vscode from 'vscode';
import { ProblemError, type Problem } from '../domain/problems';

/** The problem's text in the user's language. */
export function localProblem({ template, args }: Problem): string {
	return vscode.l10n.t(template, ...args);
}

/** What went wrong, in the user's language where it is a problem of ours. */
export function localError(error: unknown): string {
	if (error instanceof ProblemError) {
		return error.problems.map(localProblem).join(' ');
	}
	return error instanceof Error ? error.message : String(error);
}
