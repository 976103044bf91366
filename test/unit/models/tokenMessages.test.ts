import assert from 'node:assert/strict';
import {
	cleanedHistoryText,
	createdTokenText,
	exportedTokensText,
	formatExportedTokens,
	historyWarningText,
	importedTokenText,
	sendLinkTitle,
	tokenTerminalOptions,
} from '../../../src/models/tokenMessages';
import type { TerminalShell } from '../../../src/models/terminalShell';
import { createSourceToken } from '../../support/sourceTokens';
import { Workspaces } from '../../support/store/workspaces';

const { token } = createSourceToken({ name: 'Night [ly](x)' });
const LABEL = 'Night [ly]\u200b(x)';

describe('Messages about tokens', () => {
	it('confirm that a token was created or imported', () => {
		assert.equal(createdTokenText(token), `Created token “${LABEL}” (SU-631-646-036).`);
		assert.equal(importedTokenText(token), `Imported token “${LABEL}” (SU-631-646-036).`);
	});

	it('agree in number with what was exported', () => {
		assert.equal(exportedTokensText(1, false), 'Exported 1 token without its API key.');
		assert.equal(exportedTokensText(2, true), "Exported 2 tokens without their API keys. Leases aren't exported.");
	});

	it('warn about keys in the history of REST Client, and confirm that they were removed', () => {
		assert.match(
			historyWarningText(token.name, 1),
			new RegExp(`API key for “Night \\[ly\\]\u200b\\(x\\)” .* in 1 request\\. Resending that`),
		);
		assert.match(historyWarningText('CRM', 3), /API key for “CRM” in plain text in 3 requests\. Resending those/);
		assert.match(cleanedHistoryText(0), /doesn't contain any API keys/);
		assert.match(cleanedHistoryText(1), / in 1 request in /);
		assert.match(cleanedHistoryText(4), / in 4 requests in /);
	});
});

describe('The exported file', () => {
	const workspaces = new Workspaces();

	it('contains the tokens as JSON, without their keys', async () => {
		const source = workspaces.open({ folder: await workspaces.folder() });
		const { id } = await source.create({ name: 'CRM' });
		const text = formatExportedTokens(await source.list());
		assert.deepEqual(JSON.parse(text), await source.list());
		assert.match(text, /^\[\n\t\{\n[^]*\]\n$/);
		const key = await source.readKey(id);
		assert.ok('authorization' in key);
		assert.ok(!text.includes(key.authorization.split(':')[1]!));
	});
});

describe('The terminal of a token', () => {
	it('has the key in its environment, which VS Code does not save', () => {
		const shell: TerminalShell = { shellPath: '/bin/sh', shellArgs: [], env: { HOME: '/home/someone' }, strictEnv: true };
		assert.deepEqual(tokenTerminalOptions(token, 'ApiKey SU-1:x', shell), {
			...shell,
			name: `${LABEL} (SU-631-646-036)`,
			env: { HOME: '/home/someone', CONNECT_API_KEY: 'ApiKey SU-1:x' },
			isTransient: true,
		});
	});
});

describe('The link that sends a request', () => {
	it('names its tokens, and the client if there are several', () => {
		const tokens = [token, createSourceToken({ name: 'CRM' }).token];
		const verdict = { kind: 'allowed', host: '127.0.0.1:7357', isObvious: true } as const;
		assert.equal(sendLinkTitle(tokens, undefined, verdict), `Send as ${LABEL}, CRM`);
		assert.equal(sendLinkTitle([token], 'httpYac', verdict), `Send as ${LABEL} with httpYac`);
	});

	it('names the host unless it is the obvious one, and warns if it is not allowed', () => {
		const allowed = { kind: 'allowed', host: 'api.test', isObvious: false } as const;
		assert.equal(sendLinkTitle([token], undefined, allowed), `Send as ${LABEL} to api.test`);
		assert.equal(sendLinkTitle([token], 'httpYac', allowed), `Send as ${LABEL} to api.test with httpYac`);
		const foreign = { kind: 'foreign', host: 'evil.test', origin: 'https://evil.test' } as const;
		assert.equal(sendLinkTitle([token], undefined, foreign), `$(warning)\u00a0Send as ${LABEL} to evil.test`);
		assert.equal(sendLinkTitle([token], undefined, { kind: 'unknown' }), `$(warning)\u00a0Send as ${LABEL} to unknown host`);
		assert.equal(sendLinkTitle([token], undefined, { ...allowed, host: '' }), `Send as ${LABEL} to unknown host`);
	});
});
