import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createHaproxyFiles } from '../../../src/policy/haproxy/haproxyPolicyFiles';
import type { Policy } from '../../../src/policy/policy';
import { anyCharacter, fuzzParameters, fuzzSeed } from '../../support/fuzzing';
import { GatewayServers } from '../../support/gateway/gatewayServers';
import { issueToken } from '../../support/gateway/memoryTokens';
import { createDeployment } from '../../support/haproxy/examplePolicy';
import { findFreePorts } from '../../support/freePorts';
import { checkConfiguration, startHaproxy, writeToNewFolder } from '../../support/haproxy/haproxyInstance';
import { findHaproxyOrSkip } from '../../support/haproxy/haproxyProgram';

/** What could end a row, a value, an argument, or a string, or be replaced in one. */
const fragments = fc.constantFrom(
	...[
		'"',
		"'",
		'\\',
		'\n',
		'\r\n',
		'#',
		' ',
		'\t',
		'%',
		'%[var(txn.token)]',
		'%{',
		'${HOME}',
		'$HOME',
		'{',
		'}',
		'\0',
		'\x1b',
		'\x7f',
		'\u2028',
	],
	...[
		'é',
		'日本',
		'😀',
		'\ud800',
		',',
		';',
		'|',
		'=',
		'/',
		'*',
		'~',
		'full',
		'none',
		'current',
		'-',
		'`',
		'$(id)',
		'\nglobal\n',
		'\n.alert x\n',
	],
	...['__proto__', 'constructor', 'x'.repeat(3000)],
);
const name = fc.oneof(
	fc.array(fragments, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('')),
	fc.string({ minLength: 1, unit: anyCharacter }),
);
const path = fc
	.array(fc.oneof(name, fc.constantFrom('a', 'b', '{id}')), { maxLength: 3 })
	.map((segments) => `/${segments.map((text) => text.replace(/[\s?#]/g, '')).join('/')}`.slice(0, 500));

describe(`Names in a policy for HAProxy (seed ${fuzzSeed})`, function () {
	this.timeout(300_000);
	const servers = new GatewayServers();
	const { token, authorization } = issueToken({ permissions: [] });
	let program: string;

	before(async function () {
		program = await findHaproxyOrSkip(this);
	});
	afterEach(() => servers.stopAll());

	const createPolicy = (tokenName: string, modules: readonly { id: string; name: string; paths: string[] }[]): Policy => ({
		version: 1,
		modules: [...modules.filter(({ id }, index) => modules.findIndex((other) => other.id === id) === index)],
		tokens: [
			{
				id: token.id,
				name: tokenName,
				isEnabled: true,
				keys: [{ sha256: token.key.sha256, expirationDate: null }],
				permissions: [],
				rate: null,
				remainingTotal: null,
				approval: 'never',
			},
		],
	});

	it('can’t break out of a row or a line, so that each configuration is valid', async () => {
		const modules = fc.array(fc.record({ id: name, name, paths: fc.array(path, { maxLength: 3 }) }), { maxLength: 4 });
		await fc.assert(
			fc.asyncProperty(name, modules, async (tokenName, list) => {
				const files = createHaproxyFiles(createPolicy(tokenName, list), createDeployment('http://127.0.0.1:1/public/v1'));
				for (const [file, text] of files) {
					assert.match(text, /^[\x20-\x7e\t\r\n]*$/, file);
				}
				for (const file of ['modules.map', 'permissions.map', 'names.map', 'tokens.map', 'policy.map']) {
					assert.match(files.get(file)!, /^(?:[^#\s]\S* \S.*\n)*$/, file);
				}
				const { folder, remove } = await writeToNewFolder(files);
				assert.equal(await checkConfiguration(program, folder), '');
				await remove();
			}),
			fuzzParameters(60),
		);
	});

	it('are in the messages of denials, as valid JSON', async () => {
		const upstream = await servers.upstream((_, response) => response.end());
		const names = fc.sample(name, { numRuns: 150, seed: fuzzSeed });
		const policy = createPolicy(
			'Token',
			names.map((text, index) => ({ id: `module${index}`, name: text, paths: [`/path${index}`] })),
		);
		const { folder, remove } = await writeToNewFolder(createHaproxyFiles(policy, createDeployment(upstream)));
		const [port] = await findFreePorts(1);
		const haproxy = await startHaproxy(program, folder, { name: 'one', port: port! });
		try {
			for (const [index, text] of names.entries()) {
				const response = await fetch(`http://127.0.0.1:${port}/path${index}`, { headers: { authorization } });
				assert.equal(response.status, 403);
				const { error_code: code, errors } = (await response.json()) as { error_code: string; errors: readonly string[] };
				assert.equal(code, 'AUTH_002');
				assert.equal(
					errors[0],
					`Token ${token.id} doesn't have access to module "${text.slice(0, 100)}". Add the module to the token's permissions.`,
				);
			}
		} finally {
			await haproxy.stop();
			await remove();
		}
	});
});
