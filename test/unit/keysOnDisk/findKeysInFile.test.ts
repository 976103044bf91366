import assert from 'node:assert/strict';
import { formatApiKey } from '../../../src/domain/apiKey';
import { findKeysInFile } from '../../../src/keysOnDisk/findKeysInFile';
import { groupKeys } from '../../../src/models/keysOnDisk';
import type { PlaceKind } from '../../../src/keysOnDisk/foundKey';

const SECRET = '0f1e'.repeat(10);
const TOKEN_ID = 'SU-631-646-036';
const AUTHORIZATION = formatApiKey({ tokenId: TOKEN_ID, secret: SECRET });
const CREDENTIAL = `${TOKEN_ID}:${SECRET}`;

const find = (text: string, kind: PlaceKind) => findKeysInFile(text, kind).keys;
const summarize = (text: string, kind: PlaceKind) =>
	find(text, kind).map(({ tokenId, form, line, remedy }) => [tokenId, form, line, remedy]);
const findInServers = (kind: PlaceKind, server: object, list = 'mcpServers') =>
	summarize(JSON.stringify({ [list]: { connect: server } }), kind).map(([, form, , remedy]) => [form, remedy]);

describe('findKeysInFile', () => {
	it("offers to add the accounts of CloudBlue's command line", () => {
		const account = { api_key: AUTHORIZATION, endpoint: 'https://api.example.test/public/v1', id: 'VA-000-001', name: 'Vendor' };
		const other = { ...account, id: 'VA-000-002', api_key: AUTHORIZATION.replace('SU-631', 'SU-632') };
		const text = JSON.stringify({ accounts: [account, other], active: 'VA-000-001' }, undefined, 4);
		assert.deepEqual(summarize(text, 'connectCli'), [
			[TOKEN_ID, 'authorization', 4, 'account'],
			['SU-632-646-036', 'authorization', 10, 'account'],
		]);
		assert.deepEqual(find(text, 'connectCli')[1]?.account, { id: 'VA-000-002', name: 'Vendor', endpoint: account.endpoint });
	});

	it('offers a headers helper only to Claude Code, and only for the Authorization header that it returns', () => {
		const server = { type: 'http', url: 'https://a.example/mcp', headers: { Authorization: AUTHORIZATION } };
		assert.deepEqual(findInServers('claudeCode', server), [['authorization', 'headersHelper']]);
		for (const kind of ['claudeDesktop', 'cursor'] as const) {
			assert.deepEqual(findInServers(kind, server), [['authorization', undefined]], kind);
		}
		assert.deepEqual(findInServers('vscode', server, 'servers'), [['authorization', undefined]]);
		assert.deepEqual(findInServers('claudeCode', { ...server, headersHelper: 'other' }), [['authorization', undefined]]);
		assert.deepEqual(findInServers('claudeCode', { ...server, headers: { 'X-Key': AUTHORIZATION } }), [['authorization', undefined]]);
		assert.deepEqual(findInServers('claudeCode', { ...server, headers: { authorization: `Bearer ${CREDENTIAL}` } }), [
			['credential', undefined],
		]);
	});

	it('finds the servers of the projects of Claude Code', () => {
		const server = { type: 'http', url: 'https://a.example/mcp', headers: { Authorization: AUTHORIZATION } };
		const text = JSON.stringify({ projects: { '/home/a b': { mcpServers: { connect: server }, history: [{ display: AUTHORIZATION }] } } });
		assert.deepEqual(
			find(text, 'claudeCode').map(({ remedy }) => remedy),
			['headersHelper', undefined],
		);
	});

	it('offers to start a server with the command line for each key in its environment, but not for keys in its arguments', () => {
		const server = {
			command: 'npx',
			args: ['-y', 'server', AUTHORIZATION],
			env: { KEY: AUTHORIZATION, PART: CREDENTIAL, BOTH: `x ${CREDENTIAL},` },
		};
		const expected = [
			['authorization', undefined],
			['authorization', 'run'],
			['credential', 'run'],
			['credential', 'run'],
		];
		for (const kind of ['claudeCode', 'claudeDesktop', 'cursor'] as const) {
			assert.deepEqual(findInServers(kind, server), expected, kind);
		}
		assert.deepEqual(findInServers('vscode', server, 'servers'), expected);
		assert.deepEqual(
			findInServers('vscode', server),
			[...expected].map(([form]) => [form, undefined]),
		);
	});

	it('offers nothing where a reference would merge with the text after it', () => {
		assert.deepEqual(findInServers('cursor', { command: 'a', env: { URL: `x://${CREDENTIAL}@host` } }), [['credential', undefined]]);
	});

	it('finds a secret whose token is in another variable of the server', () => {
		assert.deepEqual(findInServers('cursor', { command: 'a', env: { ID: TOKEN_ID, SECRET } }), [['secret', 'run']]);
	});

	it('finds keys whose characters are escaped, each once', () => {
		const escaped = AUTHORIZATION.replace('SU-', '\\u0053U\\u002d').replace(':', '\\u003a');
		const text = `{"mcpServers": {"a": {"url": "https://a.example", "headers": {"Authorization": "${escaped}"}}}}`;
		assert.deepEqual(summarize(text, 'claudeCode'), [[TOKEN_ID, 'authorization', 1, 'headersHelper']]);
	});

	it('reads comments, trailing commas, and a byte order mark, and reports keys in comments', () => {
		const text = `\uFEFF{\r\n\t// ${AUTHORIZATION}\r\n\t"servers": {"a": {"command": "a", "env": {"KEY": "${CREDENTIAL}",},},},\r\n}`;
		assert.deepEqual(summarize(text, 'vscode'), [
			[TOKEN_ID, 'authorization', 2, undefined],
			[TOKEN_ID, 'credential', 3, 'run'],
		]);
	});

	it('offers nothing in invalid or very deep JSON, but reports its keys', () => {
		for (const text of [`{"mcpServers": "${AUTHORIZATION}"`, `${'['.repeat(100_000)}"${AUTHORIZATION}"${']'.repeat(100_000)}`]) {
			const { keys, isInvalidJson } = findKeysInFile(text, 'cursor');
			assert.ok(isInvalidJson);
			assert.deepEqual(
				keys.map(({ tokenId, remedy }) => [tokenId, remedy]),
				[[TOKEN_ID, undefined]],
			);
		}
	});

	it('offers references for whole values of .env files', () => {
		const text = `# ${CREDENTIAL}\r\nexport API_KEY="${AUTHORIZATION}"\r\nOTHER=${CREDENTIAL}\r\nMIXED="x ${CREDENTIAL}"\r\n`;
		assert.deepEqual(summarize(text, 'envFile'), [
			[TOKEN_ID, 'credential', 1, undefined],
			[TOKEN_ID, 'authorization', 2, 'reference'],
			[TOKEN_ID, 'credential', 3, 'reference'],
			[TOKEN_ID, 'credential', 4, undefined],
		]);
	});

	it('offers references in shell histories, but not for encoded keys', () => {
		const encoded = Buffer.from(CREDENTIAL).toString('base64');
		const text = `: 1700000000:0;ccli account add "${AUTHORIZATION}"\ncurl -u ${CREDENTIAL} x\ncurl -H "X: ${encoded}"\n`;
		assert.deepEqual(summarize(text, 'shellHistory'), [
			[TOKEN_ID, 'authorization', 1, 'reference'],
			[TOKEN_ID, 'credential', 2, 'reference'],
			[TOKEN_ID, undefined, 3, undefined],
		]);
		assert.equal(find(text, 'shellHistory')[2]?.secret, undefined);
	});

	it('reads long lists', () => {
		const history = Array.from({ length: 200_000 }, (_, index) => index);
		assert.deepEqual(summarize(JSON.stringify({ history, key: AUTHORIZATION }), 'claudeCode'), [[TOKEN_ID, 'authorization', 1, undefined]]);
	});

	it('takes seconds for hostile files with more keys than a history has', () => {
		const indexes = Array.from({ length: 12_000 }, (_, index) => index);
		const start = Date.now();
		for (const [kind, text] of [
			['claudeCode', JSON.stringify(indexes.map(() => AUTHORIZATION))],
			['claudeCode', JSON.stringify({ a: indexes, b: indexes.map(() => ({ id: TOKEN_ID, secret: SECRET })) })],
			['shellHistory', indexes.map(() => AUTHORIZATION).join('\n')],
			['envFile', indexes.map((index) => `K${index}=${AUTHORIZATION}`).join('\n')],
		] as const) {
			assert.equal(groupKeys(find(text, kind))[0]?.length, 10_000);
		}
		assert.ok(Date.now() - start < 60_000);
	});

	it('finds nothing in files without keys', () => {
		for (const kind of ['connectCli', 'claudeCode', 'envFile', 'shellHistory'] as const) {
			assert.deepEqual(findKeysInFile('{"a": "connect://SU-631-646-036"}', kind), { keys: [], isInvalidJson: false });
		}
	});
});
