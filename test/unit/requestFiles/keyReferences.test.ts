import assert from 'node:assert/strict';
import fc from 'fast-check';
import { generateTokenId } from '../../../src/domain/apiKey';
import { findKeyReferences, formatAuthorizationReference, getVariableName } from '../../../src/requestFiles/keyReferences';

describe('References to tokens', () => {
	it('have the format that clients resolve', () => {
		assert.equal(formatAuthorizationReference('SU-631-646-036'), 'ApiKey {{$processEnv CONNECT_SU_631_646_036}}');
		assert.match(getVariableName('SU-631-646-036'), /^[A-Z][A-Z0-9_]*$/);
	});

	it('are found for every token ID', () => {
		fc.assert(
			fc.property(fc.array(fc.uint8Array({ minLength: 200, maxLength: 200 })), fc.lorem(), (randoms, between) => {
				const ids = randoms.map((bytes) => {
					let at = 0;
					return generateTokenId((count) => bytes.slice(at, (at += count)));
				});
				const text = ids.map((id) => `${between}\n${formatAuthorizationReference(id)}`).join('\n');
				const found = findKeyReferences(text);
				assert.deepEqual(
					found.map(({ tokenId }) => tokenId),
					ids,
				);
				for (const { start, end, tokenId } of found) {
					assert.equal(`ApiKey ${text.slice(start, end)}`, formatAuthorizationReference(tokenId));
				}
			}),
		);
	});

	it('can include the source', () => {
		const text = formatAuthorizationReference('SU-631-646-036', 'VA-100-200@api.example:8443');
		assert.equal(text, 'ApiKey {{$processEnv CONNECT_VA_100_200_API_EXAMPLE_8443_SU_631_646_036}}');
		assert.deepEqual(
			findKeyReferences(text).map(({ tokenId, variable }) => [tokenId, variable]),
			[['SU-631-646-036', getVariableName('SU-631-646-036', 'VA-100-200@api.example:8443')]],
		);
	});

	it('can include a source whose ID has several other characters in a row', () => {
		assert.equal(getVariableName('SU-631-646-036', 'VA-1@[::1]'), 'CONNECT_VA_1_1_SU_631_646_036');
	});

	it('are found in linear time in any text', () => {
		for (const part of ['CONNECT_SU_', '{{$processEnv CONNECT_', 'SU_111_111_111_', '_111']) {
			assert.deepEqual(findKeyReferences(`{{$processEnv CONNECT_${part.repeat(200_000)}`), []);
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
			assert.deepEqual(findKeyReferences(text), []);
		});
	}

	for (const text of [
		'{{$processEnv\nCONNECT_SU_631_646_036}}',
		'{{$processEnvCONNECT_SU_631_646_036}}',
		'{{$processEnv connect_su_631_646_036}}',
		'{{$processEnv CONNECT_SU_631_646}}',
		'{{$processEnv CONNECT_SU_631_646_0366}}',
		'{{$processEnv CONNECT_SU_631_646_036 x}}',
		'{{$processEnv %CONNECT_SU_631_646_036}}',
	]) {
		it(`are not found in ${JSON.stringify(text)}`, () => {
			assert.deepEqual(findKeyReferences(text), []);
		});
	}

	it('can contain an ID of four groups, and a source ID of 80 characters', () => {
		assert.equal(findKeyReferences('{{$processEnv CONNECT_SU_631_646_036_001}}')[0]?.tokenId, 'SU-631-646-036-001');
		const withSource = (length: number) => findKeyReferences(formatAuthorizationReference('SU-631-646-036', 'X'.repeat(length))).length;
		assert.deepEqual([withSource(80), withSource(81)], [1, 0]);
	});

	it('can contain spaces inside the braces', () => {
		assert.equal(findKeyReferences('{{\t$processEnv\t CONNECT_SU_631_646_036\t}}')[0]?.tokenId, 'SU-631-646-036');
		assert.equal(findKeyReferences('{{ $processEnv  CONNECT_SU_631_646_036 }}')[0]?.tokenId, 'SU-631-646-036');
	});
});
