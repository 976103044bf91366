import { problem, ProblemError } from '../../domain/problems';

/** `ENOENT` and the like; an empty text for what is no error of the system. */
export function errorCode(error: unknown): string {
	return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** What a person is told when `file` cannot be read. */
export function readProblem(error: unknown, file: string): ProblemError {
	switch (errorCode(error)) {
		case 'EACCES':
		case 'EPERM':
			return problem('You have no permission to read {0}. Get that permission and try again.', file);
		case 'EISDIR':
			return problem('A file cannot be read: {0} is a folder. Move it away and try again.', file);
		default:
			return problem('{0} cannot be read ({1}). Nothing was changed. Check the disk and try again.', file, reasonOf(error));
	}
}

/** What a person is told when `file` cannot be written; the content it had is still there. Passes on what is told already. */
export function writeProblem(error: unknown, file: string): unknown {
	if (error instanceof ProblemError || errorCode(error) === '') {
		return error;
	}
	switch (errorCode(error)) {
		case 'ENOSPC':
		case 'EDQUOT':
		case 'EFBIG':
			return problem('There is no room left to write {0}. Nothing was changed. Free some space and try again.', file);
		case 'EACCES':
		case 'EPERM':
		case 'EROFS':
			return problem('You have no permission to write {0}. Nothing was changed. Get that permission and try again.', file);
		default:
			return problem('{0} cannot be written ({1}). Nothing was changed. Check the disk and try again.', file, reasonOf(error));
	}
}

/** Another window holds the lock. */
export function busyProblem(): ProblemError {
	return problem('Another window has been busy with the files of this workspace for too long. Try again in a moment.');
}

/** What lies at `path` is none of our locks, and is not removed because nobody knows what it is. */
export function obstacleProblem(path: string): ProblemError {
	return problem('{0} is in the way and was not put there by this extension. Move it away and try again.', path);
}

/** A newer extension wrote `file`, and only it knows how to change it. */
export function newerProblem(file: string): ProblemError {
	return problem('A newer version of Connect Tokens wrote {0}. Its tokens can only be read. Update the extension to change them.', file);
}

function reasonOf(error: unknown): string {
	return errorCode(error) || (error instanceof Error ? error.message : String(error));
}
