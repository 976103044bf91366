import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatApiKey } from '../../../src/domain/apiKey';
import { resolveEnvironment } from '../../../src/cli/environment';
import { formatKey, parseConnectReference } from '../../../src/domain/connectReference';
import { removeCliAccount } from '../../../src/keysOnDisk/cliConfiguration';
import { findKeysInFile } from '../../../src/keysOnDisk/findKeysInFile';
import type { PlaceKind } from '../../../src/keysOnDisk/foundKey';
import { replaceKeys } from '../../../src/keysOnDisk/replaceKeys';

const SECRET = '0f1e'.repeat(10);
const TOKEN_ID = 'SU-631-646-036';
const AUTHORIZATION = formatApiKey({ tokenId: TOKEN_ID, secret: SECRET });
const CREDENTIAL = `${TOKEN_ID}:${SECRET}`;
const REFERENCE = `connect://${TOKEN_ID}`;

/** Replaces all keys that can be replaced. */
function replaceAll(text: string, kind: PlaceKind, program = 'connect-tokens'): string | undefined {
	const keys = findKeysInFile(text, kind).keys.filter(({ remedy }) => remedy !== undefined);
	return replaceKeys(
		text,
		kind,
		keys.map((key) => ({ key, token: { tokenId: key.tokenId! } })),
		program,
	);
}

describe('replaceKeys', () => {
	it('replaces a header with a headers helper, and keeps other headers, comments, and the style', () => {
		assert.equal(
			replaceAll(
				`{\n  "mcpServers": {\n    "a": {\n      "url": "https://a.example",\n      "headers": {\n        "Authorization": "${AUTHORIZATION}"\n      },\n      "z": 1\n    }\n  }\n}\n`,
				'claudeCode',
			),
			`{\n  "mcpServers": {\n    "a": {\n      "url": "https://a.example",\n      "headersHelper": "connect-tokens header ${REFERENCE} --json",\n      "z": 1\n    }\n  }\n}\n`,
		);
		assert.equal(
			replaceAll(`{"mcpServers":{"a":{"url":"u","headers":{"Authorization":"${AUTHORIZATION}","X-A":"b"}}}}`, 'claudeCode'),
			`{"mcpServers":{"a":{"url":"u","headers":{"X-A":"b"},"headersHelper":"connect-tokens header ${REFERENCE} --json"}}}`,
		);
		assert.equal(
			replaceAll(
				`{"mcpServers": {"a": {"url": "u",\r\n\t"headers": {\r\n\t\t"X-A": "b", // kept\r\n\t\t"Authorization": "${AUTHORIZATION}"\r\n\t}\r\n}}}`,
				'claudeCode',
			),
			`{"mcpServers": {"a": {"url": "u",\r\n\t"headers": {\r\n\t\t"X-A": "b" // kept\r\n\t},\r\n\t"headersHelper": "connect-tokens header ${REFERENCE} --json"\r\n}}}`,
		);
	});

	it('changes nothing else in a history if the ID of the token is also below its key', () => {
		assert.equal(
			replaceAll(`export KEY="${AUTHORIZATION}" name=${TOKEN_ID}; make\nnext command\n`, 'shellHistory'),
			`export KEY="${REFERENCE}" name=${TOKEN_ID}; make\nnext command\n`,
		);
	});

	it('starts a server with the command line once, for several keys, with the arguments that it had', () => {
		assert.equal(
			replaceAll(
				`{"mcpServers": {"a": {"command": "npx", "args": ["-y", "b"], "env": {"KEY": "${AUTHORIZATION}", "PART": "x ${CREDENTIAL},"}}}}`,
				'claudeDesktop',
				'/home/a b/connect-tokens',
			),
			`{"mcpServers": {"a": {"command": "/home/a b/connect-tokens", "args": ["run", "--", "npx", "-y", "b"], "env": {"KEY": "${REFERENCE}", "PART": "x ${REFERENCE}#credential,"}}}}`,
		);
	});

	it('adds arguments to a server without any, also to lists over several lines', () => {
		assert.equal(
			replaceAll(`{"servers": {\n\t"a": {\n\t\t"command": "b",\n\t\t"env": {"KEY": "${CREDENTIAL}"}\n\t}\n}}`, 'vscode'),
			`{"servers": {\n\t"a": {\n\t\t"command": "connect-tokens",\n\t\t"args": ["run","--","b"],\n\t\t"env": {"KEY": "${REFERENCE}#credential"}\n\t}\n}}`,
		);
		assert.equal(
			replaceAll(`{"mcpServers":{"a":{"command":"b","args":[\r\n "c"\r\n],"env":{"KEY":"${CREDENTIAL}"}}}}`, 'cursor'),
			`{"mcpServers":{"a":{"command":"connect-tokens","args":[\r\n "run",\r\n "--",\r\n "b",\r\n "c"\r\n],"env":{"KEY":"${REFERENCE}#credential"}}}}`,
		);
		assert.equal(
			replaceAll(`{"mcpServers":{"a":{"command":"b","args":[],"env":{"KEY":"${CREDENTIAL}"}}}}`, 'cursor'),
			`{"mcpServers":{"a":{"command":"connect-tokens","args":["run", "--", "b"],"env":{"KEY":"${REFERENCE}#credential"}}}}`,
		);
	});

	it('replaces escaped keys, and secrets with their ID in another variable', () => {
		const escaped = CREDENTIAL.replace('SU', '\\u0053U');
		const text = `{"mcpServers":{"a":{"command":"b","args":[],"env":{"KEY":"${escaped}","ID":"SU-000-000-007","SECRET":"${SECRET}"}}}}`;
		assert.deepEqual((JSON.parse(replaceAll(text, 'cursor')!) as { mcpServers: { a: { env: unknown } } }).mcpServers.a.env, {
			KEY: `${REFERENCE}#credential`,
			ID: 'SU-000-000-007',
			SECRET: 'connect://SU-000-000-007#secret',
		});
	});

	it('writes environments from which the command line provides the same keys', async () => {
		const env = { KEY: AUTHORIZATION, PART: `user ${CREDENTIAL}`, SECRET: CREDENTIAL.replace(':', '\n'), NONE: 'x' };
		const changed = replaceAll(JSON.stringify({ mcpServers: { a: { command: 'b', env } } }), 'cursor')!;
		const server = (JSON.parse(changed) as { mcpServers: { a: { env: typeof env } } }).mcpServers.a;
		assert.notDeepEqual(server.env, env);
		const getKey = (reference: string) => Promise.resolve(formatKey(AUTHORIZATION, parseConnectReference(reference)!.form));
		assert.deepEqual((await resolveEnvironment({ base: server.env, envFiles: [], tokens: [], getKey })).variables, env);
	});

	it('names the account of a token', () => {
		const text = `API_KEY=${AUTHORIZATION}`;
		const [key] = findKeysInFile(text, 'envFile').keys;
		assert.equal(
			replaceKeys(text, 'envFile', [{ key: key!, token: { tokenId: TOKEN_ID, sourceId: 'VA-000-000' } }], ''),
			`API_KEY="connect://VA-000-000/${TOKEN_ID}"`,
		);
	});

	it('keeps the time, the line breaks, and the bytes of shell histories', () => {
		const history = (key: string, other: string) =>
			`#1700000000\nccli account add "${key}"\n: 1700000000:0;echo \x83\xa9\\\n  ${other}\r\n- cmd: a\n  when: 1\n`;
		assert.equal(replaceAll(history(AUTHORIZATION, CREDENTIAL), 'shellHistory'), history(REFERENCE, `${REFERENCE}#credential`));
	});

	it('leaves values alone that were changed after the search', () => {
		const text = (key: string) => `{"mcpServers":{"a":{"command":"b","env":{"KEY":"${key}"}}}}`;
		const { keys } = findKeysInFile(text(CREDENTIAL), 'cursor');
		assert.equal(replaceKeys(text('other'), 'cursor', [{ key: keys[0]!, token: { tokenId: TOKEN_ID } }], ''), undefined);
	});

	it('changes nothing but the keys in a history', () => {
		const line = fc.oneof(fc.string({ unit: 'binary-ascii' }), fc.constantFrom(AUTHORIZATION, CREDENTIAL, 'x', '\r\n', ': 1:0;', '"'));
		fc.assert(
			fc.property(fc.array(line), (parts) => {
				const text = parts.join('\n');
				const { keys } = findKeysInFile(text, 'shellHistory');
				const changed = replaceAll(text, 'shellHistory')!;
				const pieces = keys.reduce<{ rest: string[]; end: number }>(
					({ rest, end }, key) => ({ rest: [...rest, text.slice(end, key.start)], end: key.end }),
					{ rest: [], end: 0 },
				);
				const others = [...pieces.rest, text.slice(pieces.end)];
				let offset = 0;
				for (const other of others) {
					const found = changed.indexOf(other, offset);
					assert.ok(found >= offset && /^(?:connect:\/\/SU-631-646-036(?:#\w+)?)?$/.test(changed.slice(offset, found)));
					offset = found + other.length;
				}
				assert.equal(changed.split('\n').length, text.split('\n').length);
				assert.ok(!changed.includes(SECRET));
			}),
		);
	});

	it('changes nothing but the servers with keys in JSON', () => {
		const server = fc.record({ command: fc.string(), args: fc.array(fc.string()), env: fc.dictionary(fc.string(), fc.string()) });
		const document = fc.record({ mcpServers: fc.dictionary(fc.string(), server), other: fc.jsonValue() });
		fc.assert(
			fc.property(document, fc.constantFrom(undefined, 1, '\t'), (content, indent) => {
				const withKey = {
					...content,
					mcpServers: { ...content.mcpServers, connect: { command: 'c', args: ['d'], env: { KEY: CREDENTIAL } } },
				};
				const changed = replaceAll(JSON.stringify(withKey, undefined, indent), 'cursor')!;
				const expected = { command: 'connect-tokens', args: ['run', '--', 'c', 'd'], env: { KEY: `${REFERENCE}#credential` } };
				assert.equal(
					JSON.stringify(JSON.parse(changed)),
					JSON.stringify({ ...withKey, mcpServers: { ...withKey.mcpServers, connect: expected } }),
				);
			}),
		);
	});
});

describe('removeCliAccount', () => {
	const configuration = (ids: readonly string[], active: string) =>
		`${JSON.stringify({ accounts: ids.map((id) => ({ api_key: AUTHORIZATION, endpoint: 'https://a.example', id, name: id })), active }, undefined, 4)}\n`;

	it('removes the account, and activates the first of the others', () => {
		assert.equal(removeCliAccount(configuration(['VA-1', 'VA-2', 'VA-3'], 'VA-1'), 'VA-1'), configuration(['VA-2', 'VA-3'], 'VA-2'));
		assert.equal(removeCliAccount(configuration(['VA-1', 'VA-2', 'VA-3'], 'VA-1'), 'VA-2'), configuration(['VA-1', 'VA-3'], 'VA-1'));
		assert.equal(removeCliAccount(configuration(['VA-1', 'VA-2'], 'VA-2'), 'VA-2'), configuration(['VA-1'], 'VA-1'));
		assert.equal(removeCliAccount(configuration(['VA-1'], 'VA-1'), 'VA-1'), configuration([], ''));
	});

	it('returns undefined for an account that is not there, or an invalid file', () => {
		assert.equal(removeCliAccount(configuration(['VA-1'], 'VA-1'), 'VA-2'), undefined);
		assert.equal(removeCliAccount('{', 'VA-2'), undefined);
	});
});
