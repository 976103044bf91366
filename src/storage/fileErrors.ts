import { problem, ProblemError } from '../domain/problems';

/** `ENOENT` and the like; an empty text for what is no error of the system. */
export function getErrorCode(error: unknown): string {
	return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** What a person is told when `file` cannot be read. */
export function toReadProblem(error: unknown, file: string): ProblemError {
	switch (getErrorCode(error)) {
		case 'EACCES':
		case 'EPERM':
			return problem('You have no permission to read {0}. Get that permission and try again.', file);
		case 'EISDIR':
			return problem('A file cannot be read: {0} is a folder. Move it away and try again.', file);
		default:
			return problem('{0} cannot be read ({1}). Nothing was changed. Check the disk and try again.', file, getReason(error));
	}
}

/** What a person is told when `file` cannot be written; the content it had is still there. Passes on what is told already. */
export function toWriteProblem(error: unknown, file: string): unknown {
	if (error instanceof ProblemError || getErrorCode(error) === '') {
		return error;
	}
	switch (getErrorCode(error)) {
		case 'ENOSPC':
		case 'EDQUOT':
		case 'EFBIG':
			return problem('There is no room left to write {0}. Nothing was changed. Free some space and try again.', file);
		case 'EACCES':
		case 'EPERM':
		case 'EROFS':
			return problem('You have no permission to write {0}. Nothing was changed. Get that permission and try again.', file);
		default:
			return problem('{0} cannot be written ({1}). Nothing was changed. Check the disk and try again.', file, getReason(error));
	}
}

/** Another window holds the lock. */
export function lockTimeoutProblem(): ProblemError {
	return problem('Another window has been busy with the files of this workspace for too long. Try again in a moment.');
}

/** What lies at `path` is none of our locks, and is not removed because nobody knows what it is. */
export function lockBlockedProblem(path: string): ProblemError {
	return problem('{0} is in the way and was not put there by this extension. Move it away and try again.', path);
}

/** A newer extension wrote `file`, and only it knows how to change it. */
export function newerVersionProblem(file: string): ProblemError {
	return problem('A newer version of Connect Tokens wrote {0}. Its tokens can only be read. Update the extension to change them.', file);
}

function getReason(error: unknown): string {
	return getErrorCode(error) || (error instanceof Error ? error.message : String(error));
}
