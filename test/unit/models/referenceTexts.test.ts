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
	const usable = { status: 'active' } as const;

	it('is undefined if the client gets the key', () => {
		assert.equal(missingKeyReason(usable, { isTrusted: true, isInWorkspace: true, exposesKeys: true }), undefined);
	});

	it('names the first obstacle: the token’s status, the workspace’s trust, or the setting', () => {
		assert.match(
			missingKeyReason({ status: 'expired' }, { isTrusted: false, isInWorkspace: false, exposesKeys: false })!,
			/disabled or expired/,
		);
		assert.match(missingKeyReason(usable, { isTrusted: false, isInWorkspace: false, exposesKeys: false })!, /isn't trusted/);
		assert.match(missingKeyReason(usable, { isTrusted: true, isInWorkspace: false, exposesKeys: false })!, /isn't in the workspace/);
		assert.match(
			missingKeyReason(usable, { isTrusted: true, isInWorkspace: true, exposesKeys: false })!,
			/connectTokens\.http\.exposeKeys/,
		);
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
		const usable = completionTexts(createSourceToken({ name: 'Zeta' }), 'ApiKey {{x}}');
		const disabled = completionTexts(createSourceToken({ name: 'Alpha', status: 'inactive' }), 'ApiKey {{x}}');
		assert.ok(usable.sortText < disabled.sortText);
		assert.equal(usable.filterText, 'ApiKey {{x}} Zeta SU-631-646-036');
		assert.deepEqual([disabled.label, disabled.description], ['Alpha', 'SU-631-646-036 · Disabled']);
	});
});
