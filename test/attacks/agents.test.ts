import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AgentCaller } from '../../src/agents/agentServices';
import { AgentFixture, EDITOR, issueLease, type ToolResultJson } from '../support/agents/agentFixture';
import { issueToken } from '../support/gateway/memoryTokens';

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
});
