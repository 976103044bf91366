import type { KeyForm } from '../domain/connectReference';
import type { SourceToken } from '../domain/tokenSources';

/** Where a command puts a key. */
export type KeyDestination = 'clipboard' | 'terminal' | 'file' | 'request';

/** Who asks for a key. */
export type KeyRequester =
	/** A command of this extension. VS Code doesn't tell who called it. */
	| { readonly kind: 'command'; readonly title: string; readonly destination: KeyDestination }
	/** The `connect-tokens` command line. `agent` is the coding agent whose terminal it says it runs in. */
	| {
			readonly kind: 'commandLine';
			/** Path of the working directory. */
			readonly folder: string;
			/** The command, without arguments that could contain a secret, such as `run node`. */
			readonly command: string;
			readonly agent?: string;
	  }
	| { readonly kind: 'debugSession'; readonly name: string; /** Name of the workspace folder. */ readonly folder: string }
	| { readonly kind: 'task'; readonly name: string; readonly folder: string }
	/** An input variable, or a command that another extension runs: VS Code doesn't say which. */
	| { readonly kind: 'window' }
	/** VS Code's authentication API. VS Code asks the user itself, and names the extension. */
	| { readonly kind: 'authentication' }
	/** Another extension that uses this extension's API. */
	| { readonly kind: 'api' };

/** What the user has decided. */
export type KeyDecision = 'once' | 'session' | 'always' | 'deny';

/** A request for a key. */
export interface KeyRequest {
	readonly found: SourceToken;
	readonly form: KeyForm;
	readonly requester: KeyRequester;
	/** What *Allow for This Session* applies to, such as a terminal's ID: unique in this window. Undefined if there's no session. */
	readonly sessionId?: string;
	/**
	 * `ask` asks the user unless an earlier decision applies. `askEachTime` always asks, for coding agents. `given` only records, because the
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
	/** From `getRequesterId`. */
	readonly requesterId: string;
}

/**
 * Identifies who asks, for remembered decisions. The command of a command line isn't part of it: a name proves nothing, because every program
 * of the user can call itself that.
 */
export function getRequesterId(requester: KeyRequester): string {
	switch (requester.kind) {
		case 'command':
			return `command:${requester.destination}`;
		case 'commandLine':
			return `commandLine:${requester.folder}`;
		case 'debugSession':
		case 'task':
			return `${requester.kind}:${requester.folder}:${requester.name}`;
		case 'window':
		case 'authentication':
		case 'api':
			return requester.kind;
	}
}
