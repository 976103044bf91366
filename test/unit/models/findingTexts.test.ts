import assert from 'node:assert/strict';
import type { Finding } from '../../../src/domain/finding';
import { FINDING_SEVERITIES, findingText, searchFindingText, searchSummaryText } from '../../../src/models/findingTexts';
import { createAccountSource, createSourceToken } from '../../support/sourceTokens';

const RANGE = { start: 0, end: 1 };
const sourceToken = createSourceToken();
const accountToken = createSourceToken({}, createAccountSource());
const lease = createSourceToken({ lease: { task: 'Check the prices', agent: 'Copilot' } });
const PLATFORM = { host: 'api.test', origin: 'https://api.test' };

describe('findingText', () => {
	const cases: [Finding, RegExp][] = [
		[{ ...RANGE, kind: 'plain-key', tokenId: sourceToken.token.id, sourceToken }, /^Plain-text API key for token “Nightly import”\./],
		[{ ...RANGE, kind: 'plain-key', tokenId: undefined, sourceToken: undefined }, /^Plain-text API key\. .* its token/],
		[{ ...RANGE, kind: 'unknown-token', tokenId: 'SU-000-000-001' }, /^Token SU-000-000-001 wasn't found/],
		[{ ...RANGE, kind: 'disabled', sourceToken }, /is disabled, .* Enable the token\.$/],
		[{ ...RANGE, kind: 'expired', sourceToken }, /has expired, .* Rotate the token\.$/],
		[{ ...RANGE, kind: 'expiring', sourceToken }, /expires soon\. Renew it\.$/],
		[{ ...RANGE, kind: 'expired', sourceToken: lease }, /^The lease “Nightly import” has ended, .* Reference another token\.$/],
		[{ ...RANGE, kind: 'foreign-host', sourceToken, ...PLATFORM }, /without the key until you allow this host for the token\.$/],
		[
			{ ...RANGE, kind: 'foreign-host', sourceToken: lease, ...PLATFORM },
			/^The API key isn't sent to api\.test because the lease “Nightly import” is valid only at the gateway\./,
		],
		[
			{ ...RANGE, kind: 'unknown-host', sourceToken: lease },
			/^The API key isn't sent because the request's host can't be determined, and the lease/,
		],
		[{ ...RANGE, kind: 'not-covered', sourceToken, modules: ['MD-0007', 'MD-0024'] }, /module Integrations \/ DevOps, so/],
		[{ ...RANGE, kind: 'not-covered', sourceToken, modules: [] }, /isn't covered by any module/],
		[{ ...RANGE, kind: 'read-only', sourceToken, modules: ['MD-0007'] }, /has read-only access to module Integrations, so/],
		[{ ...RANGE, kind: 'read-only', sourceToken, modules: ['MD-0000'] }, /has read-only access, so/],
		[
			{ ...RANGE, kind: 'gateway-only', sourceToken, ...PLATFORM, recipient: 'account' },
			/^Only the local gateway accepts this token .*, so api\.test would deny the request\. Send it through the gateway, or use an account token\.$/,
		],
		[
			{ ...RANGE, kind: 'account-only', sourceToken: accountToken, ...PLATFORM, recipient: 'gateway' },
			/^Only the account Acme accepts this token .*, so the gateway would deny .* use a workspace token\.$/,
		],
		[
			{ ...RANGE, kind: 'account-only', sourceToken: accountToken, ...PLATFORM, recipient: 'account' },
			/^Only the account Acme accepts .*, so api\.test would deny .* use another account token\.$/,
		],
	];
	for (const [finding, text] of cases) {
		it(`matches ${String(text)} for the finding "${finding.kind}"`, () => {
			assert.match(findingText(finding), text);
		});
	}

	it('has a severity for each kind: an error if the request is denied', () => {
		assert.deepEqual(FINDING_SEVERITIES, {
			'plain-key': 'warning',
			'unknown-token': 'error',
			disabled: 'error',
			expired: 'error',
			expiring: 'information',
			'foreign-host': 'error',
			'unknown-host': 'error',
			'gateway-only': 'error',
			'account-only': 'error',
			'not-covered': 'warning',
			'read-only': 'warning',
		});
	});

	it('shows the token’s name without links and icons', () => {
		const { token } = createSourceToken({ name: '[x](y) $(zap)' });
		assert.doesNotMatch(findingText({ ...RANGE, kind: 'expiring', sourceToken: { ...sourceToken, token } }), /\]\(|\$\(/);
	});
});

describe('searchFindingText', () => {
	const finding: Finding = { ...RANGE, kind: 'plain-key', tokenId: undefined, sourceToken: undefined };

	it('says whether Git tracks the file', () => {
		assert.equal(searchFindingText(finding, true), `This file is tracked by Git. ${findingText(finding)}`);
		assert.equal(searchFindingText(finding, false), findingText(finding));
	});
});

describe('searchSummaryText', () => {
	const cases: [keyCount: number, fileCount: number, trackedFileCount: number, text: RegExp][] = [
		[0, 0, 0, /^No plain-text API keys found/],
		[1, 1, 0, /^Found 1 API key in 1 file\.$/],
		[2, 1, 0, /^Found 2 API keys in 1 file\.$/],
		[3, 2, 0, /^Found 3 API keys in 2 files\.$/],
		[1, 1, 1, /^Found 1 API key in 1 file, which is tracked .* the affected token\.$/],
		[2, 1, 1, /^Found 2 API keys in 1 file, which is tracked .* the affected tokens\.$/],
		[3, 2, 1, /^Found 3 API keys in 2 files\. 1 of these files is tracked/],
		[3, 2, 2, /^Found 3 API keys in 2 files\. 2 of these files are tracked/],
	];
	for (const [keyCount, fileCount, trackedFileCount, text] of cases) {
		it(`agrees in number for ${keyCount} keys in ${fileCount} files, ${trackedFileCount} of them tracked`, () => {
			assert.match(searchSummaryText({ keyCount, fileCount, trackedFileCount, isComplete: true }), text);
		});
	}

	it('says that a canceled search is incomplete', () => {
		const text = searchSummaryText({ keyCount: 0, fileCount: 0, trackedFileCount: 0, isComplete: false });
		assert.match(text, /^Search canceled\./);
	});
});
