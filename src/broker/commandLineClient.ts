import { lstatSync } from 'node:fs';
import { createConnection } from 'node:net';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { getErrorCode } from '../storage/fileErrors';
import { parseJson } from '../storage/json';
import { CommandLineError } from './commandLineError';
import {
	MAX_POLICY_RESPONSE_BYTES,
	MAX_TOOL_REQUEST_BYTES,
	PROTOCOL_VERSION,
	formatRequest,
	responseSchema,
	type CommandLineRequest,
	type CommandLineResponse,
} from './commandLineProtocol';
import { LineReader } from './lineReader';

/** How to reach a window. */
export interface WindowAddress {
	/** Path of the socket, or name of the pipe. */
	readonly socket: string;
	readonly handle: string;
}

/** No window listens at the address, or it doesn't know the handle, so another window can be asked. */
export class WindowUnavailableError extends Error {
	override readonly name = 'WindowUnavailableError';
}

/**
 * Sends a request to a window and waits for its answer, without a time limit, because the user may have to decide.
 * @returns the result, which the caller validates
 * @param signal closes the connection when it's aborted, so that the window stops
 * @throws CommandLineError if the request is too large, the window denies it, has another version, or is closed before it answers
 * @throws WindowUnavailableError if no window listens at the address, or it has a different handle
 */
export async function requestFromWindow(
	{ socket, handle }: WindowAddress,
	request: CommandLineRequest,
	signal?: AbortSignal,
): Promise<unknown> {
	const line = formatRequest(handle, request);
	if (Buffer.byteLength(line) > MAX_TOOL_REQUEST_BYTES) {
		throw new CommandLineError('The input is larger than 2 MB. Make it smaller and try again.');
	}
	const { version, error, result } = await exchange(socket, line, signal);
	if (error?.code === 'handle') {
		throw new WindowUnavailableError(error.message);
	}
	if (error) {
		throw new CommandLineError(error.message);
	}
	if (version !== PROTOCOL_VERSION) {
		throw versionError();
	}
	return result;
}

/** The window's answer can't be read, because the command line and the extension don't have the same version. */
export function versionError() {
	return new CommandLineError(
		'This connect-tokens command and the Connect Tokens extension have different versions. Open a new terminal, or reload the window, and try again.',
	);
}

function exchange(path: string, line: string, signal: AbortSignal | undefined): Promise<CommandLineResponse> {
	return new Promise((resolve, reject) => {
		if (!isOwnSocket(path)) {
			throw unavailableError();
		}
		const socket = createConnection({ path, ...(signal && { signal }) }, () => socket.write(line));
		const lines = new LineReader(MAX_POLICY_RESPONSE_BYTES);
		socket.on('data', (chunk) => {
			try {
				const [response] = lines.read(chunk);
				if (response !== undefined) {
					socket.destroy();
					const parsed = v.safeParse(responseSchema, parseJson(response));
					if (parsed.success) {
						resolve(parsed.output);
					} else {
						reject(versionError());
					}
				}
			} catch {
				socket.destroy();
				reject(versionError());
			}
		});
		socket.on('error', (error) => {
			const isMissing = /^(ENOENT|ECONNREFUSED|EACCES|EPERM|ENOTSOCK|ENOTDIR|EINVAL)$/.test(getErrorCode(error));
			reject(isMissing ? unavailableError({ cause: error }) : closedError());
		});
		socket.on('close', () => reject(closedError()));
	});
}

/**
 * Whether the user has created the socket's folder. After a window is closed, another user can create a folder of the same name, and would
 * answer with keys of their own. Pipes on Windows have no folder.
 */
function isOwnSocket(path: string): boolean {
	try {
		return process.getuid === undefined || lstatSync(dirname(path)).uid === process.getuid();
	} catch {
		// It doesn't exist, or only others can read it.
		return false;
	}
}

function unavailableError(options?: ErrorOptions) {
	return new WindowUnavailableError("The terminal's window isn't open anymore.", options);
}

function closedError() {
	return new CommandLineError('The window was closed or reloaded before it answered. Try again when it has opened.');
}
