import type { IncomingMessage, ServerResponse } from 'node:http';
import { JSON_RPC_DENIAL_CODE } from '../domain/mcpServers';
import { getPath, targetBelowBase } from './basePath';
import { sendErrorResponse, type ErrorResponse } from './errorResponse';
import { findJsonRpcRequests, type JsonRpcId, type JsonRpcRequests } from './jsonRpcIds';

/** Sends the error response to a request that the gateway denies. */
export type SendDenial = (request: IncomingMessage, response: ServerResponse, denial: ErrorResponse) => void;

/** How much of a denied request's body is read to find its ID, in bytes. */
const MAX_READ_BYTES = 64 * 1024;
/** How long the ID is waited for, in milliseconds. */
const READ_TIMEOUT_MS = 10_000;

/**
 * Creates a function that sends denials. On the paths of MCP servers, a client waits for JSON-RPC, and starts OAuth after 401 and 403: VS Code
 * does, although the caller's key comes from this extension. So a denied request gets a JSON-RPC error, which the client shows to its user or
 * language model. Costs nothing for requests that aren't denied.
 * @param mcpPaths paths of MCP servers below the base path. Each covers what's below it, and an empty one covers everything.
 */
export function createDenialSender(mcpPaths: readonly string[], basePath: string): SendDenial {
	const isMcpPath = (target: string) => {
		const path = getPath(targetBelowBase(basePath, target));
		return mcpPaths.some((prefix) => path === prefix || path.startsWith(`${prefix}/`));
	};
	return (request, response, denial) => {
		if (!isClientAtFault(denial) && isMcpPath(request.url ?? '')) {
			denyMcpRequest(request, response, denial);
		} else {
			sendErrorResponse(request, response, denial);
		}
	};
}

/** Whether the request isn't valid HTTP, so that its body can't be relied on. */
function isClientAtFault({ status }: ErrorResponse): boolean {
	return status === 400 || status === 405 || status === 417;
}

function denyMcpRequest(request: IncomingMessage, response: ServerResponse, denial: ErrorResponse): void {
	switch (request.method) {
		case 'POST':
			readStart(request, response, (text, isComplete) =>
				sendErrorResponse(request, response, toMcpResponse(denial, findJsonRpcRequests(text, isComplete))),
			);
			break;
		case 'GET':
		case 'HEAD':
		case 'DELETE':
			// The response of servers that have no event stream, or whose sessions clients can't end.
			sendErrorResponse(
				request,
				response,
				startsOAuth(denial) ? { ...denial, status: 405, headers: ['allow', 'POST', ...(denial.headers ?? [])] } : denial,
			);
			break;
		default:
			sendErrorResponse(request, response, denial);
	}
}

function startsOAuth({ status }: ErrorResponse): boolean {
	return status === 401 || status === 403;
}

/** If no ID is known, the client would wait for a response forever, so the status of the response has to be the one of an error. */
function toMcpResponse(denial: ErrorResponse, requests: JsonRpcRequests): ErrorResponse {
	const toError = (id: JsonRpcId) => ({ jsonrpc: '2.0', id, error: { code: JSON_RPC_DENIAL_CODE, message: denial.message } });
	switch (requests.kind) {
		case 'requests': {
			const errors = requests.ids.map(toError);
			return { ...denial, status: 200, body: JSON.stringify(requests.isBatch ? errors : errors[0]) };
		}
		case 'notifications':
		case 'unknown':
			return { ...denial, status: startsOAuth(denial) ? 400 : denial.status, body: JSON.stringify(toError(null)) };
	}
}

/** Calls `handle` with the start of the body, unless the client closes the connection. What isn't a text is replaced. */
function readStart(request: IncomingMessage, response: ServerResponse, handle: (text: string, isComplete: boolean) => void): void {
	if (request.readableFlowing !== null) {
		// The request is being forwarded, so its body was read.
		handle('', false);
		return;
	}
	const chunks: Buffer[] = [];
	let length = 0;
	const finish = (isComplete: boolean) => {
		stop();
		request.pause();
		handle(Buffer.concat(chunks).toString('utf8', 0, MAX_READ_BYTES), isComplete);
	};
	const onData = (chunk: Buffer) => {
		chunks.push(chunk);
		length += chunk.length;
		if (length > MAX_READ_BYTES) {
			finish(false);
		}
	};
	const onEnd = () => finish(true);
	const timer = setTimeout(() => finish(false), READ_TIMEOUT_MS).unref();
	const stop = () => {
		clearTimeout(timer);
		request.off('data', onData).off('end', onEnd).off('close', stop);
	};
	request.on('data', onData).on('end', onEnd).on('close', stop);
	if (request.headers.expect !== undefined) {
		response.writeContinue();
	}
}
