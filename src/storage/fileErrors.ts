import { problem, ProblemError } from '../domain/problems';

/** Returns the code of a system error, such as `ENOENT`; an empty string for any other error. */
export function getErrorCode(error: unknown): string {
	return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Explains to the user why `file` can't be read. */
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

/** Explains to the user why `file` can't be written; its previous content is intact. Returns any error that isn't a system error as is. */
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

/** Another window held the lock for too long. */
export function lockTimeoutProblem(): ProblemError {
	return problem("Couldn't access this workspace's token files because another window is using them. Try again in a moment.");
}

/** Something other than a lock exists at the lock's path. It isn't removed because it could be the user's. */
export function lockBlockedProblem(path: string): ProblemError {
	return problem("{0} wasn't created by this extension and is in the way. Move it to another location and try again.", path);
}

function getReason(error: unknown): string {
	return getErrorCode(error) || (error instanceof Error ? error.message : String(error));
}
