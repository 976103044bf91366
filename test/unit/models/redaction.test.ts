import assert from 'node:assert/strict';
import fc from 'fast-check';
import { redact } from '../../../src/models/redaction';

const group = fc.integer({ min: 0, max: 999 }).map((number) => String(number).padStart(3, '0'));
const ids = fc
	.tuple(fc.constantFrom('SU', 'VA', 'PRD', 'EXT', 'CAT'), fc.array(group, { minLength: 2, maxLength: 5 }))
	.map(([prefix, groups]) => [prefix, ...groups].join('-'));
const word = fc.stringMatching(/^[a-z][a-z0-9]{4,12}$/);
const hosts = fc.tuple(fc.array(word, { minLength: 1, maxLength: 3 }), fc.constantFrom('example', 'com', 'io', 'xn--p1ai'));
const userName = fc.stringMatching(/^[A-Za-z][\w. -]{3,12}\w$/);

/** Values by kind, and the messages that carry them. */
const carriers: Record<string, { values: fc.Arbitrary<string>; messages: readonly ((value: string) => string)[] }> = {
	names: {
		values: fc.string({ minLength: 4, unit: 'grapheme' }).filter((name) => name.trim().length >= 4),
		messages: [
			(name) => `Token “${name}” has expired`,
			(name) => `Account “${name}” was removed: ProblemError: Another token is named “${name}”.`,
			(name) => `SyntaxError: Unexpected token in JSON: ..."${name}"... is not valid`,
		],
	},
	IDs: {
		values: ids,
		messages: [
			(id) => `Couldn't read token ${id}`,
			(id) => `GET /public/v1/tokens/${id}/keys responded with 404`,
			(id) => `CONNECT_${id.replaceAll('-', '_')} isn't set (${id})`,
		],
	},
	UUIDs: { values: fc.uuid(), messages: [(id) => `Key ${id} isn't in the vault`, (id) => `key:${id}`] },
	hosts: {
		values: hosts.map(([labels, topLevel]) => [...labels, topLevel].join('.')),
		messages: [
			(host) => `getaddrinfo ENOTFOUND ${host}`,
			(host) => `Couldn't connect to ${host}:8443 (ECONNREFUSED)`,
			(host) => `https://user:word@${host}/public/v1?x=1 redirects to https://${host}.`,
		],
	},
	'local machines': { values: word, messages: [(host) => `getaddrinfo EAI_AGAIN ${host}`, (host) => `${host}:8080 closed the connection`] },
	'IPv4 addresses': { values: fc.ipV4(), messages: [(ip) => `connect ECONNREFUSED ${ip}:443`, (ip) => `http://${ip}/`] },
	'IPv6 addresses': {
		values: fc.ipV6().filter((ip) => ip.length > 6 && !ip.includes('.')),
		messages: [(ip) => `connect ECONNREFUSED ${ip}:443`, (ip) => `http://[${ip}]:80/`, (ip) => `[${ip}]:80`],
	},
	'names in certificates and mail addresses': {
		values: word,
		messages: [
			(name) => `self-signed certificate, issuer CN=${name} CA`,
			(name) => `${name}@example failed`,
			(name) => `ann@${name} failed`,
		],
	},
	'names in quoted paths and hosts': {
		values: word,
		messages: [
			(name) => `EACCES: permission denied, mkdir '/data/${name}/x'`,
			(name) => `ENOENT, open '/home/ann/Clients (${name})/tokens.json'`,
			(name) => `ENOENT, open '/home/ann's/x, ${name}/tokens.json'`,
			(name) => `EPERM, rename 'D:\\${name}\\x' -> 'D:\\${name}\\y'`,
			(name) => `EACCES, open '\\\\${name}\\share\\x'`,
			(name) => `Connection to '${name}' failed`,
		],
	},
	'names in unquoted paths': {
		values: word,
		messages: [
			(name) => `Couldn't save D:\\${name}\\tokens.json because the disk is full`,
			(name) => `/opt/${name}/tokens.json was saved by a newer version`,
			(name) => `\\\\${name}\\share\\tokens.json was saved by a newer version`,
		],
	},
	'user names in home folders': {
		values: userName,
		messages: [
			(name) => `Error: ENOENT: no such file or directory, open '/home/${name}/tokens.json'`,
			(name) => `EACCES: /Users/${name}/Library/x: permission denied`,
			(name) => `EPERM, rename 'C:\\Users\\${name}\\AppData\\x' -> 'C:\\Users\\${name}\\AppData\\y'`,
			(name) => `{'path':'C:\\\\Users\\\\${name}\\\\x'}`,
			(name) => `file:///home/${encodeURIComponent(name)}/x`,
		],
	},
};

describe('redaction', () => {
	for (const [kind, { values, messages }] of Object.entries(carriers)) {
		it(`removes ${kind}`, () => {
			fc.assert(
				fc.property(values, fc.constantFrom(...messages), (value, toMessage) => {
					// The rest of a message can contain the value by chance, as "rename" contains "ename".
					fc.pre(!toMessage('').includes(value));
					const redacted = redact(toMessage(value), []);
					assert.ok(!redacted.includes(value), redacted);
				}),
				{ numRuns: 500 },
			);
		});
	}

	it('removes paths below a home folder', () => {
		assert.equal(
			redact("ENOENT: no such file or directory, open '/home/ann lee/Acme Inc/tokens.json'", []),
			"ENOENT: no such file or directory, open '<path>'",
		);
	});

	it('removes known values wherever they occur, in any case, with everything below a known folder', () => {
		const known = ['Acme', 'vault of Ann', '/data/profiles/ann'];
		assert.equal(redact('ACME and the vault of ann failed', known), '… and the … failed');
		assert.equal(redact('No space at /data/profiles/ann/Northwind/tokens.json: ENOSPC', known), 'No space at <path>: ENOSPC');
	});

	it('removes every known value that has letters or digits at its ends', () => {
		const values = fc.stringMatching(/^\w[^]{2,10}\w$/);
		fc.assert(
			fc.property(fc.array(values, { minLength: 1, maxLength: 3 }), (known) => {
				const redacted = redact(known.map((value) => `failed, ${value}, then`).join(' '), known);
				assert.ok(
					known.every((value) => !redacted.split(', ').includes(value)),
					redacted,
				);
			}),
			{ numRuns: 30 },
		);
	});

	it('keeps details that help find the cause', () => {
		for (const message of [
			"Couldn't read tokens.json: SyntaxError: Unexpected end of JSON input",
			'connectTokens.rotateToken failed after 12 ms: Error: EACCES',
			'GET /public/v1/tokens responded with 503 in 80 ms',
			'Gateway stopped: Error: listen EADDRINUSE',
		]) {
			assert.equal(redact(message, []), message);
		}
	});
});
