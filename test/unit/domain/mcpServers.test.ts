import assert from 'node:assert/strict';
import * as v from 'valibot';
import { configuredMcpServerSchema, getMcpPaths, getPathBelowUpstream, listMcpServers } from '../../../src/domain/mcpServers';

const UPSTREAM = 'https://api.example/public/v1';
const account = (name: string, endpoint = UPSTREAM) => ({ sourceId: `source of ${name}`, account: { id: 'VA-000-000', name, endpoint } });

describe('MCP servers', () => {
	it('are the servers of the setting and the platform server of each account, with unique labels', () => {
		const servers = listMcpServers(
			[account('Acme'), account('Acme'), account('\u202e\n')],
			[
				{ label: 'acme USAGE', url: 'https://a.example/mcp', token: 'SU-000-000-000' },
				{ label: 'Other', url: 'https://b.example/mcp' },
				{ label: 'Other', url: 'https://c.example/mcp' },
			],
		);
		assert.deepEqual(
			servers.map(({ label }) => label),
			['acme USAGE', 'Other', 'Other (2)', 'Acme usage (2)', 'Acme usage (3)', 'CloudBlue Connect usage'],
		);
		assert.deepEqual(servers[3], {
			label: 'Acme usage (2)',
			url: `${UPSTREAM}/mcp/usage/`,
			account: { sourceId: 'source of Acme', name: 'Acme' },
		});
		assert.equal(servers[0]!.token, 'SU-000-000-000');
	});

	it('are reachable below the upstream only', () => {
		const cases: [url: string, upstream: string | undefined, path: string | undefined][] = [
			[`${UPSTREAM}/mcp/usage/?a=b`, UPSTREAM, '/mcp/usage/?a=b'],
			[`${UPSTREAM}/mcp`, `${UPSTREAM}/`, '/mcp'],
			[UPSTREAM, UPSTREAM, ''],
			['http://localhost:3000/mcp', 'http://localhost:3000', '/mcp'],
			['https://api.example/public/v10/mcp', UPSTREAM, undefined],
			['https://api.example/mcp', UPSTREAM, undefined],
			['http://api.example/public/v1/mcp', UPSTREAM, undefined],
			['https://api.example.evil/public/v1/mcp', UPSTREAM, undefined],
			['https://api.example/public/v1/../../mcp', UPSTREAM, undefined],
			[`${UPSTREAM}/mcp`, undefined, undefined],
		];
		for (const [url, upstream, path] of cases) {
			assert.equal(getPathBelowUpstream(url, upstream), path, `${url} below ${String(upstream)}`);
		}
	});

	it('have their paths where denials are JSON-RPC errors', () => {
		const servers = [`${UPSTREAM}/tools/mcp/?a=b`, `${UPSTREAM}/mcp/`, 'https://other.example/mcp'].map((url) => ({ label: 'A', url }));
		assert.deepEqual(getMcpPaths(servers, UPSTREAM), ['/mcp', '/tools/mcp']);
		assert.deepEqual(getMcpPaths(servers, undefined), ['/mcp']);
		assert.deepEqual(getMcpPaths([{ label: 'A', url: UPSTREAM }], UPSTREAM), ['/mcp', '']);
	});

	it('are validated', () => {
		const url = 'https://a.example/mcp';
		const valid = [
			{ label: ' A ', url },
			{ label: 'A', url: 'http://localhost:1/', token: 'su-000-000-000' },
		];
		for (const value of valid) {
			assert.ok(v.is(configuredMcpServerSchema, value), JSON.stringify(value));
		}
		const invalid = [
			{ label: '', url },
			{ label: 'a\nb', url },
			{ label: 'x'.repeat(61), url },
			{ label: 'A' },
			{ label: 'A', url: 'file:///etc/passwd' },
			{ label: 'A', url: 'https://user:password@a.example/' },
			{ label: 'A', url: 'https://a.example/#x' },
			{ label: 'A', url, token: 'ApiKey SU-000-000-000:x' },
			'https://a.example/mcp',
		];
		for (const value of invalid) {
			assert.ok(!v.is(configuredMcpServerSchema, value), JSON.stringify(value));
		}
	});
});
