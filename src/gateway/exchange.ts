import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { DenialReason } from '../domain/loggedRequest';
import type { KeyRecord, TokenRecord } from '../domain/token';
import type { SendDenial } from './jsonRpcDenial';

/** An authenticated, authorized request and its response. */
export interface Exchange {
	readonly request: IncomingMessage;
	readonly response: ServerResponse;
	readonly token: TokenRecord;
	/** The key of the token that the client sent. */
	readonly key: KeyRecord;
	/** The path below the base path, and the query, exactly as the client sent them. See `targetBelowBase`. */
	readonly target: string;
	/** Whether the client waits for `100 Continue` before sending its body. */
	readonly expectsContinue: boolean;
	/** How long the client may pause while sending its body, in milliseconds. */
	readonly bodyTimeoutMs: number;
	/** For a WebSocket upgrade: the client's connection, and the bytes received on it after the request. */
	readonly upgrade?: { readonly socket: Socket; readonly head: Buffer } | undefined;
	/** Headers that the gateway adds to the response, as alternating names and values; undefined if there are none. */
	readonly responseHeaders?: readonly string[] | undefined;
	/** Sends the response if the gateway denies the request. `denyExchange` also records it. */
	readonly sendDenial: SendDenial;
	/** Records the response. Call it once, when the status is known and the response is about to be sent. The reason is the gateway's. */
	readonly recordResponse: (status: number, reason?: DenialReason) => void;
}
