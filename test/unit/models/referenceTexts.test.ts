import assert from 'node:assert/strict';
import { commandIds } from '../../../src/models/manifestIds';
import {
	completionTexts,
	inlayHintText,
	missingKeyReason,
	REFERENCE_LINK_COMMANDS,
	referenceLinks,
	tokenLinkArgument,
	tokenMarkdown,
	unknownTokenMarkdown,
} from '../../../src/models/referenceTexts';
import { createAccountSource, createSourceToken } from '../../support/sourceTokens';

const NOW = new Date('2030-01-01T00:00:00.000Z');
const LOCATION = { uri: 'file:///a.http', line: 1, character: 2 };

describe('tokenMarkdown', () => {
	it('shows the name, ID, account, status, expiration, and permissions', () => {
		const text = tokenMarkdown(createSourceToken({ expirationDate: '2030-01-31T00:00:00.000Z' }, createAccountSource()), NOW);
		const [heading, status, permissions] = text.split('\n\n');
		assert.equal(heading, '**Nightly import** · SU-631-646-036 · Acme');
		assert.match(status!, /^\$\(pass\) Active · expires in 30 days · Jan 3/);
		assert.equal(permissions, 'Permissions: Account');
	});

	it('shows names as text, without markup', () => {
		const text = tokenMarkdown(createSourceToken({ name: '**[x](command:y)**' }), NOW);
		assert.doesNotMatch(text, /\]\(|command:/);
	});
});

describe('missingKeyReason', () => {
	const usable = createSourceToken({ name: 'CRM' });
	const ALLOWED = { kind: 'allowed', host: 'api.test', isObvious: false } as const;
	const CONTEXT = { isTrusted: true, isInWorkspace: true, exposeKeys: 'whileVisible', verdict: ALLOWED } as const;

	it('is undefined if the client gets the key', () => {
		assert.equal(missingKeyReason(usable, CONTEXT), undefined);
		assert.equal(missingKeyReason(usable, { ...CONTEXT, verdict: undefined }), undefined);
	});

	it('names the first obstacle: the token’s status, the workspace’s trust, the host, the file, or the setting', () => {
		const foreign = { kind: 'foreign', host: 'evil.test', origin: 'https://evil.test' } as const;
		const obstacles = { isTrusted: false, isInWorkspace: false, exposeKeys: 'onSend', verdict: foreign } as const;
		assert.match(missingKeyReason(createSourceToken({ status: 'expired' }), obstacles)!, /disabled or expired/);
		assert.match(missingKeyReason(usable, obstacles)!, /isn't trusted/);
		assert.match(missingKeyReason(usable, { ...obstacles, isTrusted: true })!, /isn't sent to evil\.test .* “CRM”/);
		assert.match(
			missingKeyReason(usable, { ...obstacles, isTrusted: true, wrongRecipient: 'account' })!,
			/^Only the local gateway accepts this token \(“CRM”\), so evil\.test would deny/,
		);
		assert.match(missingKeyReason(usable, { ...obstacles, isTrusted: true, verdict: { kind: 'unknown' } })!, /can't be determined/);
		assert.match(
			missingKeyReason(usable, { ...obstacles, isTrusted: true, verdict: { kind: 'gatewayStopped', host: 'localhost:7357' } })!,
			/localhost:7357 because the gateway isn't listening/,
		);
		assert.match(missingKeyReason(usable, { ...obstacles, isTrusted: true, verdict: ALLOWED })!, /isn't in the workspace/);
		assert.match(
			missingKeyReason(usable, { ...CONTEXT, exposeKeys: 'onSend' })!,
			/connectTokens\.http\.exposeKeys setting is set to “onSend”/,
		);
		assert.match(missingKeyReason(usable, { ...CONTEXT, isInWorkspace: false, exposeKeys: 'never' })!, /set to “never”/);
	});
});

describe('referenceLinks', () => {
	const listCommands = (...args: Parameters<typeof referenceLinks>) => referenceLinks(...args).map(({ command }) => command);
	const renewable = createSourceToken({ expirationDate: '2030-01-31T00:00:00.000Z' });

	it('links to details, to renewal if it’s allowed, and to changing the token', () => {
		assert.deepEqual(listCommands('SU-631-646-036', renewable, LOCATION), [
			commandIds.openDetails,
			commandIds.renewToken,
			commandIds.replaceReference,
		]);
		assert.deepEqual(listCommands('SU-631-646-036', createSourceToken(), LOCATION), [commandIds.openDetails, commandIds.replaceReference]);
	});

	it('labels each link with its action', () => {
		assert.deepEqual(
			referenceLinks('SU-631-646-036', renewable, LOCATION).map(({ text }) => text),
			['Details', 'Renew', 'Change Referenced Token'],
		);
		assert.deepEqual(REFERENCE_LINK_COMMANDS, [commandIds.openDetails, commandIds.renewToken, commandIds.replaceReference]);
	});

	it('only links to changing the token if it’s unknown', () => {
		assert.deepEqual(listCommands('SU-000-000-001', undefined, LOCATION), [commandIds.replaceReference]);
		assert.match(unknownTokenMarkdown('SU-000-000-001'), /Token SU-000-000-001 wasn't found/);
	});

	it('passes the token’s source or the reference’s location to the command', () => {
		const [details, , change] = referenceLinks('SU-631-646-036', renewable, LOCATION);
		assert.deepEqual(details?.argument, { tokenId: 'SU-631-646-036', sourceId: 'workspace', isFromLink: true });
		assert.deepEqual(change?.argument, { isFromLink: true, ...LOCATION });
		assert.deepEqual(tokenLinkArgument('SU-000-000-001', undefined), { tokenId: 'SU-000-000-001', isFromLink: true });
	});
});

describe('inlayHintText', () => {
	it('shows the name, status, and account of the token', () => {
		assert.equal(inlayHintText(createSourceToken({}, createAccountSource())), 'Nightly import · Active · Acme');
		assert.equal(inlayHintText(undefined), 'unknown token');
	});
});

describe('completionTexts', () => {
	it('sorts unusable tokens last, and filters by reference, name, and ID', () => {
		const usable = completionTexts(createSourceToken({ name: 'Zeta' }), 'ApiKey {{x}}', undefined);
		const disabled = completionTexts(createSourceToken({ name: 'Alpha', status: 'inactive' }), 'ApiKey {{x}}', undefined);
		assert.ok(usable.sortText < disabled.sortText);
		assert.equal(usable.filterText, 'ApiKey {{x}} Zeta SU-631-646-036');
		assert.deepEqual([disabled.label, disabled.description], ['Alpha', 'SU-631-646-036 · Disabled']);
	});
});
