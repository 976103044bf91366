import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { TokenRecord } from '../domain/token';

/** A request whose caller is known and allowed to make it, and the response it gets. */
export interface Exchange {
	readonly request: IncomingMessage;
	readonly response: ServerResponse;
	readonly token: TokenRecord;
	/** The path below the upstream's base path and the query, as the client wrote them. */
	readonly target: string;
	/** Whether the client waits for `100 Continue` before it sends its body. */
	readonly expectsContinue: boolean;
	/** How long the client may pause in the middle of its body, in milliseconds. */
	readonly bodyTimeoutMs: number;
	/** The connection that the client wants for a WebSocket, and what it has sent on it already. */
	readonly upgrade?: { readonly socket: Socket; readonly head: Buffer } | undefined;
	/** Counts the response; call it once, when its status is known and the client is to get it. */
	readonly recordResponse: (status: number) => void;
}
