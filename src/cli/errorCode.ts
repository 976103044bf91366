/** Returns the code of an error of Node.js, such as `ENOENT`; an empty string for any other error. */
export function getErrorCode(error: unknown): string {
	return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
