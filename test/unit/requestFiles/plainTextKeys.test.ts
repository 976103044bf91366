import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findPlainTextKeys, maskPlainTextKeys } from '../../../src/requestFiles/plainTextKeys';
import { carriedSecret, carriers, otherTexts } from './plainTextKeyCarriers';
import { samples, secretOf } from './plainTextKeySamples';

const secretsIn = (text: string) => findPlainTextKeys(text).map(({ secret }) => text.slice(secret.start, secret.end));

/** A search that isn't linear would take hours for a text of this length. */
const ADVERSARIAL_CHARACTERS = 2_000_000;

describe('findPlainTextKeys', () => {
	for (const [name, { text, secrets }] of Object.entries(samples)) {
		it(`finds ${secrets.length || 'none'} in ${name}`, () => {
			assert.deepEqual(secretsIn(text), secrets);
		});
	}

	for (const [name, text] of Object.entries(carriers)) {
		it(`finds and masks the key in ${name}`, () => {
			assert.equal(findPlainTextKeys(text).length, 1);
			assert.ok(!maskPlainTextKeys(text).includes(carriedSecret));
			assert.deepEqual(findPlainTextKeys(maskPlainTextKeys(text)), []);
		});
	}

	for (const [name, text] of Object.entries(otherTexts)) {
		it(`finds no key in ${name}`, () => {
			assert.deepEqual(findPlainTextKeys(text), []);
		});
	}

	it('finds and masks a key only once if a name or an ID is below it, too', () => {
		const secret = '0f1e'.repeat(10);
		const key = `SU-631-646-036:${secret}`;
		for (const [before, name] of [
			[`KEY="ApiKey ${key}" `, 'name=SU-631-646-036'],
			[`{"value":"${key}","`, 'key":"SU-111-111-111"}'],
			[`ID=SU-631-646-036 SECRET=${secret} `, 'key=SU-111-111-111'],
			[`X-Connect-Installation-Api-Key: ${secret}\n`, 'name: X-Connect-Installation-Api-Key'],
		] as const) {
			const text = `${before}${name}; the rest of the text stays`;
			assert.deepEqual(secretsIn(text), [secret], text);
			assert.equal(maskPlainTextKeys(text), text.replace(secret, '*'.repeat(10)));
		}
	});

	it('has a precision and a recall of 1 on the samples', () => {
		let found = 0;
		let correct = 0;
		let expected = 0;
		for (const { text, secrets } of Object.values(samples)) {
			const all = secretsIn(text);
			found += all.length;
			expected += secrets.length;
			correct += all.filter((secret) => secrets.includes(secret)).length;
		}
		assert.deepEqual({ precision: correct / found, recall: correct / expected }, { precision: 1, recall: 1 });
	});

	it('returns the token ID and the ranges of the scheme, key, and secret', () => {
		const secret = secretOf('ranges');
		const text = `x: ApiKey su-000-000-001:${secret};`;
		const [key] = findPlainTextKeys(text);
		const slice = (range: { start: number; end: number }) => text.slice(range.start, range.end);
		assert.equal(key!.tokenId, 'SU-000-000-001');
		assert.equal(slice(key!), `su-000-000-001:${secret}`);
		assert.equal(slice(key!.value), `ApiKey su-000-000-001:${secret}`);
		assert.equal(slice(key!.secret), secret);
	});

	it('returns a secret without a token ID, and not what precedes it', () => {
		const secret = secretOf('bare');
		const text = `X-Connect-Installation-Api-Key: ${secret}`;
		const [key] = findPlainTextKeys(text);
		assert.deepEqual(key, {
			tokenId: undefined,
			start: text.length - 40,
			end: text.length,
			secret: { start: text.length - 40, end: text.length },
			value: { start: text.length - 40, end: text.length },
		});
	});

	it('returns the token ID of a separate secret, whose range does not include the ID', () => {
		const secret = secretOf('separate');
		const text = `{"SU-000-000-001": "${secret}"}`;
		const [key] = findPlainTextKeys(text);
		const range = { start: text.indexOf(secret), end: text.indexOf(secret) + 40 };
		assert.deepEqual(key, { tokenId: 'SU-000-000-001', isReplaceable: false, ...range, secret: range, value: range });
	});

	it('returns the token ID of an encoded key, and the range of the encoded text', () => {
		const encoded = Buffer.from(`ApiKey SU-000-000-001:${secretOf('encoded')}`).toString('base64');
		const text = `data:\n  key: ${encoded}\n`;
		const [key] = findPlainTextKeys(text);
		const range = { start: text.indexOf(encoded), end: text.indexOf(encoded) + encoded.length };
		assert.deepEqual(key, { tokenId: 'SU-000-000-001', isReplaceable: false, ...range, secret: range, value: range });
	});

	it('ignores placeholders in any case', () => {
		for (const secret of ['0'.repeat(40), 'aAbB'.repeat(10), '0123456789'.repeat(4), '0123456789ABCDEF0123456789abcdef01234567']) {
			assert.deepEqual(secretsIn(`SU-000-000-001:${secret}`), [], secret);
		}
		assert.equal(secretsIn(`SU-000-000-001:${'aBc0'.repeat(10)}`).length, 1);
	});

	it('finds a key anywhere in any text', () => {
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

	it('takes linear time for adversarial texts', () => {
		for (const part of [
			'SU-000',
			'SU-000-000-000:',
			'ApiKey ',
			'api_key=   ',
			'X-Connect-Installation-Api-Key:         ',
			`SU-000-000-000:${'a'.repeat(39)} `,
			'SU-000-000-000"  ',
			'SU-000-000-000<a><a><a>&#58;\\u0022',
			`X-Connect-Installation-Api-Key${'"\\'.repeat(20)}`,
			`${'-'.repeat(50)}SU-`,
			'-u',
			'Cookie: api_key=',
			`Cookie: api_key=${secretOf('cookie')} `,
			'U1UtMTEx',
			`${'U1UtMTEx'.repeat(12)} `,
		]) {
			findPlainTextKeys(part.repeat(ADVERSARIAL_CHARACTERS / part.length));
		}
	});

	it('reads any text that looks like base64, in lines of any length and with any padding', () => {
		const line = fc.stringMatching(/^[A-Za-z\d+/]{14,100}={0,3}$/);
		fc.assert(
			fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), fc.constantFrom('\n', '', '\\n', '"\n  "'), (lines, separator) => {
				assert.deepEqual(findPlainTextKeys(lines.join(separator)), []);
			}),
		);
	});
});

describe('maskPlainTextKeys', () => {
	it('replaces every secret, and nothing else', () => {
		const text = (one: string, other: string) => `ApiKey SU-000-000-001:${one}, Cookie: api_key=${other}; ${'0'.repeat(40)}`;
		assert.equal(maskPlainTextKeys(text(secretOf('one'), secretOf('other'))), text('*'.repeat(10), '*'.repeat(10)));
	});
});
