import assert from 'node:assert/strict';
import { exec } from 'node:child_process';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import * as v from 'valibot';
import { CommandLineHome, type TestWindow } from '../../support/commandLine';
import { GatewayServers, type RunningGateway } from '../../support/gateway/gatewayServers';
import { readTableCode } from '../../support/readme';
import { createSourceToken } from '../../support/sourceTokens';

const CREDENTIAL = 'ApiKey SU-000-000-000:upstream';
/** What Claude Code accepts from a `headersHelper`. */
const headersSchema = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.string()));

describe('An MCP client with a headersHelper', function () {
	this.timeout(120_000);
	const user = new CommandLineHome();
	const servers = new GatewayServers();
	let gateway: RunningGateway;
	let window: TestWindow;
	let client: Client;

	beforeEach(async () => {
		const upstream = await servers.upstream((request, response) => {
			if (request.headers.authorization !== CREDENTIAL) {
				response.writeHead(401).end();
				return;
			}
			// Without sessions, as MCP servers behind a load balancer work.
			const server = new McpServer({ name: 'usage', version: '1.0.0' });
			server.registerTool('ping', { description: 'Checks the connection' }, () => ({ content: [{ type: 'text', text: 'pong' }] }));
			const transport = new StreamableHTTPServerTransport({});
			response.on('close', () => void server.close());
			void server.connect(transport as Transport).then(() => transport.handleRequest(request, response));
		});
		gateway = await servers.gateway({ upstream: `${upstream}/public/v1`, credential: CREDENTIAL });
		const { token, authorization } = gateway.owner;
		const source = { readKey: () => Promise.resolve({ authorization }) };
		window = await user.open({ folders: [user.home], tokens: [createSourceToken({ id: token.id }, source)] });
		client = new Client({ name: 'test', version: '1.0.0' });
	});
	afterEach(async () => {
		await client.close();
		await servers.stopAll();
	});

	const connect = (headers: Record<string, string>) => {
		const transport = new StreamableHTTPClientTransport(new URL(`${gateway.origin}/public/v1/mcp/usage/`), { requestInit: { headers } });
		return client.connect(transport);
	};

	it('lists and calls tools through the gateway', async function () {
		if (process.platform === 'win32') {
			return this.skip();
		}
		const [helper] = readTableCode("a tool that runs a helper for headers, such as Claude Code's `headersHelper`", gateway.owner.token.id);
		const { stdout } = await promisify(exec)(helper!, { env: await user.install(), cwd: user.home });
		await connect(v.parse(headersSchema, stdout));
		assert.deepEqual(
			(await client.listTools()).tools.map(({ name }) => name),
			['ping'],
		);
		assert.deepEqual((await client.callTool({ name: 'ping' })).content, [{ type: 'text', text: 'pong' }]);
		assert.equal(window.questions.length, 1);
	});

	it('cannot connect without the headers', async () => {
		await assert.rejects(connect({}), /AUTH_001/);
		assert.deepEqual(await gateway.counts(), {});
	});
});
