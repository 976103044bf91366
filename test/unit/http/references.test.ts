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
				assert.deepEqual(
					found.map(({ tokenId }) => tokenId),
					ids,
				);
				for (const { start, end, tokenId } of found) {
					assert.equal(`ApiKey ${text.slice(start, end)}`, referenceTo(tokenId));
				}
			}),
		);
	});

	it('may name the source beside the id', () => {
		const text = referenceTo('SU-631-646-036', 'VA-100-200@api.example:8443');
		assert.equal(text, 'ApiKey {{$processEnv CONNECT_VA_100_200_API_EXAMPLE_8443_SU_631_646_036}}');
		assert.deepEqual(
			findReferences(text).map(({ tokenId, variable }) => [tokenId, variable]),
			[['SU-631-646-036', variableFor('SU-631-646-036', 'VA-100-200@api.example:8443')]],
		);
	});

	it('are looked for in linear time, whatever the text', () => {
		for (const part of ['CONNECT_SU_', '{{$processEnv CONNECT_', 'SU_111_111_111_', '_111']) {
			assert.deepEqual(findReferences(`{{$processEnv CONNECT_${part.repeat(200_000)}`), []);
		}
	});

	for (const text of [
		'{{$processEnv CONNECT_API_KEY}}',
		'{{$processEnv CONNECT_SU_631}}',
		'{{CONNECT_SU_631_646_036}}',
		'$processEnv CONNECT_SU_631_646_036',
		'{{$dotenv CONNECT_SU_631_646_036}}',
	]) {
		it(`are not found in ${text}`, () => {
			assert.deepEqual(findReferences(text), []);
		});
	}

	it('may have blanks within their braces', () => {
		assert.equal(findReferences('{{ $processEnv  CONNECT_SU_631_646_036 }}')[0]?.tokenId, 'SU-631-646-036');
	});
});
