import assert from 'node:assert/strict';
import fc from 'fast-check';
import { KeyMask } from '../../../src/broker/keyMask';

const hexText = (length: number) =>
	fc
		.array(fc.constantFrom(...Array.from('0123456789abcdefABCDEF')), { minLength: length, maxLength: length })
		.map((digits) => digits.join(''));

/** Ways to write a text, as bytes. */
const encodings: Readonly<Record<string, (text: string) => Buffer>> = {
	'UTF-8': (text) => Buffer.from(text),
	'UTF-16 LE': (text) => Buffer.from(text, 'utf16le'),
	'UTF-16 BE': (text) => Buffer.from(text, 'utf16le').swap16(),
};

/** Writes some characters as escapes, as JSON and JSON within JSON can. */
const escaped = (text: string, mask: readonly boolean[], backslashes: number) =>
	Array.from(text)
		.map((character, index) =>
			mask[index % mask.length] ? `${'\\'.repeat(backslashes)}u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : character,
		)
		.join('');

function maskInChunks(secrets: readonly string[], bytes: Uint8Array, sizes: readonly number[]): Buffer {
	const mask = new KeyMask(secrets);
	const output: Uint8Array[] = [];
	for (let start = 0, index = 0; start < bytes.length; index++) {
		const end = start + sizes[index % sizes.length]!;
		output.push(mask.write(bytes.subarray(start, end)));
		start = end;
	}
	return Buffer.concat([...output, mask.end()]);
}

const chunkSizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 });

describe('The mask for keys in the output of a program', () => {
	for (const [name, encode] of Object.entries(encodings)) {
		it(`hides each secret in ${name}, also with escapes and at the borders of chunks, and changes nothing else`, () => {
			fc.assert(
				fc.property(
					fc.array(hexText(40), { minLength: 1, maxLength: 3 }),
					fc.array(fc.oneof(hexText(7), fc.string({ unit: fc.constantFrom(...Array.from('key:"\\u00 \n0aé')) })), {
						minLength: 1,
						maxLength: 6,
					}),
					fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
					fc.constantFrom(1, 2, 4),
					chunkSizes,
					(secrets, texts, escapes, backslashes, sizes) => {
						// Separated, so that what surrounds a secret can't be a part of another one.
						const write = (hide: boolean) =>
							texts
								.map((text, index) => `${text}|${hide ? '*'.repeat(10) : escaped(secrets[index % secrets.length]!, escapes, backslashes)}|`)
								.join('');
						const masked = maskInChunks(secrets, encode(write(false)), sizes);
						assert.deepEqual(masked, encode(write(true)));
					},
				),
			);
		});
	}

	it('hides a secret in both alphabets of Base64, wherever it is in what is encoded', () => {
		fc.assert(
			fc.property(
				hexText(40),
				fc.uint8Array({ maxLength: 30 }),
				fc.uint8Array({ maxLength: 30 }),
				fc.constantFrom(...(['base64', 'base64url'] as const)),
				fc.constantFrom(...Object.values(encodings)),
				chunkSizes,
				(secret, before, after, alphabet, encode, sizes) => {
					const text = Buffer.concat([before, Buffer.from(secret), after]).toString(alphabet);
					// A character has 6 bits. Those that are only partly of the secret have at most one of its digits together.
					const start = Math.ceil((before.length * 8) / 6);
					const end = Math.floor(((before.length + secret.length) * 8) / 6);
					const masked = maskInChunks([secret], encode(`Basic ${text}\n`), sizes);
					assert.deepEqual(masked, encode(`Basic ${text.slice(0, start)}${'*'.repeat(10)}${text.slice(end)}\n`));
				},
			),
		);
	});

	it('changes no bytes without a secret', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 300 }), hexText(40), chunkSizes, (bytes, secret, sizes) => {
				assert.deepEqual(maskInChunks([secret], bytes, sizes), Buffer.from(bytes));
			}),
		);
	});

	it('ignores the case, and finds a secret after its own beginning', () => {
		const secret = 'ab'.repeat(20);
		for (const text of [secret.toUpperCase(), `abab${secret}`, `ab|${secret}`]) {
			const masked = maskInChunks([secret], Buffer.from(text), [3]).toString();
			assert.ok(!masked.toLowerCase().includes(secret) && masked.includes('*'.repeat(10)), masked);
		}
	});

	it('returns a line as soon as it is complete, and keeps only what could be a secret', () => {
		const mask = new KeyMask(['0123456789'.repeat(4)]);
		const write = (text: string) => Buffer.from(mask.write(Buffer.from(text))).toString();
		assert.equal(write('first line\n'), 'first line\n');
		assert.equal(write('a prompt: '), 'a prompt: ');
		assert.equal(write('value 0123'), 'value ');
		assert.equal(write('4x\n'), '01234x\n');
		assert.equal(write('0123'), '');
		assert.equal(Buffer.from(mask.end()).toString(), '0123');
	});

	it('takes linear time', () => {
		const secret = '0'.repeat(39) + '1';
		const start = performance.now();
		maskInChunks([secret], Buffer.alloc(1_000_000, '0'), [65_536]);
		assert.ok(performance.now() - start < 20_000);
	});
});
