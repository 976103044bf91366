import type { Lease } from '../domain/lease';
import type { LoggedRequest } from '../domain/loggedRequest';
import type { ModulePaths } from '../domain/modulePaths';
import type { Clock } from '../domain/ports';
import type { Token } from '../domain/token';
import type { Approval, TokenLimits } from '../domain/tokenLimits';
import type { SourceToken, TokenSources } from '../domain/tokenSources';

/** Who uses a tool. */
export type AgentCaller =
	/** A language model in the editor, or another extension: VS Code doesn't say which. */
	| { readonly kind: 'editor' }
	/** A program that talks to `connect-tokens mcp`. Its name is what it says, and proves nothing. */
	| { readonly kind: 'commandLine'; readonly name: string; /** Path of its working directory. */ readonly folder: string };

/**
 * Runs a tool for a program.
 * @returns text for a language model
 * @throws Error with a message for the language model
 */
export type RunTool = (name: string, input: unknown, caller: AgentCaller, signal: AbortSignal) => Promise<string>;

/** A lease that somebody asks for. The user can narrow it, and only the user can widen it. */
export interface LeaseProposal {
	readonly lease: Lease;
	readonly permissions: readonly string[];
	/** How long it lasts, in minutes. */
	readonly minutes: number;
	readonly limits: TokenLimits | null;
	readonly approval: Approval;
}

/** A request to the API. */
export interface ApiRequest {
	readonly method: string;
	/** Path with its query, as in the API's documentation: below the gateway's base path, or with it. */
	readonly path: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string | undefined;
}

/** Why the body of a response ended. */
export type BodyEnd =
	| 'complete'
	/** It's longer than what was asked for. */
	| 'size'
	/** It didn't end in time, such as a stream of events. */
	| 'time'
	/** The connection was lost. */
	| 'connection';

/** The API's response, or that of the gateway if it denied the request. */
export interface ApiResponse {
	readonly status: number;
	/** By lower-case name. */
	readonly headers: Readonly<Record<string, string>>;
	/** At most as many bytes as were asked for, decoded. Empty if it isn't text. */
	readonly body: string;
	readonly bodyEnd: BodyEnd;
	/** Whether the body isn't text. */
	readonly isBinary: boolean;
}

/** How a request is sent. */
export interface SendOptions {
	readonly caller: AgentCaller;
	readonly maxBodyBytes: number;
	/** Ends the request. */
	readonly signal: AbortSignal;
}

/** Where a reference was inserted. */
export interface InsertedReference {
	/** The file's path in the workspace. */
	readonly file: string;
	/** Counted from 1. */
	readonly line: number;
	/** The header's text, with a reference instead of a key. */
	readonly text: string;
}

/**
 * What the tools need from the window. Whatever asks the user resolves with undefined if the user doesn't want it, and counts that as a denial of
 * the caller.
 */
export interface AgentServices {
	readonly sources: Pick<TokenSources, 'workspace' | 'list' | 'find'>;
	readonly clock: Clock;
	/** Path prefixes by module ID, and how modules are called. */
	readModules(): { readonly paths: ModulePaths; readonly list: readonly { readonly id: string; readonly name: string }[] };
	/**
	 * Returns what the gateway decides about: the method, or what takes its place if the server could use another one, and the path below the base
	 * path, without the query.
	 */
	readTarget(request: Pick<ApiRequest, 'method' | 'path'>): { readonly method: string; readonly path: string };
	/** Where the gateway listens, undefined if it's not running, and whether there's an API that it forwards requests to. Otherwise, it echoes them. */
	readGateway(): { readonly url: string | undefined; readonly hasUpstream: boolean };
	/** Shows the user the proposal, who can change it, and creates the lease. */
	askForLease(proposal: LeaseProposal, caller: AgentCaller): Promise<Token | undefined>;
	/**
	 * Sends a request to the gateway with the key of a lease, and starts the gateway if necessary. Follows no redirects. The response doesn't
	 * contain the key.
	 * @throws ProblemError if the gateway can't be started or the key can't be read, and ToolError if there's no response
	 */
	send(lease: Token, request: ApiRequest, options: SendOptions): Promise<ApiResponse>;
	/** The last requests of a token that this window's gateway denied, the newest first. */
	listDenials(tokenId: string): Promise<readonly LoggedRequest[]>;
	/**
	 * Asks the user, inserts a reference to a token into a request file of the workspace, and shows it. Asks in a dialog of this extension: VS Code's
	 * confirmation of a tool can be turned off.
	 * @param file path in the workspace
	 * @param line of the request, counted from 1; undefined for the request at the cursor, or the first one
	 * @throws ToolError if that's not possible; the user isn't asked then
	 */
	insertAuthorization(
		found: SourceToken,
		file: string,
		line: number | undefined,
		caller: AgentCaller,
	): Promise<InsertedReference | undefined>;
}
