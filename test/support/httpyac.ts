import { execFile } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../host/paths';
import { uninstrumentedEnvironment } from './uninstrumentedEnvironment';

export interface HttpYacResponse {
	readonly statusCode: number;
	readonly body: string;
}

interface HttpYacOutput {
	readonly requests: readonly { readonly response?: HttpYacResponse }[];
}

/** Sends all requests of a file in order with httpYac's command line, and returns the responses. */
export function sendAllRequests(file: string): Promise<readonly HttpYacResponse[]> {
	return sendAllRequestsOf(dirname(file), [basename(file)]);
}

/** Sends all requests of files, whose paths are relative to the folder, like `sendAllRequests`. */
export async function sendAllRequestsOf(folder: string, files: readonly string[]): Promise<readonly HttpYacResponse[]> {
	const { stdout } = await promisify(execFile)(
		process.execPath,
		[join(repositoryRoot, 'node_modules/httpyac/bin/httpyac.js'), 'send', ...files, '--all', '--json', '--output', 'response'],
		{ cwd: folder, env: uninstrumentedEnvironment(), maxBuffer: 1e7 },
	).catch((error: unknown) => {
		// For a response with an error status, the command line exits with an error, but has output.
		if (error instanceof Error && 'stdout' in error && typeof error.stdout === 'string' && error.stdout !== '') {
			return { stdout: error.stdout };
		}
		throw error;
	});
	return (JSON.parse(stdout) as HttpYacOutput).requests.map(({ response }) => {
		if (!response) {
			throw new Error(`A request in ${files.join(', ')} got no response: ${stdout}`);
		}
		return response;
	});
}
