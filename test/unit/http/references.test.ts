import assert from 'node:assert/strict';
import fc from 'fast-check';
import { generateTokenId } from '../../../src/domain/apiKey';
import { findReferences, referenceTo, variableFor } from '../../../src/http/references';

describe('references to tokens', () => {
	it('are written as the clients resolve them', () => {
		assert.equal(referenceTo('SU-631-646-036'), 'ApiKey {{$processEnv CONNECT_SU_631_646_036}}');
		assert.match(variableFor('SU-631-646-036'), /^[A-Z][A-Z0-9_]*$/);
	});

	it('are found where they stand, for every id', () => {
		fc.assert(
			fc.property(fc.array(fc.uint8Array({ minLength: 200, maxLength: 200 })), fc.lorem(), (randoms, between) => {
				const ids = randoms.map((bytes) => {
					let at = 0;
					return generateTokenId((count) => bytes.slice(at, (at += count)));
				});
				const text = ids.map((id) => `${between}\n${referenceTo(id)}`).join('\n');
				const found = findReferences(text);
				assert.deepEqual(found.map(({ tokenId }) => tokenId), ids);
				for (const { start, end, tokenId } of found) {
					assert.equal(`ApiKey ${text.slice(start, end)}`, referenceTo(tokenId));
				}
			}),
		);
	});

	for (const text of ['{{$processEnv CONNECT_API_KEY}}', '{{$processEnv CONNECT_SU_631}}', '{{CONNECT_SU_631_646_036}}', '$processEnv CONNECT_SU_631_646_036', '{{$dotenv CONNECT_SU_631_646_036}}']) {
		it(`are not found in ${text}`, () => {
			assert.deepEqual(findReferences(text), []);
		});
	}

	it('may have blanks within their braces', () => {
		assert.equal(findReferences('{{ $processEnv  CONNECT_SU_631_646_036 }}')[0]?.tokenId, 'SU-631-646-036');
	});
});
