import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/** Largest `.env` file, in bytes. */
export const MAX_ENVIRONMENT_FILE_BYTES = 1_000_000;

/** The file isn't one that could be an `.env` file. */
export class EnvironmentFileError extends Error {
	override readonly name = 'EnvironmentFileError';
}

/**
 * Reads an `.env` file. A repository can name any file, or contain a link to one.
 * @param canWait whether the path can be that of a pipe, such as what a shell creates for `<(…)`; reading it waits for a writer
 * @throws EnvironmentFileError if it isn't a file or is too large
 * @throws Error with a code if it can't be read
 */
export async function readEnvironmentFile(path: string, { canWait = false } = {}): Promise<string> {
	if (!canWait && !(await stat(path)).isFile()) {
		throw new EnvironmentFileError(`${path} isn't a file.`);
	}
	const chunks: Uint8Array[] = [];
	for await (const chunk of createReadStream(path, { end: MAX_ENVIRONMENT_FILE_BYTES })) {
		chunks.push(chunk as Uint8Array);
	}
	const content = Buffer.concat(chunks);
	if (content.length > MAX_ENVIRONMENT_FILE_BYTES) {
		throw new EnvironmentFileError(`${path} is too large.`);
	}
	return content.toString('utf8');
}
