import * as v from 'valibot';
import { parseConnectReference } from '../domain/connectReference';
import { MAX_AGENT_NAME_LENGTH } from '../domain/lease';
import { parseOrigin } from '../domain/origins';

/**
 * Version of the protocol between the command line and a window: one line of JSON per request, and one per response. A window answers only
 * requests of its own version.
 */
export const PROTOCOL_VERSION = 3;

/** Largest request, in bytes: a command line asks for one token. */
export const MAX_REQUEST_BYTES = 16_384;
/** Largest request to run a tool, whose input can contain the body of an API request, or to store counts. */
export const MAX_TOOL_REQUEST_BYTES = 2_097_152;
/** Largest response, in bytes: a list of all tokens, or the result of a tool. */
export const MAX_RESPONSE_BYTES = 16_777_216;
/** Largest response with a policy, in bytes: one of 100,000 tokens. */
export const MAX_POLICY_RESPONSE_BYTES = 67_108_864;

/** Names of the environment variables that a window's terminals have. None of them contains a key. */
export const environmentNames = {
	/** Path of the window's socket. */
	socket: 'CONNECT_TOKENS_SOCKET',
	/** Random text that proves that a process belongs to the window, or that its user may read the user's files. */
	handle: 'CONNECT_TOKENS_HANDLE',
	/** Path of the editor's Node.js. */
	node: 'CONNECT_TOKENS_NODE',
	/** Path of the command line's script. */
	script: 'CONNECT_TOKENS_SCRIPT',
} as const;

/** Coding agents, by an environment variable that their terminals have. An agent can unset it. */
export const AGENT_VARIABLES: Readonly<Record<string, string>> = {
	COPILOT_AGENT: 'GitHub Copilot',
	CLAUDECODE: 'Claude Code',
	CLAUDE_CODE: 'Claude Code',
	CURSOR_AGENT: 'Cursor',
	CODEX_SANDBOX: 'Codex',
	GEMINI_CLI: 'Gemini CLI',
};

const MAX_PATH_LENGTH = 4_096;
const MAX_NAME_LENGTH = 200;
/** Text that's shown to the user on one line. */
const shownSchema = (maxLength: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(maxLength), v.regex(/^\P{Cc}*$/u));

const listSchema = v.object({ type: v.literal('list') });
const getSchema = v.object({
	type: v.literal('get'),
	/** A `connect://` reference. */
	reference: v.pipe(
		v.string(),
		v.maxLength(MAX_NAME_LENGTH),
		v.check((text) => parseConnectReference(text) !== undefined),
	),
	/** Path of the working directory. */
	folder: shownSchema(MAX_PATH_LENGTH),
	/** The command and the name of a program that gets the key, without arguments. */
	command: shownSchema(MAX_NAME_LENGTH),
	/** IDs of processes that the command line runs in, which can include the terminal's shell. */
	processIds: v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(1))), v.maxLength(16)),
	/** The coding agent that the command line runs in. */
	agent: v.optional(shownSchema(MAX_NAME_LENGTH)),
	/** The origin that the key is sent to, if the program that gets it says so. */
	origin: v.optional(
		v.pipe(
			shownSchema(MAX_PATH_LENGTH),
			v.check((text) => parseOrigin(text) === text),
		),
	),
});

const toolSchema = v.object({
	type: v.literal('tool'),
	/** The tool's name. */
	name: v.pipe(v.string(), v.regex(/^[\w-]{1,100}$/)),
	/** The tool's arguments, which the tool validates. */
	input: v.unknown(),
	/** What the program that uses the tool is called. Proves nothing. */
	caller: shownSchema(MAX_AGENT_NAME_LENGTH),
	/** Path of the folder that the program works in. */
	folder: shownSchema(MAX_PATH_LENGTH),
});

const policySchema = v.object({
	type: v.literal('policy'),
	/** Whether tokens with a total can make the requests that are left of it, or none. */
	totals: v.picklist(['remaining', 'denied']),
});

const addCountsSchema = v.object({
	type: v.literal('addCounts'),
	/** What other engines have counted, which the window validates. */
	counts: v.unknown(),
});

/** What the command line asks a window for. */
export const requestSchema = v.variant('type', [listSchema, getSchema, toolSchema, policySchema, addCountsSchema]);
export type CommandLineRequest = v.InferOutput<typeof requestSchema>;
export type GetKeyRequest = v.InferOutput<typeof getSchema>;
export type ToolRequest = v.InferOutput<typeof toolSchema>;
export type PolicyRequest = v.InferOutput<typeof policySchema>;

/** The envelope of a request, which all versions of the protocol have in common. */
export const requestEnvelopeSchema = v.object({ version: v.number(), handle: v.string(), request: v.unknown() });

const listedTokenSchema = v.object({
	id: v.string(),
	name: v.string(),
	/** Status of the token, as its source knows it. */
	status: v.string(),
	/** ISO 8601 UTC; null if it doesn't expire. */
	expirationDate: v.nullable(v.string()),
	/** What refers to the token, also if another account has one with its ID. */
	reference: v.string(),
	/** The account's name; null for a token of the workspace. */
	account: v.nullable(v.string()),
	isUsable: v.boolean(),
});
/** A token in a list, without its key. */
export type ListedToken = v.InferOutput<typeof listedTokenSchema>;

export const listResponseSchema = v.object({ tokens: v.array(listedTokenSchema) });
export const getResponseSchema = v.object({ key: v.string() });
/** Text for a language model. */
export const toolResponseSchema = v.object({ text: v.string() });

export const policyResponseSchema = v.object({
	/** The policy and what other engines treat differently, without keys. The command line validates it. */
	created: v.unknown(),
	/** The upstream of the gateway; null if there's none. */
	upstream: v.nullable(v.string()),
});
export type PolicyResponse = v.InferOutput<typeof policyResponseSchema>;
export const addCountsResponseSchema = v.object({
	/** Number of responses that weren't known before, and of tokens that got them. */
	responses: v.number(),
	tokens: v.number(),
	/** Number of tokens that don't exist in the workspace, whose counts were ignored. */
	unknownTokens: v.number(),
});
export type AddCountsResponse = v.InferOutput<typeof addCountsResponseSchema>;

/** Why a request failed. `handle`: the window doesn't know the sender. `version`: the two sides have different versions. */
const errorCodeSchema = v.picklist(['handle', 'version', 'invalid', 'busy', 'failed']);
export type ErrorCode = v.InferOutput<typeof errorCodeSchema>;

/** A response. All versions of the protocol have `version` and `error` in common. */
export const responseSchema = v.object({
	version: v.number(),
	error: v.optional(v.object({ code: v.fallback(errorCodeSchema, 'failed'), message: v.string() })),
	result: v.optional(v.unknown()),
});
export type CommandLineResponse = v.InferOutput<typeof responseSchema>;

/** Formats a request as the line that's sent. */
export function formatRequest(handle: string, request: CommandLineRequest): string {
	return `${JSON.stringify({ version: PROTOCOL_VERSION, handle, request })}\n`;
}
