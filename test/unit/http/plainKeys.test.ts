import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findPlainKeys } from '../../../src/http/plainKeys';
import { samples, secretOf } from './plainKeySamples';

const secretsIn = (text: string) => findPlainKeys(text).map(({ secret }) => text.slice(secret.start, secret.end));

describe('the finder of keys in plain text', () => {
	for (const [name, { text, secrets }] of Object.entries(samples)) {
		it(`finds ${secrets.length || 'none'} in ${name}`, () => {
			assert.deepEqual(secretsIn(text), secrets);
		});
	}

	it('has a precision and a recall of 1 on the samples', () => {
		let found = 0;
		let right = 0;
		let wanted = 0;
		for (const { text, secrets } of Object.values(samples)) {
			const all = secretsIn(text);
			found += all.length;
			wanted += secrets.length;
			right += all.filter((one) => secrets.includes(one)).length;
		}
		assert.deepEqual({ precision: right / found, recall: right / wanted }, { precision: 1, recall: 1 });
	});

	it('says whose a key is, and where scheme, key and secret stand', () => {
		const secret = secretOf('place');
		const text = `x: ApiKey su-000-000-001:${secret};`;
		const [key] = findPlainKeys(text);
		const cut = (range: { start: number; end: number }) => text.slice(range.start, range.end);
		assert.equal(key!.tokenId, 'SU-000-000-001');
		assert.equal(cut(key!), `su-000-000-001:${secret}`);
		assert.equal(cut(key!.value), `ApiKey su-000-000-001:${secret}`);
		assert.equal(cut(key!.secret), secret);
	});

	it('finds a key wherever it stands in any text that does not touch it', () => {
		const digits = fc.integer({ min: 0, max: 999 }).map((number) => String(number).padStart(3, '0'));
		const id = fc.array(digits, { minLength: 3, maxLength: 5 }).map((groups) => `SU-${groups.join('-')}`);
		const gap = fc.string({ unit: 'binary' });
		fc.assert(
			fc.property(gap, id, fc.uuid(), gap, (before, tokenId, seed, after) => {
				const secret = secretOf(seed);
				assert.ok(secretsIn(`${before}\n${tokenId}:${secret}\n${after}`).includes(secret));
			}),
		);
	});

	it('takes linear time for texts made to be slow', () => {
		for (const part of [
			'SU-000',
			'SU-000-000-000:',
			'ApiKey ',
			'api_key=   ',
			'X-Connect-Installation-Api-Key:         ',
			`SU-000-000-000:${'a'.repeat(39)} `,
		]) {
			findPlainKeys(part.repeat(200_000));
		}
	});
});
