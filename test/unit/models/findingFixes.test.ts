import assert from 'node:assert/strict';
import type { Finding } from '../../../src/domain/finding';
import type { TokenStatus } from '../../../src/domain/token';
import { fixesForFinding, insertAuthorizationFix, type FixContext } from '../../../src/models/findingFixes';
import { commandIds } from '../../../src/models/manifestIds';
import { createAccountSource, createSourceToken } from '../../support/sourceTokens';

const CONTEXT: FixContext = {
	uri: 'file:///a.http',
	file: 'file:///a.http',
	position: { line: 2, character: 7 },
	keyReplacement: 'reference',
};
const RANGE = { start: 30, end: 80 };
const EXPIRATION_DATE = '2030-02-01T00:00:00.000Z';
const withStatus = (status: TokenStatus) => createSourceToken({ status, expirationDate: EXPIRATION_DATE });
const lease = createSourceToken({ lease: { task: 'Check the prices', agent: 'Copilot' }, expirationDate: EXPIRATION_DATE });
const PLATFORM = { host: 'api.test', origin: 'https://api.test' };
const GATEWAY = { host: '127.0.0.1:7357', origin: 'http://127.0.0.1:7357' };
const listCommands = (finding: Finding, context: Partial<FixContext> = {}) =>
	fixesForFinding(finding, { ...CONTEXT, ...context }).map(({ command }) => command);

describe('fixesForFinding', () => {
	const cases: [Finding, commands: readonly string[]][] = [
		[{ ...RANGE, kind: 'unknown-token', tokenId: 'SU-000-000-001' }, [commandIds.replaceReference]],
		[{ ...RANGE, kind: 'disabled', sourceToken: withStatus('inactive') }, [commandIds.enableToken, commandIds.replaceReference]],
		[{ ...RANGE, kind: 'expired', sourceToken: withStatus('expired') }, [commandIds.rotateToken, commandIds.replaceReference]],
		[{ ...RANGE, kind: 'expired', sourceToken: lease }, [commandIds.replaceReference]],
		[{ ...RANGE, kind: 'foreign-host', sourceToken: lease, ...PLATFORM }, [commandIds.changeRequestHost]],
		[{ ...RANGE, kind: 'unknown-host', sourceToken: lease }, []],
		[
			{ ...RANGE, ...PLATFORM, kind: 'gateway-only', sourceToken: lease, recipient: 'account' },
			[commandIds.changeRequestHost, commandIds.changeRequestToken],
		],
		[{ ...RANGE, kind: 'expiring', sourceToken: withStatus('expiring') }, [commandIds.renewToken, commandIds.rotateToken]],
		[
			{ ...RANGE, kind: 'not-covered', sourceToken: withStatus('active'), modules: [] },
			[commandIds.editToken, commandIds.insertAuthorization],
		],
		[
			{ ...RANGE, kind: 'foreign-host', sourceToken: withStatus('active'), host: 'evil.test', origin: 'https://evil.test' },
			[commandIds.allowHost],
		],
		[{ ...RANGE, kind: 'unknown-host', sourceToken: withStatus('active') }, [commandIds.allowHost]],
		[
			{ ...RANGE, ...PLATFORM, kind: 'gateway-only', sourceToken: withStatus('active'), recipient: 'account' },
			[commandIds.changeRequestHost, commandIds.changeRequestToken, commandIds.allowHost],
		],
		[
			{ ...RANGE, ...GATEWAY, kind: 'account-only', sourceToken: withStatus('active'), recipient: 'gateway' },
			[commandIds.changeRequestHost, commandIds.changeRequestToken],
		],
	];
	for (const [finding, commands] of cases) {
		it(`offers ${commands.join(' and ')} for the finding "${finding.kind}"`, () => {
			assert.deepEqual(listCommands(finding), commands);
		});
	}

	it('allows only the host or the file of the finding, for its token', () => {
		const sourceToken = withStatus('active');
		const token = { tokenId: sourceToken.token.id, sourceId: 'workspace' };
		const [allowHost] = fixesForFinding(
			{ ...RANGE, kind: 'foreign-host', sourceToken, host: 'evil.test', origin: 'https://evil.test' },
			CONTEXT,
		);
		assert.deepEqual([allowHost!.title, allowHost!.argument], ['Allow This Host for the Token', { ...token, origin: 'https://evil.test' }]);
		const [allowFile] = fixesForFinding({ ...RANGE, kind: 'unknown-host', sourceToken }, CONTEXT);
		assert.deepEqual([allowFile!.title, allowFile!.argument], ['Allow for This File', { ...token, file: CONTEXT.uri }]);
	});

	it('sends the request to where its token is valid, or changes its token', () => {
		const list = (finding: Finding) => fixesForFinding(finding, CONTEXT).map(({ title, argument }) => [title, argument]);
		const { uri, position } = CONTEXT;
		const local = withStatus('active');
		const remote = createSourceToken({}, createAccountSource());
		const tokenOf = ({ source, token }: typeof local) => ({ tokenId: token.id, sourceId: source.id });
		assert.deepEqual(list({ ...RANGE, ...PLATFORM, kind: 'gateway-only', sourceToken: local, recipient: 'account' }), [
			['Send Through the Gateway', { uri, ...tokenOf(local), origin: PLATFORM.origin }],
			['Use an Account Token', { uri, ...position, origin: PLATFORM.origin }],
			['Allow This Host for the Token', { ...tokenOf(local), origin: PLATFORM.origin }],
		]);
		assert.deepEqual(list({ ...RANGE, ...GATEWAY, kind: 'account-only', sourceToken: remote, recipient: 'gateway' }), [
			['Send to the Account', { uri, ...tokenOf(remote), origin: GATEWAY.origin }],
			['Use a Workspace Token', { uri, ...position, origin: GATEWAY.origin }],
		]);
	});

	it('names the token in each title, and prefers what makes it usable again', () => {
		const listFixes = (finding: Finding) =>
			fixesForFinding(finding, CONTEXT).map(({ title, isPreferred = false }) => `${title}${isPreferred ? ' (preferred)' : ''}`);
		assert.deepEqual(listFixes({ ...RANGE, kind: 'disabled', sourceToken: withStatus('inactive') }), [
			'Enable token “Nightly import” (preferred)',
			'Change referenced token',
		]);
		assert.deepEqual(listFixes({ ...RANGE, kind: 'expired', sourceToken: withStatus('expired') }), [
			'Rotate token “Nightly import”',
			'Change referenced token',
		]);
		assert.deepEqual(listFixes({ ...RANGE, kind: 'expiring', sourceToken: withStatus('expiring') }), [
			'Renew token “Nightly import” (preferred)',
			'Rotate token “Nightly import”',
		]);
		assert.deepEqual(listFixes({ ...RANGE, kind: 'not-covered', sourceToken: withStatus('active'), modules: [] }), [
			'Edit token “Nightly import”',
			'Change referenced token',
		]);
		const [, replace] = fixesForFinding({ ...RANGE, kind: 'not-covered', sourceToken: withStatus('active'), modules: [] }, CONTEXT);
		assert.deepEqual(replace?.argument, { form: 'reference' });
	});

	it('leaves out actions that the token’s status doesn’t allow', () => {
		assert.deepEqual(listCommands({ ...RANGE, kind: 'expiring', sourceToken: withStatus('other') }), []);
		assert.deepEqual(listCommands({ ...RANGE, kind: 'disabled', sourceToken: withStatus('other') }), [commandIds.replaceReference]);
	});

	it('passes the reference’s position, the token, and the key’s offset to the commands', () => {
		const sourceToken = withStatus('expired');
		const [rotate, change] = fixesForFinding({ ...RANGE, kind: 'expired', sourceToken }, CONTEXT);
		assert.deepEqual(rotate?.argument, { tokenId: 'SU-631-646-036', sourceId: 'workspace' });
		assert.deepEqual(change?.argument, { uri: CONTEXT.uri, ...CONTEXT.position });
		const [replace] = fixesForFinding({ ...RANGE, kind: 'plain-key', tokenId: sourceToken.token.id, sourceToken }, CONTEXT);
		assert.deepEqual(replace?.argument, { uri: CONTEXT.uri, start: RANGE.start });
	});

	describe('for a plain-text key', () => {
		const sourceToken = withStatus('active');
		const known: Finding = { ...RANGE, kind: 'plain-key', tokenId: sourceToken.token.id, sourceToken };
		const unknown: Finding = { ...RANGE, kind: 'plain-key', tokenId: 'SU-000-000-001', sourceToken: undefined };
		const withoutId: Finding = { ...RANGE, kind: 'plain-key', tokenId: undefined, sourceToken: undefined };
		const irreplaceable = { keyReplacement: undefined };

		it('prefers to replace it with a reference, and offers to rotate the token', () => {
			const fixes = fixesForFinding(known, CONTEXT);
			assert.deepEqual(
				fixes.map(({ title, isPreferred }) => [title, isPreferred === true]),
				[
					['Replace with reference', true],
					['Rotate token “Nightly import”', false],
				],
			);
		});

		it('prefers to reach MCP servers through the gateway in the files that define them', () => {
			const titles = (uri: string) =>
				fixesForFinding(known, { ...CONTEXT, uri }).flatMap(({ title, isPreferred }) => (isPreferred === true ? [title] : []));
			assert.deepEqual(titles('file:///shop/.vscode/mcp.json'), ['Use Gateway for MCP Servers…']);
			assert.deepEqual(titles('file:///shop/.mcp.json'), ['Use Gateway for MCP Servers…']);
			assert.deepEqual(titles('file:///shop/mcp.json'), ['Replace with reference']);
		});

		it('imports the key of an unknown token', () => {
			assert.deepEqual(
				fixesForFinding(unknown, CONTEXT).map(({ title }) => title),
				['Import API key and replace with reference'],
			);
		});

		it('replaces a string literal in code with the environment variable', () => {
			assert.equal(
				fixesForFinding(unknown, { ...CONTEXT, keyReplacement: 'environmentVariable' })[0]?.title,
				'Replace with environment variable CONNECT_API_KEY',
			);
		});

		it('only rotates its token if nothing can replace it', () => {
			assert.deepEqual(listCommands(unknown, irreplaceable), []);
			assert.deepEqual(listCommands(known, irreplaceable), [commandIds.rotateToken]);
		});

		it('offers nothing for a secret without a token ID', () => {
			assert.deepEqual(listCommands(withoutId, irreplaceable), []);
		});
	});
});

describe('insertAuthorizationFix', () => {
	it('passes no argument, so that the user picks the token', () => {
		assert.deepEqual(insertAuthorizationFix(), { title: 'Insert Authorization Header', command: commandIds.insertAuthorization });
	});
});
