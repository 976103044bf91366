import assert from 'node:assert/strict';
import { createDiagnostics, type DiagnosticsInput } from '../../../src/models/diagnostics';
import { describeHost } from '../../../src/models/hostTexts';

const input: DiagnosticsInput = {
	extensionVersion: '0.1.0',
	vsCodeVersion: '1.105.0',
	nodeVersion: '22.19.0',
	os: 'Linux 6.1.0',
	architecture: 'arm64',
	host: { isWeb: false, remoteName: undefined },
	language: 'es',
	isTrusted: true,
	settings: [],
	vault: 'keychain',
	workspaceTokens: [{ status: 'active' }, { status: 'expired' }, { status: 'active' }],
	accountTokens: [],
	accountCount: 2,
	gateway: { kind: 'running', url: 'http://127.0.0.1:7357/public/v1' },
	warnings: [],
	knownValues: ['Acme'],
};

describe('diagnostics', () => {
	it('list versions, host, counts, and state', () => {
		assert.equal(
			createDiagnostics(input),
			[
				'### Connect Tokens diagnostics',
				'',
				'- Extension: 0.1.0',
				'- VS Code: 1.105.0, Node.js 22.19.0',
				'- Operating system: Linux 6.1.0, arm64',
				'- Host: desktop',
				'- Language: es',
				'- Workspace: trusted',
				'- Vault: keychain',
				'- Workspace tokens: 3 (1 expired, 2 active)',
				'- Accounts: 2',
				'- Account tokens: 0',
				'- Gateway: running on port 7357',
				'',
				'#### Changed settings',
				'',
				'None',
				'',
				'#### Recent warnings',
				'',
				'None',
				'',
			].join('\n'),
		);
		assert.match(createDiagnostics({ ...input, gateway: { kind: 'stopped' } }), /^- Gateway: stopped$/m);
		assert.match(createDiagnostics({ ...input, isTrusted: false }), /^- Workspace: Restricted Mode$/m);
	});

	it('show the values of changed settings, except for what the user has typed', () => {
		const setting = (name: string, value: unknown, defaultValue: unknown, options?: readonly unknown[]) => ({
			name: `connectTokens.${name}`,
			value,
			defaultValue,
			options,
		});
		const text = createDiagnostics({
			...input,
			settings: [
				setting('expiringDays', 14, 7),
				setting('clipboardSeconds', 60, 60),
				setting('expiryReminders', false, true),
				setting('vault', 'keychain', 'editor', ['editor', 'keychain']),
				setting('http.exposeKeys', 'https://evil.example', 'whileVisible', ['whileVisible', 'never']),
				setting('gateway.upstream', 'https://api.acme.example', ''),
				setting('modules', { Northwind: ['/orders'], Contoso: ['/carts'] }, {}),
			],
		});
		assert.deepEqual(
			text.split('\n').filter((line) => line.startsWith('- `')),
			[
				'- `connectTokens.expiringDays`: 14',
				'- `connectTokens.expiryReminders`: false',
				'- `connectTokens.vault`: keychain',
				'- `connectTokens.http.exposeKeys`: set',
				'- `connectTokens.gateway.upstream`: set',
				'- `connectTokens.modules`: 2 entries',
			],
		);
	});

	it('list recent warnings, each redacted and on one line of a code block', () => {
		const warning = { time: '2030-01-01T00:00:00.000Z', level: 'warn', message: 'Token “A\n```\n# B” of Acme failed:\n```\n/home/ann/x' };
		assert.match(
			createDiagnostics({ ...input, warnings: [warning] }),
			/\n```text\n2030-01-01T00:00:00.000Z \[warn\] Token “…” of … failed: ''' <path>\n```\n$/,
		);
	});

	it('find names among those of thousands of tokens', () => {
		const knownValues = Array.from({ length: 15_000 }, (_, index) => `Customer ${index}`);
		const message = 'The order of CUSTOMER 14999 failed. '.repeat(50);
		const warnings = Array.from({ length: 50 }, () => ({ time: '', level: 'warn', message }));
		assert.doesNotMatch(createDiagnostics({ ...input, knownValues, warnings }), /customer/i);
	});

	const hosts: [host: DiagnosticsInput['host'], text: string][] = [
		[{ isWeb: false, remoteName: undefined }, 'desktop'],
		[{ isWeb: true, remoteName: undefined }, 'web'],
		[{ isWeb: false, remoteName: 'dev-container' }, 'desktop, dev-container'],
		[{ isWeb: true, remoteName: 'codespaces' }, 'web, codespaces'],
		[{ isWeb: true, remoteName: 'code.acme.example:8080' }, 'web, server'],
		[{ isWeb: true, remoteName: 'localhost:8000' }, 'web, server'],
		[{ isWeb: true, remoteName: 'acme' }, 'web, server'],
	];
	for (const [host, text] of hosts) {
		it(`describe the host ${JSON.stringify(host)} as ${text}`, () => {
			assert.equal(describeHost(host), text);
		});
	}
});
