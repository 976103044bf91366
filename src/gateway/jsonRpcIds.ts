/** ID of a JSON-RPC request; null if it isn't valid, as in the response to it. */
export type JsonRpcId = string | number | null;

/** The requests in a body that was sent to an MCP server. */
export type JsonRpcRequests =
	/** Each request gets a response. The list has one item unless it's a batch. */
	| { readonly kind: 'requests'; readonly ids: readonly JsonRpcId[]; readonly isBatch: boolean }
	/** Only notifications, or responses to requests of the server. Nothing waits for a response to them. */
	| { readonly kind: 'notifications' }
	| { readonly kind: 'unknown' };

/** Larger batches aren't answered one by one: each response is much longer than the request. MCP had batches in one version only. */
const MAX_BATCH_SIZE = 100;

/** The start of a request whose ID precedes everything that can be long, as in requests of VS Code. */
const ID_AT_START = /^\s*\{\s*(?:"(?:jsonrpc|method)"\s*:\s*"[^"\\]{0,256}"\s*,\s*)*"id"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d+)\s*,/;

const UNKNOWN: JsonRpcRequests = { kind: 'unknown' };

/**
 * Finds the requests in a body. Accepts any text.
 * @param isComplete whether the text is the whole body, and not only its start
 */
export function findJsonRpcRequests(text: string, isComplete: boolean): JsonRpcRequests {
	if (!isComplete) {
		const id = toId(parse(ID_AT_START.exec(text)?.[1] ?? ''));
		return id === null ? UNKNOWN : { kind: 'requests', ids: [id], isBatch: false };
	}
	const body = parse(text);
	if (!Array.isArray(body)) {
		const id = readId(body);
		return id === null ? UNKNOWN : id === undefined ? { kind: 'notifications' } : { kind: 'requests', ids: [id], isBatch: false };
	}
	if (body.length === 0 || body.length > MAX_BATCH_SIZE) {
		return UNKNOWN;
	}
	const ids = body.map(readId).filter((id) => id !== undefined);
	return ids.length === 0 ? { kind: 'notifications' } : { kind: 'requests', ids, isBatch: true };
}

/** Returns the ID of a request; undefined if nothing waits for a response, null if the message isn't valid. */
function readId(message: unknown): JsonRpcId | undefined {
	if (typeof message !== 'object' || message === null || Array.isArray(message)) {
		return null;
	}
	const isResponse = !('method' in message) && ('result' in message || 'error' in message);
	return isResponse || !('id' in message) ? undefined : toId(message.id);
}

/** A large number would be rounded, so it would be the ID of another request. */
function toId(value: unknown): JsonRpcId {
	return typeof value === 'string' || Number.isSafeInteger(value) ? (value as string | number) : null;
}

/** Returns undefined if the text isn't valid JSON. */
function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
