import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ConnectTokensApi } from '../../src/api';
import { eventually } from '../support/eventually';
import { GatewayServers } from '../support/gateway/gatewayServers';
import { McpTestServer } from '../support/mcpTestServer';

const LABEL = 'Usage of the test';
const TOOL = /ping$/;

describe('MCP servers through the gateway', function () {
	this.timeout(120_000);
	const servers = new GatewayServers();
	const configuration = () => vscode.workspace.getConfiguration('connectTokens');
	const server = new McpTestServer((authorization) => authorization !== undefined);
	let api: ConnectTokensApi;
	let upstream: string;

	before(async () => {
		api = await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate();
		upstream = await servers.upstream(server.handle);
		await configuration().update('gateway.port', 0, vscode.ConfigurationTarget.Global);
		await configuration().update('gateway.upstream', `${upstream}/public/v1`, vscode.ConfigurationTarget.Global);
	});
	beforeEach(() => server.requests.splice(0));
	after(async () => {
		for (const name of ['mcp.servers', 'gateway.port', 'gateway.upstream']) {
			await configuration().update(name, undefined, vscode.ConfigurationTarget.Global);
		}
		await api.gateway.stop();
		await servers.stopAll();
	});

	const configure = (token: string | undefined, url = `${upstream}/public/v1/mcp/usage/`) =>
		configuration().update('mcp.servers', [{ label: LABEL, url, ...(token !== undefined && { token }) }], vscode.ConfigurationTarget.Global);
	const start = () => vscode.commands.executeCommand('workbench.mcp.startServer', '*', { waitForLiveTools: true });
	const findTool = () => vscode.lm.tools.find(({ name }) => TOOL.test(name));
	const startUntilListed = () =>
		eventually(async () => {
			await start();
			const tool = findTool();
			assert.ok(tool);
			return tool;
		}, 60_000);
	const ping = async (name: string) => {
		const { content } = await vscode.lm.invokeTool(name, { input: {}, toolInvocationToken: undefined });
		return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
	};
	const sentKeys = () => [...new Set(server.requests.map(({ authorization }) => authorization))];

	it('start with the key of a token, run tools, and continue with the new key after a rotation', async () => {
		const { id } = await api.workspace.create({ name: 'MCP', permissions: ['mcp'] });
		await configure(id);
		const first = await api.workspace.authorization(id);
		const { name } = await startUntilListed();
		assert.match(await ping(name), /pong/);
		assert.deepEqual(sentKeys(), [first]);
		assert.ok(server.requests.every(({ url }) => url === '/public/v1/mcp/usage/'));

		await api.workspace.rotate(id);
		server.requests.splice(0);
		const second = await api.workspace.authorization(id);
		await eventually(async () => assert.match(await ping(name), /pong/));
		assert.deepEqual(sentKeys(), [second]);
	});

	it('are stopped by the end of the token, whose denials start no OAuth', async () => {
		const { id } = await api.workspace.create({ name: 'MCP', permissions: ['mcp'] });
		await configure(id);
		const { name } = await startUntilListed();
		await eventually(async () => assert.match(await ping(name), /pong/));
		await api.workspace.disable(id);
		server.requests.splice(0);
		await assert.rejects(async () => {
			await ping(name);
		});
		assert.deepEqual(server.requests, [], 'neither a tool nor the metadata of an authorization server is asked for');
	});

	it('get a lease for the module that they need if no token is configured', async () => {
		await configure(undefined);
		await startUntilListed();
		const [key] = sentKeys();
		const leases = (await api.workspace.list()).filter((token) => token.name.includes(LABEL));
		assert.equal(leases.length, 1);
		assert.deepEqual(leases[0]!.permissions, ['mcp']);
		assert.ok(key?.startsWith(`ApiKey ${leases[0]!.id}:`));
		await api.workspace.delete(leases[0]!.id);
	});

	it('send no key to another origin that the server redirects to', async () => {
		const other = new McpTestServer(() => true);
		const elsewhere = await servers.upstream(other.handle);
		const { id } = await api.workspace.create({ name: 'MCP', permissions: ['mcp'] });
		server.intercept = (_, response) => {
			response.writeHead(307, { location: `${elsewhere}/public/v1/mcp/usage/` }).end();
			return true;
		};
		await configure(id);
		await start();
		server.intercept = () => false;
		assert.ok(other.requests.length > 0);
		assert.deepEqual(
			other.requests.map(({ authorization }) => authorization).filter(Boolean),
			[],
		);
	});
});
