import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';

/** A request that an MCP server got. */
export interface ReceivedRequest {
	readonly method: string;
	readonly url: string;
	readonly authorization: string | undefined;
}

/** An MCP server on the official SDK with a tool `ping`, without sessions, as servers behind a load balancer work. */
export class McpTestServer {
	readonly requests: ReceivedRequest[] = [];
	/** Handles the next requests instead of the server; returns whether it did. */
	intercept: (request: IncomingMessage, response: ServerResponse) => boolean = () => false;

	/** @param isAllowed whether a request has the right header; others get 401 */
	constructor(private readonly isAllowed: (authorization: string | undefined) => boolean) {}

	readonly handle: RequestListener = (request, response) => {
		const { authorization } = request.headers;
		this.requests.push({ method: request.method ?? '', url: request.url ?? '', authorization });
		if (this.intercept(request, response)) {
			return;
		}
		if (!this.isAllowed(authorization)) {
			response.writeHead(401).end();
			return;
		}
		if (request.method !== 'POST') {
			response.writeHead(405).end();
			return;
		}
		const server = new McpServer({ name: 'usage', version: '1.0.0' });
		server.registerTool('ping', { description: 'Checks the connection' }, () => ({ content: [{ type: 'text', text: 'pong' }] }));
		const transport = new StreamableHTTPServerTransport({});
		response.on('close', () => void server.close());
		void server.connect(transport as Transport).then(() => transport.handleRequest(request, response));
	};
}
