import assert from 'node:assert/strict';
import { KEY_FORMS } from '../../../src/domain/connectReference';
import type { ConnectReferenceFinding } from '../../../src/domain/connectReferenceFinding';
import {
	connectFindingSeverity,
	connectFindingText,
	fixesForConnectFinding,
	keyFormDescription,
	keyFormText,
	missingReferenceKeyReason,
} from '../../../src/models/connectReferenceTexts';
import { commandIds } from '../../../src/models/manifestIds';
import { createSourceToken } from '../../support/sourceTokens';

const RANGE = { start: 2, end: 9 };
const CONTEXT = { uri: 'file:///.env', file: 'file:///.env', position: { line: 0, character: 2 }, keyReplacement: undefined };

describe('A problem with a reference outside of request files', () => {
	const cases: [ConnectReferenceFinding, severity: string, text: RegExp, commands: readonly string[]][] = [
		[
			{ ...RANGE, kind: 'unknown-token', tokenId: 'SU-000-000-001' },
			'error',
			/^Token SU-000-000-001 wasn't found, so this reference .* Reference another/,
			[commandIds.replaceReference],
		],
		[
			{ ...RANGE, kind: 'unknown-account', sourceId: 'VA-000-000' },
			'error',
			/^Account VA-000-000 wasn't found, .* Add the account/,
			[commandIds.addAccount, commandIds.replaceReference],
		],
		[
			{ ...RANGE, kind: 'disabled', sourceToken: createSourceToken({ status: 'inactive' }) },
			'error',
			/is disabled, so this reference .* Enable the token\.$/,
			[commandIds.enableToken, commandIds.replaceReference],
		],
		[
			{ ...RANGE, kind: 'expired', sourceToken: createSourceToken({ status: 'expired' }) },
			'error',
			/has expired, so this reference .* Rotate the token\.$/,
			[commandIds.rotateToken, commandIds.replaceReference],
		],
		[
			{ ...RANGE, kind: 'expiring', sourceToken: createSourceToken({ status: 'expiring', expirationDate: '2030-02-01T00:00:00.000Z' }) },
			'information',
			/expires soon\. Renew it\.$/,
			[commandIds.renewToken, commandIds.rotateToken],
		],
		[
			{ ...RANGE, kind: 'malformed-reference' },
			'error',
			/connect:\/\/SU-000-000-000.*#credential or #secret/,
			[commandIds.replaceReference],
		],
		[{ ...RANGE, kind: 'unquoted-form', value: RANGE }, 'warning', /comment because the value has no quotes\. Add quotes\.$/, []],
	];
	for (const [finding, severity, text, commands] of cases) {
		it(`has a severity, a text, and fixes: ${finding.kind}`, () => {
			assert.equal(connectFindingSeverity(finding), severity);
			assert.match(connectFindingText(finding), text);
			assert.deepEqual(
				fixesForConnectFinding(finding, CONTEXT).map(({ command }) => command),
				commands,
			);
		});
	}

	it('shows names without links and icons', () => {
		const sourceToken = createSourceToken({ name: '[x](y) $(zap)' });
		for (const kind of ['disabled', 'expired'] as const) {
			assert.doesNotMatch(connectFindingText({ ...RANGE, kind, sourceToken }), /\]\(|\$\(/);
		}
	});
});

describe('The description of a form', () => {
	it('says what a reference stands for, and never contains a secret', () => {
		assert.deepEqual(
			KEY_FORMS.map((form) => keyFormText(form, 'SU-1')),
			[
				'Stands for the value of the Authorization header: ApiKey SU-1:**********',
				'Stands for the API key without its scheme: SU-1:**********',
				'Stands for the secret: the 40 characters after the colon of the API key',
			],
		);
		assert.deepEqual(KEY_FORMS.map(keyFormDescription), ['ApiKey SU-…:…', 'SU-…:…', '40 characters']);
	});
});

describe('The reason why a reference provides no key', () => {
	it('is the token, its status, or the workspace', () => {
		assert.match(missingReferenceKeyReason(undefined, 'SU-1', true)!, /^Token SU-1 wasn't found/);
		assert.match(missingReferenceKeyReason(createSourceToken({ status: 'inactive' }), 'SU-1', true)!, /disabled or expired/);
		assert.match(missingReferenceKeyReason(createSourceToken(), 'SU-1', false)!, /isn't trusted/);
		assert.equal(missingReferenceKeyReason(createSourceToken(), 'SU-1', true), undefined);
	});
});
