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
			return problem("You don't have permission to read {0}. Change its permissions and try again.", file);
		case 'EISDIR':
			return problem("Couldn't read {0} because it's a folder. Move it to another location and try again.", file);
		default:
			return problem("Couldn't read {0} ({1}). No changes were made. Check the disk and try again.", file, getReason(error));
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
			return problem("Couldn't save {0} because the disk is full. Free up space and try again.", file);
		case 'EACCES':
		case 'EPERM':
		case 'EROFS':
			return problem("Couldn't save {0} because you don't have permission to write to it. Change its permissions and try again.", file);
		default:
			return problem("Couldn't save {0} ({1}). No changes were made. Check the disk and try again.", file, getReason(error));
	}
}

/** Another window holds the lock. */
export function lockTimeoutProblem(): ProblemError {
	return problem("Couldn't access this workspace's token files because another window is using them. Try again in a moment.");
}

/** What lies at `path` is none of our locks, and is not removed because nobody knows what it is. */
export function lockBlockedProblem(path: string): ProblemError {
	return problem("{0} wasn't created by this extension and is in the way. Move it to another location and try again.", path);
}

/** A newer extension wrote `file`, and only it knows how to change it. */
export function newerVersionProblem(file: string): ProblemError {
	return problem(
		'{0} was saved by a newer version of Connect Tokens, so its tokens are read-only. Update the extension to change them.',
		file,
	);
}

function getReason(error: unknown): string {
	return getErrorCode(error) || (error instanceof Error ? error.message : String(error));
}
