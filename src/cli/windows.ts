import * as v from 'valibot';
import { requestFromWindow, versionError, WindowUnavailableError, type WindowAddress } from '../broker/commandLineClient';
import { CommandLineError } from '../broker/commandLineError';
import {
	addCountsResponseSchema,
	environmentNames,
	getResponseSchema,
	listResponseSchema,
	policyResponseSchema,
	toolResponseSchema,
	type AddCountsResponse,
	type CommandLineRequest,
	type GetKeyRequest,
	type ListedToken,
	type PolicyRequest,
	type ToolRequest,
} from '../broker/commandLineProtocol';
import type { OpenWindow } from '../broker/openWindows';
import { formatConnectReference, parseConnectReference } from '../domain/connectReference';
import { UsageError } from './usageError';
import { findAgent, getParentProcessIds } from './processes';

/** How long to wait before the user is told that the editor has a question, in milliseconds. */
const HINT_DELAY_MS = 1_500;

/** No open window can be asked. */
export class NoWindowError extends CommandLineError {
	/** @param folders folders of the windows that are open */
	constructor(
		message: string,
		readonly folders: readonly string[],
	) {
		super(message);
	}
}

/**
 * Returns the tokens of the window.
 * @throws CommandLineError that says what to do
 */
export async function listTokens(): Promise<readonly ListedToken[]> {
	return validate(listResponseSchema, await send({ type: 'list' })).tokens;
}

/**
 * Returns a key in the form that the reference asks for.
 * @param command the command, and the name of a program that gets the key, which the user is asked about
 * @param origin where the program that gets the key sends it, if that's known
 * @throws CommandLineError that says what to do
 */
export async function getKey(reference: string, command: string, origin?: string): Promise<string> {
	const agent = findAgent(process.env);
	const request: GetKeyRequest = {
		type: 'get',
		reference,
		folder: process.cwd(),
		command,
		processIds: getParentProcessIds(),
		...(agent !== undefined && { agent }),
		...(origin !== undefined && { origin }),
	};
	const hint = setTimeout(() => {
		if (process.stderr.isTTY) {
			process.stderr.write('Waiting for your answer in the editor…\n');
		}
	}, HINT_DELAY_MS);
	try {
		return validate(getResponseSchema, await send(request)).key;
	} finally {
		clearTimeout(hint);
	}
}

/**
 * Runs a tool in a window, and returns text for a language model.
 * @param canUseOwnWindow whether the window that the terminal belongs to is asked first, whatever folder it has open
 * @param signal stops the tool when it's aborted
 * @throws CommandLineError that says what to do; NoWindowError if no window has the request's folder open
 */
export async function callTool(request: ToolRequest, canUseOwnWindow: boolean, signal: AbortSignal): Promise<string> {
	return validate(toolResponseSchema, await send(request, { folder: request.folder, canUseOwnWindow, signal })).text;
}

/**
 * Returns the policy of the window's workspace, without keys, and the upstream of its gateway; null if there's none.
 * @param schema of what the window has created
 * @throws CommandLineError that says what to do
 */
export async function fetchPolicy<T>(
	totals: PolicyRequest['totals'],
	schema: v.GenericSchema<unknown, T>,
): Promise<{ readonly created: T; readonly upstream: string | null }> {
	const { created, upstream } = validate(policyResponseSchema, await send({ type: 'policy', totals }));
	return { created: validate(schema, created), upstream };
}

/**
 * Adds what other engines have counted to the statistics of the window's workspace.
 * @throws CommandLineError that says what to do
 */
export async function addCounts(counts: unknown): Promise<AddCountsResponse> {
	return validate(addCountsResponseSchema, await send({ type: 'addCounts', counts }));
}

/**
 * Returns the reference that an argument is, or that a token's ID stands for.
 * @throws UsageError if it's neither
 */
export function toReference(argument: string, command: string): string {
	const reference = parseConnectReference(argument) ?? parseConnectReference(`connect://${argument}`);
	if (!reference) {
		throw new UsageError("That's neither a token ID (SU-000-000-000) nor a reference (connect://SU-000-000-000).", command);
	}
	return formatConnectReference(reference);
}

/** Asks the window that the terminal belongs to, or else the windows that have the folder open, which is the working directory by default. */
async function send(
	request: CommandLineRequest,
	{
		folder = process.cwd(),
		canUseOwnWindow = true,
		signal,
	}: { readonly folder?: string; readonly canUseOwnWindow?: boolean; readonly signal?: AbortSignal } = {},
): Promise<unknown> {
	const own = canUseOwnWindow ? getOwnWindow(process.env) : undefined;
	if (own) {
		try {
			return await requestFromWindow(own, request, signal);
		} catch (error) {
			// VS Code restores terminals after a window is reloaded, with the variables that they had.
			if (!(error instanceof WindowUnavailableError)) {
				throw error;
			}
		}
	}
	// In the editor's terminals, no other window is needed, so what finds them isn't loaded.
	const { getUserFolder, listWindows, selectWindows } = await import('../broker/openWindows');
	const windows = await listWindows(getUserFolder());
	for (const window of selectWindows(windows, folder)) {
		try {
			return await requestFromWindow(window, request, signal);
		} catch (error) {
			if (!(error instanceof WindowUnavailableError)) {
				throw error;
			}
		}
	}
	throw noWindowError(windows, folder);
}

function getOwnWindow(environment: NodeJS.ProcessEnv): WindowAddress | undefined {
	const { [environmentNames.socket]: socket, [environmentNames.handle]: handle } = environment;
	return socket !== undefined && handle !== undefined ? { socket, handle } : undefined;
}

function noWindowError(windows: readonly OpenWindow[], folder: string): NoWindowError {
	const folders = [...new Set(windows.flatMap((window) => window.folders.slice(0, 1)))];
	return new NoWindowError(
		folders.length === 0
			? `No window of the editor with the Connect Tokens extension is open. Open ${folder} in the editor and try again.`
			: `No open window contains ${folder}. Open that folder in the editor, or run the command in one of these folders:\n${folders.map((other) => `  ${other}`).join('\n')}`,
		folders,
	);
}

function validate<T>(schema: v.GenericSchema<unknown, T>, result: unknown): T {
	const parsed = v.safeParse(schema, result);
	if (!parsed.success) {
		throw versionError();
	}
	return parsed.output;
}
