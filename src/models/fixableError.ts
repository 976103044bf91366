import { ProblemError, type Problem } from '../domain/problems';
import type { QuickFix } from './findingFixes';

/** A problem that a command can fix. */
export class FixableError extends ProblemError {
	constructor(
		problem: Problem,
		readonly fix: QuickFix,
	) {
		super([problem]);
	}
}
