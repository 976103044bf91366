import assert from 'node:assert/strict';
import { formatApiKey } from '../../../src/domain/apiKey';
import { BUILT_IN_MODULE_PATHS } from '../../../src/domain/modulePaths';
import { findInDocument, locatePlainKeys, type FindingContext } from '../../../src/requestFiles/findings';
import { formatAuthorizationReference } from '../../../src/requestFiles/keyReferences';
import { BASE_URL, createFindingContext } from '../../support/findingContext';
import { allowOrigins, NO_ALLOWED_HOSTS } from '../../support/hostChecks';
import { createAccountSource, createSourceToken } from '../../support/sourceTokens';

const TOKEN = createSourceToken();
const CONTEXT = createFindingContext(TOKEN);
const KEY = formatApiKey({ tokenId: TOKEN.token.id, secret: '0f1e'.repeat(10) });
const request = (path: string, tokenId = TOKEN.token.id) =>
	`GET ${BASE_URL}${path}\nAuthorization: ${formatAuthorizationReference(tokenId)}\n`;
const listKinds = (...args: Parameters<typeof findInDocument>) => findInDocument(...args).map(({ kind }) => kind);

describe('findInDocument', () => {
	it('finds plain-text keys in any document, with their token', () => {
		const [finding] = findInDocument(`key: ${KEY}`, undefined, CONTEXT);
		assert.ok(finding?.kind === 'plain-key');
		assert.equal(finding.sourceToken, TOKEN);
		const other = createSourceToken({ id: 'SU-000-000-001' });
		for (const [tokens, expected] of [
			[[other, TOKEN], TOKEN],
			[[other], undefined],
		] as const) {
			const [found] = findInDocument(`key: ${KEY}`, undefined, { ...CONTEXT, tokens });
			assert.ok(found?.kind === 'plain-key');
			assert.equal(found.sourceToken, expected);
		}
	});

	it('has no token ID for a key that a reference cannot replace', () => {
		const find = (text: string) => {
			const [finding] = findInDocument(text, undefined, CONTEXT);
			assert.ok(finding?.kind === 'plain-key');
			return [finding.tokenId, finding.sourceToken];
		};
		assert.deepEqual(find(`key: ${KEY}`), [TOKEN.token.id, TOKEN]);
		assert.deepEqual(find(`data:\n  key: ${Buffer.from(KEY).toString('base64')}\n`), [undefined, TOKEN]);
	});

	it('checks references only in documents that can contain requests', () => {
		assert.deepEqual(listKinds(request('/devops'), undefined, CONTEXT), []);
		assert.deepEqual(listKinds(request('/accounts', 'SU-000-000-001'), undefined, CONTEXT), []);
		assert.deepEqual(listKinds(request('/devops'), 'requestFile', CONTEXT), ['not-covered']);
		assert.deepEqual(listKinds(`\`\`\`http\n${request('/devops')}\`\`\`\n`, 'markdown', CONTEXT), ['not-covered']);
		assert.deepEqual(listKinds(request('/accounts'), 'requestFile', CONTEXT), []);
	});

	it('reports unknown tokens only if all tokens are known', () => {
		const text = request('/accounts', 'SU-000-000-001');
		assert.deepEqual(listKinds(text, 'requestFile', CONTEXT), ['unknown-token']);
		assert.deepEqual(listKinds(text, 'requestFile', { ...CONTEXT, hasAllTokens: false }), []);
	});

	it('reports the status of referenced tokens', () => {
		for (const [status, kind] of [
			['inactive', 'disabled'],
			['expired', 'expired'],
			['expiring', 'expiring'],
		] as const) {
			assert.deepEqual(listKinds(request('/accounts'), 'requestFile', { ...CONTEXT, tokens: [createSourceToken({ status })] }), [kind]);
		}
	});

	it('marks the reference of an unusable token, and the line of a request that is not covered', () => {
		const token = createSourceToken({ status: 'expired' });
		const text = `# A comment\n  ${request('/devops')}`;
		const findings = findInDocument(text, 'requestFile', { ...CONTEXT, tokens: [token] });
		assert.deepEqual(
			findings.map(({ kind, start, end }) => [kind, text.slice(start, end)]),
			[
				['not-covered', `GET ${BASE_URL}/devops`],
				['expired', '{{$processEnv CONNECT_SU_631_646_036}}'],
			],
		);
		assert.ok(findings[0]?.kind === 'not-covered' && findings[1]?.kind === 'expired');
		assert.deepEqual([findings[0].sourceToken, findings[0].modules], [token, ['MD-0024']]);
		assert.equal(findings[1].sourceToken, token);
	});

	it('names no modules if a request requires access to all of them', () => {
		const [finding] = findInDocument(request('/nothing'), 'requestFile', CONTEXT);
		assert.ok(finding?.kind === 'not-covered');
		assert.deepEqual(finding.modules, []);
		const full = createSourceToken({ permissions: ['MD-0000'] });
		assert.deepEqual(listKinds(request('/nothing'), 'requestFile', { ...CONTEXT, tokens: [full] }), []);
	});

	it('reports requests that a token with read-only access would be denied', () => {
		const tokens = [createSourceToken({ permissions: ['MD-0024:read', 'usage'] })];
		const find = (text: string, context = { ...CONTEXT, tokens }) => findInDocument(text, 'requestFile', context);
		assert.deepEqual(find(request('/devops')), []);
		const write = request('/devops').replace('GET', 'POST');
		const [finding, ...others] = find(write);
		assert.ok(finding?.kind === 'read-only' && others.length === 0);
		assert.deepEqual(finding.modules, ['MD-0024']);
		assert.deepEqual(find(request('/{{collection}}').replace('GET', 'POST')), [], 'the variable could be a path of the other module');
		const all = { ...CONTEXT, tokens: [createSourceToken({ permissions: ['MD-0000:read'] })] };
		assert.deepEqual(
			find(write, all).map(({ kind }) => kind),
			['read-only'],
		);
		assert.deepEqual(find(request('/nothing'), all), []);
	});

	it('names the token of an unknown reference', () => {
		const text = request('/accounts', 'SU-000-000-001');
		const [finding] = findInDocument(text, 'requestFile', CONTEXT);
		assert.ok(finding?.kind === 'unknown-token');
		assert.equal(finding.tokenId, 'SU-000-000-001');
		assert.equal(text.slice(finding.start, finding.end), '{{$processEnv CONNECT_SU_000_000_001}}');
	});

	it('does not check the paths of tokens with modules that only the platform knows', () => {
		const tokens = [createSourceToken({ permissions: ['MD-0001', 'MD-9999'] })];
		assert.deepEqual(listKinds(request('/devops'), 'requestFile', { ...CONTEXT, tokens }), []);
	});

	const paths: [path: string, kinds: string[]][] = [
		['', ['not-covered']],
		['/accounts?name=/devops', []],
		['/devops?name=1', ['not-covered']],
		['/devops#top', ['not-covered']],
		['/accounts/{{id}}', []],
		['/devops/{{id}}', ['not-covered']],
		['/devops?name={{collection}}', ['not-covered']],
		['/{{collection}}/devops', []],
		['/{{collection}}', []],
		['/dev{{ops}}', []],
		['/tier/{{collection}}', ['not-covered']],
		['/notifications/{{collection}}', []],
		['/auth/{{shared}}', []],
		['/accounts/../devops', []],
	];
	for (const [path, kinds] of paths) {
		it(`finds ${kinds.length === 0 ? 'nothing' : kinds.join()} in a request to ${path || 'the base URL'}`, () => {
			assert.deepEqual(listKinds(request(path), 'requestFile', CONTEXT), kinds);
		});
	}

	it('counts a variable of the client as one segment', () => {
		const tokens = [createSourceToken({ permissions: ['usage'] })];
		assert.deepEqual(listKinds(request('/products/{{$a b/c}}/usage'), 'requestFile', { ...CONTEXT, tokens }), []);
	});

	it('checks a path up to the first variable of the client, which can have any value', () => {
		const tokens = [createSourceToken({ permissions: ['usage'] })];
		for (const [path, kinds] of [
			['/products/{{id}}', []],
			['/products/PRD-1/{{collection}}', []],
			['/products/PRD-1/items/{{id}}', ['not-covered']],
			['/assets/{{id}}/usage', []],
			['/requests/{{id}}', ['not-covered']],
			['/requests/{{id}}/x', ['not-covered']],
			['/requests/{{$a ?}}', ['not-covered']],
			['/products/{{identifier}}?x=1', []],
		] as const) {
			assert.deepEqual(listKinds(request(path), 'requestFile', { ...CONTEXT, tokens }), kinds, path);
		}
	});

	it('knows the placeholders of custom modules', () => {
		const context = { ...CONTEXT, tokens: [createSourceToken({ permissions: ['custom'] })] };
		const check = (pattern: string) =>
			listKinds(request('/value/{{id}}'), 'requestFile', { ...context, modulePaths: { ...BUILT_IN_MODULE_PATHS, custom: [pattern] } });
		assert.deepEqual(check('/{any}/x'), []);
		assert.deepEqual(check('/a{any}/x'), ['not-covered']);
		assert.deepEqual(check('/{any}a/x'), ['not-covered']);
	});

	it('checks the requests that use a variable with a reference, and no others', () => {
		const reference = formatAuthorizationReference(TOKEN.token.id);
		const text = [
			`@auth = ${reference}`,
			'@lazy := {{auth}}',
			`GET ${BASE_URL}/devops`,
			'###',
			`GET ${BASE_URL}/leads`,
			'Authorization: {{lazy}}',
			`# ${reference}`,
			'###',
			`GET ${BASE_URL}/accounts`,
			'Authorization: {{auth}}',
		].join('\n');
		assert.deepEqual(
			findInDocument(text, 'requestFile', CONTEXT).map(({ kind, start, end }) => [kind, text.slice(start, end)]),
			[['not-covered', `GET ${BASE_URL}/leads`]],
		);
	});

	it('ignores references in comments', () => {
		const text = `# ${formatAuthorizationReference('SU-000-000-001')}\nGET ${BASE_URL}/accounts\n`;
		assert.deepEqual(listKinds(text, 'requestFile', CONTEXT), []);
	});

	it('checks only requests to one of the base URLs', () => {
		const text = request('/devops');
		for (const baseUrls of [[], ['https://other.example'], [`${BASE_URL}/devops/more`], [BASE_URL.slice(0, -1)]]) {
			assert.deepEqual(listKinds(text, 'requestFile', { ...CONTEXT, baseUrls }), [], baseUrls.join());
		}
		assert.deepEqual(listKinds(text, 'requestFile', { ...CONTEXT, baseUrls: ['https://other.example', BASE_URL] }), ['not-covered']);
	});

	it('checks each reference in the request that contains it', () => {
		const text = `@auth = ${formatAuthorizationReference(TOKEN.token.id)}\n###\n${['/accounts', '/devops', '/leads'].map((path) => request(path)).join('###\n')}`;
		assert.deepEqual(
			findInDocument(text, 'requestFile', CONTEXT).map(({ start, end }) => text.slice(start, end)),
			[`GET ${BASE_URL}/devops`, `GET ${BASE_URL}/leads`],
		);
		const curl = `curl -H "Authorization: ${formatAuthorizationReference(TOKEN.token.id)}" ${BASE_URL}/devops\n`;
		assert.deepEqual(listKinds(`${curl}###\n${request('/devops')}`, 'requestFile', CONTEXT), ['not-covered']);
		assert.deepEqual(listKinds(`GET ${BASE_URL}/devops\n###\n${curl}`, 'requestFile', CONTEXT), []);
	});

	it('uses the variables of the file', () => {
		assert.deepEqual(listKinds(`@base = ${BASE_URL}\n${request('/devops').replace(BASE_URL, '{{base}}')}`, 'requestFile', CONTEXT), [
			'not-covered',
		]);
	});

	it('skips very long documents', () => {
		const long = `${KEY}${' '.repeat(5_000_000 - KEY.length)}`;
		assert.deepEqual(listKinds(long, undefined, CONTEXT), ['plain-key']);
		assert.deepEqual(listKinds(`${long} `, undefined, CONTEXT), []);
	});
});

describe('The finding that a host doesn’t accept the token', () => {
	const ACCOUNT_TOKEN = createSourceToken({}, createAccountSource());
	const PLATFORM = new URL(BASE_URL).origin;
	const GATEWAY = { origin: 'http://127.0.0.1:7357', ports: [7357] };
	const PLATFORM_ORIGINS = [PLATFORM, 'https://other.example', 'http://127.0.0.1:9000'];
	const context: FindingContext = {
		...CONTEXT,
		hostCheck: { ...NO_ALLOWED_HOSTS, gateway: GATEWAY, platformOrigins: PLATFORM_ORIGINS },
	};
	const find = (url: string, sourceToken = TOKEN, changes: Partial<FindingContext> = {}) => {
		const text = `GET ${url}/devops\nAuthorization: ${formatAuthorizationReference(sourceToken.token.id)}\n`;
		return findInDocument(text, 'requestFile', { ...context, tokens: [sourceToken], ...changes });
	};
	const describeAll = (...args: Parameters<typeof find>) =>
		find(...args).map((finding) => ('recipient' in finding ? `${finding.kind} at the ${finding.recipient} ${finding.host}` : finding.kind));

	const cases: [url: string, token: typeof TOKEN, expected: string[]][] = [
		[BASE_URL, TOKEN, ['gateway-only at the account api.example']],
		['https://other.example/public/v1', TOKEN, ['gateway-only at the account other.example']],
		['https://evil.test', TOKEN, ['foreign-host']],
		['http://127.0.0.1:7357', TOKEN, []],
		['http://localhost:3000', TOKEN, []],
		['http://127.0.0.1:9000', TOKEN, []],
		[BASE_URL, ACCOUNT_TOKEN, ['not-covered']],
		['https://other.example/public/v1', ACCOUNT_TOKEN, ['account-only at the account other.example']],
		['http://127.0.0.1:7357/public/v1', ACCOUNT_TOKEN, ['account-only at the gateway 127.0.0.1:7357']],
		['http://localhost:7357/public/v1', ACCOUNT_TOKEN, ['account-only at the gateway localhost:7357']],
		['http://localhost:3000', ACCOUNT_TOKEN, ['foreign-host']],
		['http://127.0.0.1:9000', ACCOUNT_TOKEN, ['foreign-host']],
	];
	for (const [url, token, expected] of cases) {
		it(`is ${expected.join() || 'nothing'} for a token of ${token.source.remote ? 'an account' : 'the workspace'} at ${url}`, () => {
			assert.deepEqual(describeAll(url, token), expected);
		});
	}

	it('is also found while the gateway is stopped', () => {
		const hostCheck = { ...NO_ALLOWED_HOSTS, gateway: { origin: undefined, ports: [7357] } };
		assert.deepEqual(describeAll('http://127.0.0.1:7357', ACCOUNT_TOKEN, { hostCheck }), ['account-only at the gateway 127.0.0.1:7357']);
		assert.deepEqual(describeAll('http://127.0.0.1:7357', TOKEN, { hostCheck }), []);
	});

	it('is the only one of its request, and marks the request', () => {
		const [finding, ...others] = find(BASE_URL);
		assert.deepEqual(others, []);
		assert.ok(finding?.kind === 'gateway-only');
		assert.deepEqual([finding.sourceToken, finding.origin, finding.start], [TOKEN, PLATFORM, 0]);
		assert.equal(finding.end, `GET ${BASE_URL}/devops`.length);
	});

	it('isn’t found if the user allowed the host for the token, whose key can be imported', () => {
		assert.deepEqual(describeAll(BASE_URL, TOKEN, { hostCheck: { ...allowOrigins([PLATFORM]), platformOrigins: PLATFORM_ORIGINS } }), [
			'not-covered',
		]);
	});

	it('isn’t found for a token that can’t be used', () => {
		assert.deepEqual(describeAll(BASE_URL, createSourceToken({ status: 'inactive', permissions: ['MD-0000'] })), ['disabled']);
	});
});

describe('locatePlainKeys', () => {
	it('returns the positions of keys, or undefined without any', () => {
		const located = locatePlainKeys(`first\r\nkey: ${KEY}`, [TOKEN]);
		assert.deepEqual(
			located?.map(({ start, end }) => [start, end]),
			[
				[
					{ line: 1, character: 5 },
					{ line: 1, character: 5 + KEY.length },
				],
			],
		);
		assert.equal(locatePlainKeys('nothing', [TOKEN]), undefined);
	});
});
