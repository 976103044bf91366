import assert from 'node:assert/strict';
import { formatApiKey } from '../../../src/domain/apiKey';
import { BUILT_IN_MODULE_PATHS } from '../../../src/domain/modulePaths';
import { findInDocument, locatePlainKeys, type FindingContext } from '../../../src/requestFiles/findings';
import { formatAuthorizationReference } from '../../../src/requestFiles/keyReferences';
import { createSourceToken } from '../../support/sourceTokens';

const TOKEN = createSourceToken();
const BASE_URL = 'https://api.example/public/v1';
const CONTEXT: FindingContext = {
	tokens: [TOKEN],
	hasAllTokens: true,
	modulePaths: BUILT_IN_MODULE_PATHS,
	baseUrls: [BASE_URL],
};
const KEY = formatApiKey({ tokenId: TOKEN.token.id, secret: '0f1e'.repeat(10) });
const request = (path: string, tokenId = TOKEN.token.id) =>
	`GET ${BASE_URL}${path}\nAuthorization: ${formatAuthorizationReference(tokenId)}\n`;
const listKinds = (...args: Parameters<typeof findInDocument>) => findInDocument(...args).map(({ kind }) => kind);

describe('findInDocument', () => {
	it('finds plain-text keys in any document, with their token', () => {
		const [finding] = findInDocument(`key: ${KEY}`, undefined, CONTEXT);
		assert.ok(finding?.kind === 'plain-key');
		assert.equal(finding.sourceToken, TOKEN);
	});

	it('checks references only in documents that can contain requests', () => {
		assert.deepEqual(listKinds(request('/devops'), undefined, CONTEXT), []);
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

	it('skips very long documents', () => {
		assert.deepEqual(listKinds(`${KEY}${' '.repeat(5_000_000)}`, undefined, CONTEXT), []);
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
