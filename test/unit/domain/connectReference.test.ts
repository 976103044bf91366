import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
	findConnectReferences,
	formatConnectReference,
	formatKey,
	KEY_FORMS,
	parseConnectReference,
	type ConnectReference,
} from '../../../src/domain/connectReference';

const digits = fc.integer({ min: 0, max: 999 }).map((number) => String(number).padStart(3, '0'));
const tokenIds = fc.array(digits, { minLength: 3, maxLength: 5 }).map((groups) => `SU-${groups.join('-')}`);
const sourceIds = fc
	.tuple(digits, digits, fc.constantFrom('', '@api.example.com', '@localhost:8080', '@api.example.com@2'))
	.map(([left, right, suffix]) => `VA-${left}-${right}${suffix}`);
const references: fc.Arbitrary<ConnectReference> = fc
	.record({ tokenId: tokenIds, sourceId: fc.option(sourceIds, { nil: undefined }), form: fc.constantFrom(...KEY_FORMS) })
	.map(({ tokenId, sourceId, form }) => ({ tokenId, ...(sourceId !== undefined && { sourceId }), form }));

describe('connect:// reference', () => {
	it('is parsed from its own format', () => {
		fc.assert(
			fc.property(references, (reference) => assert.deepEqual(parseConnectReference(formatConnectReference(reference)), reference)),
		);
	});

	it('has the documented format', () => {
		assert.equal(formatConnectReference({ tokenId: 'SU-631-646-036', form: 'authorization' }), 'connect://SU-631-646-036');
		assert.equal(
			formatConnectReference({ tokenId: 'SU-631-646-036', sourceId: 'VA-000-000', form: 'secret' }),
			'connect://VA-000-000/SU-631-646-036#secret',
		);
		assert.equal(parseConnectReference('connect://SU-631-646-036#authorization')?.form, 'authorization');
	});

	for (const invalid of [
		'',
		'connect://',
		'connect://SU-1',
		'connect://su-631-646-036',
		'connect://SU-631-646-036#key',
		'connect://SU-631-646-036#',
		'connect://SU-631-646-036/',
		'connect:///SU-631-646-036',
		'connect://VA-000-000/../SU-631-646-036',
		'connect://PR-000-000/SU-631-646-036',
		'http://SU-631-646-036',
		' connect://SU-631-646-036',
		'connect://SU-631-646-036\n',
	]) {
		it(`isn't ${JSON.stringify(invalid)}`, () => assert.equal(parseConnectReference(invalid), undefined));
	}

	it('is found between other text, in order', () => {
		const separators = fc.constantFrom(' ', '"', "'", '\n', '=', ', ', '. ', ') ', '> ');
		fc.assert(
			fc.property(fc.array(fc.tuple(references, separators)), (items) => {
				const text = items.map(([reference, separator]) => `${separator}${formatConnectReference(reference)}${separator}`).join('');
				const found = findConnectReferences(text);
				assert.deepEqual(
					found.map(({ reference }) => reference),
					items.map(([reference]) => reference),
				);
				for (const { start, end, reference } of found) {
					assert.equal(text.slice(start, end), formatConnectReference(reference!));
				}
			}),
		);
	});

	it('is found if it is mistyped, but without a meaning', () => {
		assert.deepEqual(findConnectReferences('a: connect://SU-631-646. xconnect://SU-631-646-036'), [
			{ start: 3, end: 23, reference: undefined },
		]);
	});

	it('stands for a part of the key', () => {
		const secret = 'a'.repeat(40);
		const authorization = `ApiKey SU-631-646-036:${secret}`;
		assert.deepEqual(
			KEY_FORMS.map((form) => formatKey(authorization, form)),
			[authorization, `SU-631-646-036:${secret}`, secret],
		);
	});
});
