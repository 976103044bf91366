import assert from 'node:assert/strict';
import { exec } from 'node:child_process';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import * as v from 'valibot';
import { CommandLineHome, type TestWindow } from '../../support/commandLine';
import { GatewayServers, type RunningGateway } from '../../support/gateway/gatewayServers';
import { McpTestServer } from '../../support/mcpTestServer';
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
		const upstream = await servers.upstream(new McpTestServer((authorization) => authorization === CREDENTIAL).handle);
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
		await assert.rejects(connect({}), /MCP error -32001: Invalid API key/);
		assert.deepEqual(await gateway.counts(), {});
	});

	it('shows why a request was denied, also one that is longer than what the gateway reads', async () => {
		const { token, authorization } = gateway.owner;
		await connect({ Authorization: authorization });
		gateway.tokens.replace({ ...token, permissions: ['usage'] });
		const message = /doesn't have access to module/;
		await assert.rejects(client.callTool({ name: 'ping' }), message);
		await assert.rejects(client.callTool({ name: 'ping', arguments: { text: 'x'.repeat(200_000) } }), message);
		gateway.tokens.replace(token);
		assert.deepEqual((await client.callTool({ name: 'ping' })).content, [{ type: 'text', text: 'pong' }]);
	});
});
