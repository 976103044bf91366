import * as v from 'valibot';
import type { KeyForm } from '../domain/connectReference';
import type { KeyVersion } from '../domain/token';
import type { SourceToken } from '../domain/tokenSources';

const keyDestinationSchema = v.picklist(['clipboard', 'terminal', 'file', 'request']);

/** Where a command puts a key. */
export type KeyDestination = v.InferOutput<typeof keyDestinationSchema>;

/** Who asks for a key. */
export const keyRequesterSchema = v.variant('kind', [
	/** A command of this extension. VS Code doesn't tell who called it. */
	v.object({ kind: v.literal('command'), title: v.string(), destination: keyDestinationSchema }),
	v.object({
		kind: v.literal('commandLine'),
		/** Path of the working directory. */
		folder: v.string(),
		/** The `connect-tokens` command, without arguments that could contain a secret, such as `run node`. */
		command: v.string(),
		/** The coding agent whose terminal it says it runs in. */
		agent: v.exactOptional(v.string()),
	}),
	/**
	 * `folder` is the path of the workspace folder or file that defines it: several folders can have the same name. Undefined if the user's
	 * settings or an extension define it.
	 */
	v.object({ kind: v.literal('debugSession'), name: v.string(), folder: v.exactOptional(v.string()) }),
	v.object({ kind: v.literal('task'), name: v.string(), folder: v.exactOptional(v.string()) }),
	/** An input variable, or a command that another extension runs: VS Code doesn't say which. */
	v.object({ kind: v.literal('window') }),
	/** The HTTP client that sends the requests of a file, which the user has opened. `file` is its URI. */
	v.object({ kind: v.literal('requestFile'), file: v.string() }),
	/** An MCP server that VS Code starts. Its requests are sent to the gateway. */
	v.object({ kind: v.literal('mcpServer'), label: v.string() }),
	/** *Test Token*, which sends the key only to where the token is valid. */
	v.object({ kind: v.literal('test') }),
	/** VS Code's authentication API. VS Code asks the user itself, and names the extension. */
	v.object({ kind: v.literal('authentication') }),
	/**
	 * A tool for agents, which sends the key of a lease to this window's gateway, and nowhere else. `name` is how a program outside of the editor
	 * calls itself; undefined for a language model or an extension in the editor: VS Code doesn't say which.
	 */
	v.object({ kind: v.literal('agent'), name: v.exactOptional(v.string()) }),
	/** Another extension that uses this extension's API. */
	v.object({ kind: v.literal('api') }),
]);
export type KeyRequester = Readonly<v.InferOutput<typeof keyRequesterSchema>>;

/** What the user has decided. */
export type KeyDecision = 'once' | 'session' | 'always' | 'deny';

/** A request for a key. */
export interface KeyRequest {
	readonly found: SourceToken;
	readonly form: KeyForm;
	/** The current key by default. */
	readonly which?: KeyVersion;
	readonly requester: KeyRequester;
	/** What *Allow for This Terminal* or *Allow in This Window* applies to, such as a terminal's ID: unique in this window. Undefined if there's no session. */
	readonly sessionId?: string;
	/**
	 * `ask` asks the user unless an earlier decision applies. `askEachTime` always asks, for coding agents and for signing in. `given` only records, because the
	 * user has just asked for it in our own UI, or allowed the destination.
	 */
	readonly consent: 'ask' | 'askEachTime' | 'given';
}

/** A question to the user. */
export interface KeyQuestion {
	readonly request: KeyRequest;
	/** The answers that make sense, besides *Deny*. */
	readonly choices: readonly Exclude<KeyDecision, 'deny'>[];
}

/** What a remembered decision applies to: a token and who may have its key, in this workspace. */
export interface KeyGrant {
	readonly sourceId: string;
	readonly tokenId: string;
	readonly requester: KeyRequester;
}

/** Whether two decisions apply to the same. */
export function isSameGrant(left: KeyGrant, right: KeyGrant): boolean {
	return (
		left.sourceId === right.sourceId && left.tokenId === right.tokenId && getRequesterId(left.requester) === getRequesterId(right.requester)
	);
}

/**
 * Identifies who asks, for remembered decisions. The command of a command line isn't part of it: a name proves nothing, because every program
 * of the user can call itself that.
 */
export function getRequesterId(requester: KeyRequester): string {
	switch (requester.kind) {
		case 'command':
			return formatId(requester.kind, requester.destination);
		case 'commandLine':
			return formatId(requester.kind, requester.folder);
		case 'debugSession':
		case 'task':
			return formatId(requester.kind, requester.folder, requester.name);
		case 'requestFile':
			return formatId(requester.kind, requester.file);
		case 'mcpServer':
			return formatId(requester.kind, requester.label);
		case 'window':
		case 'test':
		case 'authentication':
		case 'agent':
		case 'api':
			return requester.kind;
	}
}

/** Names can contain any character, so no separator would be unambiguous. */
function formatId(...parts: readonly (string | undefined)[]): string {
	return JSON.stringify(parts);
}
