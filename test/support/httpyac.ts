import { execFile } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../host/paths';

export interface HttpYacResponse {
	readonly statusCode: number;
	readonly body: string;
}

interface HttpYacOutput {
	readonly requests: readonly { readonly response?: HttpYacResponse }[];
}

/** Sends every request of a file with httpYac's own command line, in order, and returns the answers. */
export async function sendAllRequests(file: string): Promise<readonly HttpYacResponse[]> {
	const { stdout } = await promisify(execFile)(
		process.execPath,
		[join(repositoryRoot, 'node_modules/httpyac/bin/httpyac.js'), 'send', basename(file), '--all', '--json', '--output', 'response'],
		{ cwd: dirname(file), maxBuffer: 1e7 },
	).catch((error: unknown) => {
		// A response of 400 and more is an answer like any other, though the command line ends with an error.
		if (error instanceof Error && 'stdout' in error && typeof error.stdout === 'string' && error.stdout !== '') {
			return { stdout: error.stdout };
		}
		throw error;
	});
	return (JSON.parse(stdout) as HttpYacOutput).requests.map(({ response }) => {
		if (!response) {
			throw new Error(`A request of ${file} got no answer: ${stdout}`);
		}
		return response;
	});
}
