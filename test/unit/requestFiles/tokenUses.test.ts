import assert from 'node:assert/strict';
import { getVariableName } from '../../../src/requestFiles/keyReferences';
import { findTokenUses } from '../../../src/requestFiles/tokenUses';

const token = { tokenId: 'SU-631-646-036', sourceId: 'VA-100-200@api.example' };

describe('Uses of a token in a text', () => {
	it('are lines with its variable, in any syntax, or its ID', () => {
		const text = [
			'GET http://127.0.0.1:7357/public/v1',
			'Authorization: ApiKey {{$processEnv CONNECT_SU_631_646_036}}\r',
			'key = os.environ["connect_su_631_646_036"]',
			`echo "$${getVariableName(token.tokenId, token.sourceId)}"`,
			'ApiKey SU-631-646-036:secret',
		].join('\n');
		assert.deepEqual(findTokenUses(text, token), [
			{ line: 1, column: 36 },
			{ line: 2, column: 18 },
			{ line: 3, column: 7 },
			{ line: 4, column: 7 },
		]);
	});

	it('are not those of another token whose ID is longer, or of another account', () => {
		for (const text of ['CONNECT_SU_631_646_036_001', 'SU-631-646-036-001', 'XSU-631-646-036', 'CONNECT_VA_999_SU_631_646_036', '']) {
			assert.deepEqual(findTokenUses(text, token), [], text);
		}
	});
});
