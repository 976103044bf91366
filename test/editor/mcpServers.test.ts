import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ConnectTokensApi } from '../../src/api';
import { MIN_READING_MS } from '../../src/broker/askUntilRead';
import { api as vscodeApi, replaceMember } from '../support/editor/replaceApi';
import { eventually } from '../support/eventually';
import { ScriptedUi } from '../support/editor/scriptedUi';
import { GatewayServers } from '../support/gateway/gatewayServers';
import { McpTestServer } from '../support/mcpTestServer';

const LABEL = 'Usage of the test';
const CREDENTIAL = `ApiKey SU-999-999-999:${'c0ffee00'.repeat(5)}`;

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
	beforeEach(() => {
		server.requests.splice(0);
		server.intercept = () => false;
	});
	after(async () => {
		for (const name of ['mcp.servers', 'gateway.port', 'gateway.upstream']) {
			await configuration().update(name, undefined, vscode.ConfigurationTarget.Global);
		}
		await api.gateway.stop();
		await servers.stopAll();
	});

	const configure = (token: string | undefined, url = `${upstream}/public/v1/mcp/usage/`) =>
		configuration().update(
			'mcp.servers',
			[{ label: LABEL, url, ...(token !== undefined && { token }) }],
			vscode.ConfigurationTarget.Global,
		);
	const start = () => vscode.commands.executeCommand('workbench.mcp.startServer', '*', { waitForLiveTools: true });
	const findTool = () => vscode.lm.tools.find(({ name }) => name.endsWith('ping'));
	const startUntilListed = () =>
		eventually(async () => {
			await start();
			const tool = findTool();
			// VS Code lists the tools of a server that was running, too.
			assert.ok(tool && server.requests.length > 0);
			return tool;
		}, 60_000);
	const ping = async (name: string) => {
		const { content } = await vscode.lm.invokeTool(name, { input: {}, toolInvocationToken: undefined });
		return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
	};
	/** Sets the credential of the gateway, or removes it if it's empty. */
	const setCredential = async (credential: string) => {
		const restore = replaceMember(vscodeApi.window, 'showInputBox', () => Promise.resolve(credential));
		try {
			await vscode.commands.executeCommand('connectTokens.setGatewayCredential');
		} finally {
			restore();
		}
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

	it('are stopped by the end of the token, and cannot be started again', async () => {
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

	it('show why a request was denied, without OAuth, and end endless responses with the token', async () => {
		const { id } = await api.workspace.create({ name: 'MCP', permissions: ['mcp'] });
		await configure(id);
		const { name } = await startUntilListed();
		await eventually(async () => assert.match(await ping(name), /pong/));
		const deniedCount = async () => (await api.workspace.statistics(id)).reduce((sum, { statuses }) => sum + (statuses['403'] ?? 0), 0);
		await api.workspace.update(id, { permissions: ['products'] });
		server.requests.splice(0);
		await assert.rejects(ping(name), /doesn't have access to module "MCP"/);
		// VS Code sends the header with its search for an authorization server, too.
		await eventually(async () => assert.equal(await deniedCount(), 1));
		assert.deepEqual(server.requests, []);

		await api.workspace.update(id, { permissions: ['mcp'] });
		let isEnded = false;
		server.intercept = (_, response) => {
			response.writeHead(200, { 'content-type': 'text/event-stream' });
			const timer = setInterval(() => response.write(`data: ${'x'.repeat(1000)}\n\n`), 1);
			response.on('close', () => {
				clearInterval(timer);
				isEnded = true;
			});
			return true;
		};
		const pending = assert.rejects(ping(name));
		await eventually(() => assert.equal(server.requests.length, 1));
		await api.workspace.disable(id);
		await pending;
		await eventually(() => assert.ok(isEnded));
		server.intercept = () => false;
	});

	it('get a lease for the module that they need if no token is configured', async () => {
		await configure(undefined);
		const ui = new ScriptedUi();
		// An answer that's too fast doesn't count.
		ui.readingMs = 2 * MIN_READING_MS;
		ui.install();
		try {
			ui.answer('Lease');
			await startUntilListed();
		} finally {
			ui.uninstall();
		}
		const [key] = sentKeys();
		const leases = (await api.workspace.list()).filter((token) => token.name.includes(LABEL));
		assert.equal(leases.length, 1);
		assert.deepEqual(leases[0]!.permissions, ['mcp']);
		assert.ok(key?.startsWith(`ApiKey ${leases[0]!.id}:`));
		await api.workspace.delete(leases[0]!.id);
	});

	it('get the credential of the gateway instead of the key, if one is set', async () => {
		const { id } = await api.workspace.create({ name: 'MCP', permissions: ['mcp'] });
		await setCredential(CREDENTIAL);
		try {
			await configure(id);
			const { name } = await eventually(async () => {
				const tool = await startUntilListed();
				assert.deepEqual(sentKeys().slice(-1), [CREDENTIAL]);
				return tool;
			});
			server.requests.splice(0);
			assert.match(await ping(name), /pong/);
			assert.deepEqual(sentKeys(), [CREDENTIAL]);
		} finally {
			await setCredential('');
		}
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
		await eventually(async () => {
			await start();
			assert.ok(other.requests.length > 0);
		});
		assert.deepEqual(other.requests.map(({ authorization }) => authorization).filter(Boolean), []);
	});
});
