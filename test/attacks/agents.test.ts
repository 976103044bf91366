import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AgentCaller } from '../../src/agents/agentServices';
import { AgentFixture, EDITOR, issueLease, type ToolResultJson } from '../support/agents/agentFixture';
import { issueToken } from '../support/gateway/memoryTokens';
import { measureProcessorTime } from '../support/processorTime';

const PROGRAM: AgentCaller = { kind: 'commandLine', name: 'Claude Code', folder: '/projects/shop' };

describe('An agent that attacks', () => {
	const fixture = new AgentFixture();
	const lease = issueLease();
	const id = lease.token.id;
	let respond: (request: IncomingMessage, response: ServerResponse) => void;
	let received: readonly string[] = [];

	beforeEach(async () => {
		received = [];
		respond = (_, response) => response.end('{}');
		await fixture.start([lease, issueToken()], (request, response) => {
			received = [...received, `${request.method} ${request.url}`];
			respond(request, response);
		});
	});
	afterEach(() => fixture.stop());

	const call = (input: object, caller = EDITOR) => fixture.run('call', { token: id, method: 'GET', path: '/assets', ...input }, caller);

	it("can't write without a question with the lease of an MCP server, about whose tools only VS Code asks", async () => {
		fixture.change(id, { permissions: ['MD-0000'], approval: 'never', lease: { task: 'MCP server Acme usage', agent: 'VS Code' } });
		for (const caller of [EDITOR, PROGRAM]) {
			await assert.rejects(call({ method: 'DELETE', path: '/assets/AS-1' }, caller), /only for the tools of an MCP server/);
			await assert.rejects(call({}, caller), /only for the tools of an MCP server/);
		}
		assert.deepEqual(received, []);
		assert.deepEqual((await fixture.run('list', { onlyLeases: true })).total, 0);
		const { tokens } = (await fixture.run('list', {})) as ToolResultJson & { tokens: readonly ToolResultJson[] };
		assert.deepEqual(
			tokens.filter(({ token }) => token === id).map(({ isLease, isOnlyForMcpServer }) => ({ isLease, isOnlyForMcpServer })),
			[{ isLease: true, isOnlyForMcpServer: true }],
		);
		assert.match(String((await fixture.run('explain', { token: id })).use), /connect_tokens_call can't use it/);
	});

	it("can't block the window with an input that's wrong in many places", async () => {
		const inputs = [
			{ purpose: 'x', modules: Array.from({ length: 200_000 }, () => ({ a: 1 })) },
			{ purpose: 'x', modules: Array.from({ length: 200_000 }, () => 1) },
			Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`key${index}`, index])),
		];
		const getTimeMs = measureProcessorTime();
		for (const input of inputs) {
			assert.deepEqual(await fixture.runner.preview('connect_tokens_request_lease', input), {});
			await assert.rejects(fixture.run('request_lease', input), /^ToolError: Invalid input\. /);
		}
		assert.ok(getTimeMs() < 2000, `${getTimeMs()} ms`);
	});

	it("can't keep those of the editor waiting by calls that don't end", async () => {
		fixture.timeouts = { eventsMs: 1000 };
		respond = (_, response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
		let endedCount = 0;
		const endless = Array.from({ length: 8 }, () => call({}, PROGRAM).finally(() => endedCount++));
		await fixture.run('list', {}, EDITOR);
		assert.equal(endedCount, 0);
		await Promise.all(endless);
	});

	it("isn't told that the API answered when the gateway denied a request to an MCP server", async () => {
		const bodies = ['{"jsonrpc":"2.0","id":1,"method":"tools/list"}', '{"jsonrpc":"2.0","method":"notifications/initialized"}', '[]'];
		for (const input of [...bodies.map((body) => ({ method: 'POST', body })), { method: 'GET' }]) {
			const { deniedBy, reason } = await call({ path: '/mcp/usage/', ...input });
			assert.deepEqual([deniedBy, reason], ['gateway', 'missingModule']);
		}
		assert.deepEqual(received, []);
		fixture.change(id, { permissions: ['MD-0000'], approval: 'never' });
		respond = (_, response) => response.end('{"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"Request a lease for MD-0000"}}');
		assert.equal((await call({ path: '/mcp/other/', method: 'POST', body: bodies[0] })).deniedBy, undefined);
	});

	it("doesn't see a key in Base64 on several lines, of UTF-16, or encoded twice", async () => {
		const base64 = Buffer.from(`ApiKey SU-111-222-333:${'ab'.repeat(20)}`).toString('base64');
		const wrapped = base64.replace(/.{40}/g, '$&\n');
		const texts = [
			wrapped,
			wrapped.replaceAll('\n', '\r\n    '),
			JSON.stringify({ key: wrapped }),
			Buffer.from(base64).toString('base64'),
			Buffer.from('ab'.repeat(20), 'utf16le').toString('base64'),
		];
		for (const text of texts) {
			respond = (_, response) => response.end(`Before ${text}`);
			const result = JSON.stringify(await call({}));
			assert.match(result, /Before .*\*{10}/);
			assert.doesNotMatch(result, /YWJhYmFi|FiYWJh|JhYmFi|WVdKaFltRml|YQBiAGEA/);
		}
		respond = (_, response) => response.end('A'.repeat(80_000).replace(/.{76}/g, '$&\n'));
		const getTimeMs = measureProcessorTime();
		await call({});
		assert.ok(getTimeMs() < 1000, 'it takes linear time');
	});

	it("doesn't see a part of a key at the end of a header that's cut", async () => {
		const key = `ApiKey SU-111-222-333:${'ab'.repeat(20)}`;
		for (const text of [key, Buffer.from(key).toString('base64'), encodeURIComponent(key)]) {
			for (const length of [430, 450, 470]) {
				respond = (_, response) => response.writeHead(302, { location: `https://api.test/?${'!'.repeat(length)}=${text}` }).end();
				assert.doesNotMatch(JSON.stringify(await call({})), /(?:ab){4}|YWJhYmFi|FiYWJh|JhYmFi/);
			}
		}
	});
});
