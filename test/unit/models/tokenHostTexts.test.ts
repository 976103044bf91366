import assert from 'node:assert/strict';
import { allowanceConfirmation, exposedKeysText, listTokenHosts, plainTextConfirmation } from '../../../src/models/tokenHostTexts';
import type { HostVerdict } from '../../../src/domain/tokenHosts';
import { createAccountSource, createSourceToken } from '../../support/sourceTokens';

const TOKEN = createSourceToken({ name: 'CRM [x](y)' });
const ALLOWED: HostVerdict = { kind: 'allowed', host: 'api.test', isObvious: false };
const FOREIGN: HostVerdict = { kind: 'foreign', host: 'evil.test', origin: 'https://evil.test' };
const LABEL = 'CRM [x]\u200b(y)';

describe('Texts about the hosts of tokens', () => {
	it('ask before a host is allowed, and warn if others could read the key', () => {
		const encrypted = allowanceConfirmation(TOKEN.token, { origin: 'https://api.test:8443' }, '');
		assert.equal(encrypted.message, `Allow the API key of “${LABEL}” to be sent to api.test:8443?`);
		assert.match(encrypted.detail, /^Anyone who controls this host/);
		const plain = allowanceConfirmation(TOKEN.token, { origin: 'http://api.test' }, '');
		assert.match(plain.message, /to http:\/\/api\.test\?$/);
		assert.match(plain.detail, /isn't encrypted/);
	});

	it('ask before a file is allowed', () => {
		const { message, detail } = allowanceConfirmation(TOKEN.token, { file: 'file:///all.http' }, 'all.http');
		assert.equal(message, `Allow all.http to send the API key of “${LABEL}”?`);
		assert.match(detail, /can't be determined in advance/);
	});

	it('ask before a key is inserted in plain text only if the host isn’t allowed', () => {
		const confirm = (...verdicts: readonly HostVerdict[]) =>
			plainTextConfirmation(
				TOKEN,
				verdicts.map((verdict) => ({ verdict, wrong: undefined })),
			)?.message;
		assert.equal(confirm(ALLOWED, FOREIGN), `Would send the API key of “${LABEL}” to evil.test.`);
		assert.match(confirm({ kind: 'unknown' })!, /^Can't determine where/);
		assert.equal(confirm(ALLOWED, { kind: 'gatewayStopped', host: 'localhost:7357' }), undefined);
		assert.equal(confirm(), undefined);
	});

	it('say before a key is inserted in plain text that the host doesn’t accept the token', () => {
		const origin = 'https://api.example';
		const verdict = { kind: 'foreign', host: 'api.example', origin } as const;
		const atAccount = { verdict, wrong: { host: 'api.example', origin, recipient: 'account' as const } };
		assert.match(
			plainTextConfirmation(TOKEN, [atAccount])!.message,
			/^Only the local gateway accepts this token .*api\.example would deny/,
		);
		const accountToken = createSourceToken({}, createAccountSource());
		const atGateway = {
			verdict: ALLOWED,
			wrong: { host: 'localhost:7357', origin: 'http://localhost:7357', recipient: 'gateway' as const },
		};
		assert.match(plainTextConfirmation(accountToken, [atGateway])!.message, /^Only the account .* so the gateway would deny/);
		assert.match(
			plainTextConfirmation(TOKEN, [atAccount, { verdict: FOREIGN, wrong: undefined }])!.message,
			/to evil\.test\.$/,
			'a host that could use the key comes first',
		);
	});

	it('say whose keys are exposed', () => {
		const other = createSourceToken({ id: 'SU-000-000-001', name: 'Other' });
		assert.match(exposedKeysText([TOKEN]), /^The API key of “CRM [^”]*” \(SU-631-646-036\) is exposed/);
		assert.match(
			exposedKeysText([TOKEN, other]),
			/^The API keys of “CRM [^”]*” \(SU-631-646-036\), “Other” \(SU-000-000-001\) are exposed/,
		);
	});

	it('list the hosts that are always allowed', () => {
		const nothing = { origins: [], files: [] };
		assert.deepEqual(listTokenHosts(TOKEN.source, nothing).builtIn, ['This machine (localhost)']);
		const { source } = createSourceToken({}, createAccountSource());
		assert.deepEqual(listTokenHosts(source, nothing).builtIn, ['api.example', 'The gateway, while it runs']);
	});
});
