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

/** The API's response, or that of the gateway if it denied the request. */
export interface ApiResponse {
	readonly status: number;
	/** By lower-case name. */
	readonly headers: Readonly<Record<string, string>>;
	/** At most as many bytes as were asked for, decoded. */
	readonly body: string;
	/** Whether the body was longer. */
	readonly isTruncated: boolean;
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

/** What the tools need from the window. Whatever asks the user resolves with undefined or false if the user doesn't want it. */
export interface AgentServices {
	readonly sources: Pick<TokenSources, 'workspace' | 'list' | 'find'>;
	readonly clock: Clock;
	/** Path prefixes by module ID, and how modules are called. */
	readModules(): { readonly paths: ModulePaths; readonly list: readonly { readonly id: string; readonly name: string }[] };
	/** Shows the user the proposal, who can change it, and creates the lease. */
	askForLease(proposal: LeaseProposal, caller: AgentCaller): Promise<Token | undefined>;
	/**
	 * Asks the user about a change, in a dialog of this extension: VS Code's confirmation of a tool can be turned off.
	 * @param question names what is changed
	 */
	confirmChange(question: { readonly title: string; readonly detail: string; readonly button: string }): Promise<boolean>;
	/**
	 * Sends a request to the gateway with the key of a lease, and starts the gateway if necessary. Follows no redirects.
	 * @throws ProblemError if the gateway can't be started or the key can't be read
	 */
	send(lease: Token, request: ApiRequest, maxBodyBytes: number, signal: AbortSignal): Promise<ApiResponse>;
	/** The last requests of the workspace's gateway that it denied, the newest first. */
	listDenials(tokenId: string): Promise<readonly LoggedRequest[]>;
	/**
	 * Inserts a reference to a token into a request file of the workspace, and shows it.
	 * @param file path in the workspace; undefined for the request at the cursor
	 * @param line of the request, counted from 1
	 * @throws ProblemError if that's not possible
	 */
	insertAuthorization(found: SourceToken, file: string | undefined, line: number | undefined): Promise<InsertedReference>;
}
