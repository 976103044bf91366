import { IncomingMessage } from 'node:http';

/**
 * A client's request. Node takes over the connection of each request that offers another protocol, and leaves the body unread then. This class
 * hides the offer from Node if there's a body, because only WebSockets are supported, and other offers have to be ignored (RFC 9110, section 7.8).
 * Java's HTTP client, for example, offers HTTP/2 with each request.
 */
export class ClientRequest extends IncomingMessage {
	/** Set while the base class is being constructed, so it can't have an initial value. */
	declare private isUpgradeOffered: boolean;

	/** When its headers were received, on the clock of `performance`. */
	readonly receivedAt = performance.now();

	/** The origin of the page that made the request, if it's another one that the user allowed. */
	allowedOrigin: string | undefined;

	/** Whether Node ends HTTP on the connection and fires `upgrade` or `connect`. Node assigns it before it reads the method and the headers. */
	get upgrade(): boolean {
		return this.isUpgradeOffered && (this.method === 'CONNECT' || isWebSocketUpgrade(this) || !hasBody(this));
	}

	set upgrade(isOffered: boolean) {
		this.isUpgradeOffered = isOffered;
	}

	/** Whether the request offers an upgrade that is ignored. Node discards what was received together with its body, but is after it. */
	get hasIgnoredUpgrade(): boolean {
		return this.isUpgradeOffered && !this.upgrade;
	}
}

/** Whether the request has a body that isn't empty. */
export function hasBody({ headers }: IncomingMessage): boolean {
	return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Whether a request that offers an upgrade can be upgraded to a WebSocket. */
export function isWebSocketUpgrade({ method, headers }: IncomingMessage): boolean {
	return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}
