import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findServersWithKeys, removeServer } from '../../../src/keysOnDisk/serversWithKeys';
import { applyReplacements } from '../../../src/keysOnDisk/jsonText';
import { fuzzParameters } from '../../support/fuzzing';

const SECRET = '0123456789abcdef'.repeat(3).slice(0, 40);
const KEY = `ApiKey SU-000-000-000:${SECRET}`;
const URL_ = 'https://api.example/public/v1/mcp/usage/';

const FILE = `{
	// Our servers
	"servers": {
		"usage": {
			"type": "http", // streamable
			"url": "${URL_}",
			"headers": { "Authorization": "${KEY}" },
		},
		/* local */
		"local": { "command": "node" },
		"bearer": { "url": "https://a.example", "headers": { "Authorization": "Bearer x" } },
		"input": { "url": "https://a.example", "headers": { "Authorization": "\${input:key}" } },
		"variable": { "url": "https://\${env:HOST}/mcp", "headers": { "authorization": "${KEY.toLowerCase()}" } },
		"more": { "url": "${URL_}", "headers": { "Authorization": "${KEY}", "X-Other": "1" } }
	}
}
`;

describe('MCP servers with API keys', () => {
	it('are found with what keeps them from being moved', () => {
		const key = { tokenId: 'SU-000-000-000', secret: SECRET };
		assert.deepEqual(findServersWithKeys(FILE), [
			{ name: 'usage', url: URL_, key, obstacle: undefined },
			{ name: 'variable', url: 'https://${env:HOST}/mcp', key, obstacle: 'variable' },
			{ name: 'more', url: URL_, key, obstacle: 'otherHeaders' },
		]);
		assert.equal(findServersWithKeys(FILE.replace('"servers"', '"mcpServers"')).length, 3);
	});

	it('are removed, and everything else stays', () => {
		const [usage] = findServersWithKeys(FILE);
		const changed = applyReplacements(FILE, removeServer(FILE, usage!)!);
		assert.ok(!changed.includes('"usage"'));
		assert.match(changed, /\/\/ Our servers\n\t"servers": \{\n\t\t\/\* local \*\/\n\t\t"local"/);
		assert.equal(findServersWithKeys(changed).length, 2);
		const only = `{"mcpServers": {"usage": {"url": "${URL_}", "headers": {"Authorization": "${KEY}"}}}}`;
		assert.equal(applyReplacements(only, removeServer(only, findServersWithKeys(only)[0]!)!), '{"mcpServers": {}}');
	});

	it('are not removed if they have another key or URL by now', () => {
		const [usage] = findServersWithKeys(FILE);
		assert.equal(removeServer(FILE.replace(SECRET, SECRET.replace('0', '1')), usage!), undefined);
		assert.equal(removeServer(FILE.replace('/usage/', '/other/'), usage!), undefined);
		assert.equal(removeServer('{', usage!), undefined);
	});

	it('are read from any JSON without an error', () => {
		const value = fc.letrec((tie) => ({
			node: fc.oneof(
				{ depthSize: 'small' },
				fc.constantFrom(null, 1, '', KEY, URL_),
				fc.dictionary(fc.constantFrom('servers', 'mcpServers', 'headers', 'url', 'Authorization', 'a'), tie('node')),
				fc.array(tie('node')),
			),
		})).node;
		fc.assert(
			fc.property(value, (json) => {
				const text = JSON.stringify(json);
				for (const server of findServersWithKeys(text)) {
					JSON.parse(applyReplacements(text, removeServer(text, server)!));
				}
			}),
			fuzzParameters(1000),
		);
		fc.assert(
			fc.property(fc.string(), (text) => {
				findServersWithKeys(text);
			}),
			fuzzParameters(200),
		);
	});
});
