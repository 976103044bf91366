import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import {
	CallToolRequestSchema,
	ErrorCode,
	ListToolsRequestSchema,
	McpError,
	type CallToolResult,
	type ToolAnnotations,
} from '@modelcontextprotocol/sdk/types.js';
import pLimit from 'p-limit';
import { CommandLineError } from '../broker/commandLineError';
import { MAX_AGENT_NAME_LENGTH } from '../domain/lease';
import { readManifest } from './manifest';
import { findAgent } from './processes';
import { callTool, NoWindowError } from './windows';

/** A window answers 200 requests at once, also those of other commands. */
const MAX_CONCURRENT_CALLS = 50;
/** Largest message of the client, in bytes. A window accepts less, but says so. */
const MAX_MESSAGE_BYTES = 4_194_304;
/** How long the client can take to name its folders, in milliseconds. */
const ROOTS_TIMEOUT_MS = 5_000;
/** How often a client that wants to know hears that a call is still running, in milliseconds. Many wait for a minute at most. */
const PROGRESS_INTERVAL_MS = 5_000;
/** What clients can tell the user about a tool, or ask about. A tool without is supposed to change and delete anything. */
const TOOL_ANNOTATIONS: Readonly<Record<string, ToolAnnotations>> = {
	connect_tokens_list: { readOnlyHint: true, openWorldHint: false },
	connect_tokens_request_lease: { readOnlyHint: false, destructiveHint: false, openWorldHint: false },
	connect_tokens_call: { readOnlyHint: false, destructiveHint: true, openWorldHint: true },
	connect_tokens_explain: { readOnlyHint: true, openWorldHint: false },
	connect_tokens_insert_authorization: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
	connect_tokens_statistics: { readOnlyHint: true, openWorldHint: false },
};
/** The name of a client that doesn't say who it is. */
const UNKNOWN_CLIENT = 'MCP client';

type Server = McpServer['server'];
type ToolCall = Pick<Parameters<typeof callTool>[0], 'name' | 'input'>;

/**
 * Serves the tools for agents on the standard input and output, until the client disconnects.
 * @param folder a window that has it open is used; undefined for the working directory, or else the folders that the client works in
 * @returns the exit code
 */
export async function serveTools(folder: string | undefined): Promise<number> {
	const { version, contributes } = readManifest();
	const { server } = new McpServer(
		{ name: 'connect-tokens', title: 'Connect Tokens', version },
		{
			instructions:
				'Use these tools to call the CloudBlue Connect API without an API key. Find a lease that fits with connect_tokens_list, or request one with connect_tokens_request_lease, ' +
				'then call the API with connect_tokens_call. If a request is denied, connect_tokens_explain says why. ' +
				'The tools run in a window of the editor, where the user is asked before anything changes. A call waits for the answer.',
		},
	);
	const tools = contributes.languageModelTools.map(({ name, displayName, modelDescription, inputSchema }) => ({
		name,
		title: displayName,
		description: modelDescription,
		inputSchema,
		annotations: TOOL_ANNOTATIONS[name],
	}));
	server.registerCapabilities({ tools: {} });
	server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }));
	const limit = pLimit(MAX_CONCURRENT_CALLS);
	server.setRequestHandler(
		CallToolRequestSchema,
		async ({ params: { name, arguments: input = {}, _meta } }, { signal, sendNotification }) => {
			if (!tools.some((tool) => tool.name === name)) {
				throw new McpError(ErrorCode.InvalidParams, 'Unknown tool. List the tools and try again.');
			}
			let progress = 0;
			const report = (progressToken: string | number) => {
				const params = { progressToken, progress: ++progress, message: 'Running in the editor, which may have asked the user.' };
				// Who doesn't hear it doesn't wait longer.
				sendNotification({ method: 'notifications/progress', params }).catch(() => undefined);
			};
			const token = _meta?.progressToken;
			const timer = token === undefined ? undefined : setInterval(() => report(token), PROGRESS_INTERVAL_MS);
			try {
				return await limit(() => runTool(server, { name, input }, folder, signal));
			} finally {
				clearInterval(timer);
			}
		},
	);
	return serve(server);
}

/** Resolves with the exit code when the client has disconnected. The calls in progress are canceled then. */
async function serve(server: Server): Promise<number> {
	let exitCode = 1;
	const closed = new Promise<void>((resolve) => (server.onclose = resolve));
	// Messages of errors can contain parts of what the client has sent, so they aren't shown.
	server.onerror = () => printLine("Couldn't read a message of the client, or answer it.");
	const transport = new StdioServerTransport(process.stdin, process.stdout, { maxBufferSize: MAX_MESSAGE_BYTES });
	process.stdin.once('end', () => {
		exitCode = 0;
		void transport.close();
	});
	process.stdin.once('close', () => void transport.close());
	process.stdout.once('error', () => void transport.close());
	// A client that reads slowly makes many results wait.
	process.stdout.setMaxListeners(0);
	await server.connect(transport);
	await closed;
	return exitCode;
}

/** Never rejects: what went wrong is for the language model, too. */
async function runTool(server: Server, call: ToolCall, folder: string | undefined, signal: AbortSignal): Promise<CallToolResult> {
	try {
		return toResult(await callInWindow(server, call, folder, signal));
	} catch (error) {
		if (error instanceof CommandLineError) {
			return { ...toResult(error.message), isError: true };
		}
		if (!signal.aborted) {
			printLine(`Something went wrong (${error instanceof Error ? error.name : typeof error}). Report it as an issue.`);
		}
		return { ...toResult('Something went wrong. Tell the user.'), isError: true };
	}
}

async function callInWindow(server: Server, call: ToolCall, folder: string | undefined, signal: AbortSignal): Promise<string> {
	const callIn = (path: string, canUseOwnWindow: boolean) =>
		callTool({ type: 'tool', ...call, caller: getCallerName(server), folder: path }, canUseOwnWindow, signal);
	// A folder that's named explicitly has precedence over the window that started the agent.
	const first = folder === undefined ? process.cwd() : toRealPath(folder);
	let missing: NoWindowError;
	try {
		return await callIn(first, folder === undefined);
	} catch (error) {
		if (!(error instanceof NoWindowError)) {
			throw error;
		}
		missing = error;
	}
	for (const root of folder === undefined ? await listRoots(server, signal) : []) {
		try {
			return await callIn(root, false);
		} catch (error) {
			if (!(error instanceof NoWindowError)) {
				throw error;
			}
		}
	}
	throw new CommandLineError(
		missing.folders.length === 0
			? `No window of the editor with the Connect Tokens extension is open. Ask the user to open ${first} in the editor, then call the tool again.`
			: `No window of the editor contains ${first}. Ask the user to open that folder in the editor, then call the tool again. Open folders: ${missing.folders.join(', ')}.`,
	);
}

/** Returns the folders that the client works in: some start servers in another one. */
async function listRoots(server: Server, signal: AbortSignal): Promise<readonly string[]> {
	if (!server.getClientCapabilities()?.roots) {
		return [];
	}
	try {
		const { roots } = await server.listRoots(undefined, { timeout: ROOTS_TIMEOUT_MS, signal });
		return roots.filter(({ uri }) => uri.startsWith('file://')).map(({ uri }) => toRealPath(fileURLToPath(uri)));
	} catch {
		// The client doesn't answer, or names no local folders, so it has none.
		return [];
	}
}

/** Returns what the client calls itself, or else the agent in whose environment this runs, as text on one line. */
function getCallerName(server: Server): string {
	const client = server.getClientVersion();
	const names = [client?.title, client?.name, findAgent(process.env)];
	const lines = names.map((name) =>
		(name ?? '')
			.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ')
			.trim()
			.slice(0, MAX_AGENT_NAME_LENGTH)
			.replace(/\p{Cs}$/u, '')
			.trim(),
	);
	return lines.find((line) => line !== '') ?? UNKNOWN_CLIENT;
}

/** Windows know their folders without symbolic links, too. */
function toRealPath(folder: string): string {
	const path = resolve(folder);
	try {
		return realpathSync(path);
	} catch {
		// It doesn't exist, so no window has it open.
		return path;
	}
}

function toResult(text: string): CallToolResult {
	return { content: [{ type: 'text', text }] };
}

/** The standard output is for messages of the protocol only. */
function printLine(text: string): void {
	process.stderr.write(`connect-tokens: ${text}\n`);
}
