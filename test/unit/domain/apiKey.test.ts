import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import {
	formatApiKey,
	generateSecret,
	generateTokenId,
	hashSecret,
	INVALID_API_KEY_MESSAGE,
	maskApiKey,
	matchesSecret,
	parseApiKey,
	parsePastedApiKey,
} from '../../../src/domain/apiKey';

const secrets = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('hex'));
const group = fc.integer({ min: 0, max: 999 }).map((number) => String(number).padStart(3, '0'));
const tokenIds = fc.array(group, { minLength: 3, maxLength: 5 }).map((groups) => `SU-${groups.join('-')}`);

describe('API key', () => {
	it('is parsed from its own format for any token and secret', () => {
		fc.assert(
			fc.property(tokenIds, secrets, (tokenId, secret) => {
				assert.deepEqual(parseApiKey(formatApiKey({ tokenId, secret })), { tokenId, secret });
			}),
		);
	});

	it('is parsed without the scheme, with surrounding white space, and in any case', () => {
		fc.assert(
			fc.property(tokenIds, secrets, fc.constantFrom('', ' ', '\n', '\t '), (tokenId, secret, space) => {
				const expected = { tokenId, secret };
				assert.deepEqual(parseApiKey(`${space}${tokenId}:${secret}${space}`), expected);
				assert.deepEqual(parseApiKey(`Authorization: ApiKey ${tokenId}:${secret}`), expected);
				assert.deepEqual(parseApiKey(`apikey  ${tokenId.toLowerCase()}:${secret.toUpperCase()}`), expected);
			}),
		);
	});

	it('is not parsed from anything else', () => {
		const secret = 'ab'.repeat(20);
		const others = [
			'',
			'ApiKey',
			`ApiKey SU-123-456-789`,
			`ApiKey SU-123-456-789:`,
			`ApiKey SU-123-456-789:${secret}0`,
			`ApiKey SU-123-456-789:${secret.slice(1)}`,
			`ApiKey SU-123-456-789:${secret.slice(1)}g`,
			`ApiKey SU-123-456:${secret}`,
			`ApiKey SU-1234-456-789:${secret}`,
			`ApiKeySU-123-456-789:${secret}`,
			`Bearer SU-123-456-789:${secret}`,
			`ApiKey SU-123-456-789:${secret} and more`,
		];
		for (const text of others) {
			assert.equal(parseApiKey(text), undefined, text);
		}
		fc.assert(fc.property(fc.string(), (text) => void parseApiKey(text)));
	});

	it('is parsed from what surrounds it in a file, a command, or a web page', () => {
		const secret = '0f1e'.repeat(10);
		const key = `SU-123-456-789:${secret}`;
		for (const text of [
			key,
			`"${key}"`,
			`'ApiKey ${key}'`,
			`\`ApiKey ${key}\``,
			`“ApiKey ${key}”`,
			`"ApiKey ${key}",`,
			`${key};`,
			`<${key}>`,
			`(${key})`,
			`The key is ${key}.`,
			`CONNECT_API_KEY=${key}`,
			`CONNECT_API_KEY="ApiKey ${key}"`,
			`export CONNECT_API_KEY='ApiKey ${key}'`,
			`$env:CONNECT_API_KEY = "ApiKey ${key}"`,
			`"apiKey": "ApiKey ${key}",`,
			`api_key: ApiKey ${key}`,
			`-H "Authorization: ApiKey ${key}"`,
			`curl -X GET -H 'Authorization: ApiKey ${key}' https://api.example/public/v1`,
			`Authorization:ApiKey ${key}`,
			`"Authorization: ApiKey ${key}" \\`,
			`\tApiKey\t${key}\t`,
			`\u200bApiKey ${key}\u200b`,
			`\ufeff${key}`,
			`ApiKey\u00a0${key}\u00a0`,
			`ApiKey SU-123-\u200b456-789:\u00ad${secret}`,
			`- ApiKey ${key}\r\n`,
			`| ${key} |`,
			`key=ApiKey%20SU-123-456-789%3A${secret}`,
			`key=ApiKey\\ SU-123-456-789\\:${secret}`,
			`"ApiKey SU-123-456-789\\u003a${secret}"`,
			`${key}\n${key.toLowerCase()}`,
		]) {
			assert.deepEqual(parsePastedApiKey(text), { tokenId: 'SU-123-456-789', secret }, text);
		}
	});

	it('is not parsed from a text with another key or without a complete one', () => {
		const secret = '0f1e'.repeat(10);
		for (const text of [
			'',
			'"ApiKey"',
			`"SU-123-456-789:${secret.slice(1)}"`,
			`"SU-123-456-789:${secret}0"`,
			`"SU-123-456:${secret}"`,
			`xSU-123-456-789:${secret}`,
			`"SU-123-456-789:**********"`,
			`SU-123-456-789:${secret}\nSU-123-456-780:${secret}`,
			`SU-123-456-789:${secret}\nSU-123-456-789:${'e1f0'.repeat(10)}`,
		]) {
			assert.equal(parsePastedApiKey(text), undefined, text);
		}
		fc.assert(fc.property(fc.string(), (text) => void parsePastedApiKey(text)));
		parsePastedApiKey('SU-123'.repeat(200_000));
		parsePastedApiKey(`SU${'-123'.repeat(200_000)}`);
	});

	it('is described by the message for anything else', () => {
		assert.match(INVALID_API_KEY_MESSAGE, /^Invalid API key\. .*ApiKey SU-000-000-000:… with 40 hexadecimal characters/);
	});

	it('is masked without its secret', () => {
		fc.assert(
			fc.property(tokenIds, secrets, (tokenId, secret) => {
				const mask = maskApiKey(tokenId);
				assert.equal(mask, `ApiKey ${tokenId}:**********`);
				assert.ok(!mask.includes(secret));
				assert.equal(parseApiKey(mask), undefined);
			}),
		);
	});

	it('has a secret of 160 random bits', () => {
		assert.equal(
			generateSecret(() => new Uint8Array(20).fill(0xa5)),
			'a5'.repeat(20),
		);
		const generated = new Set(Array.from({ length: 1000 }, () => generateSecret(randomBytes)));
		assert.equal(generated.size, 1000);
		for (const secret of generated) {
			assert.match(secret, /^[0-9a-f]{40}$/);
		}
	});

	it('has a token ID of three groups of three digits, with every digit in every position', () => {
		const ids = Array.from({ length: 5000 }, () => generateTokenId(randomBytes));
		const digitsAt = Array.from({ length: 14 }, (_, index) => new Set(ids.map((id) => id[index])));
		for (const id of ids) {
			assert.match(id, /^SU-\d{3}-\d{3}-\d{3}$/);
		}
		assert.deepEqual(
			[3, 4, 5, 7, 8, 9, 11, 12, 13].map((index) => digitsAt[index]?.size),
			Array.from({ length: 9 }, () => 10),
		);
	});

	it('discards random values that would favor some token IDs', () => {
		const values = [
			[0xff, 0xff],
			[0, 1],
			[0xfd, 0xe8],
			[0, 2],
			[0xfd, 0xe7],
		].map((pair) => new Uint8Array(pair));
		assert.equal(
			generateTokenId(() => values.shift()!),
			'SU-001-002-999',
		);
	});
});

describe('Hash of a secret', () => {
	it('is its SHA-256 and matches only that secret', () => {
		fc.assert(
			fc.property(secrets, secrets, (secret, other) => {
				const sha256 = hashSecret(secret);
				assert.equal(sha256, createHash('sha256').update(secret).digest('hex'));
				assert.equal(matchesSecret(secret, sha256), true);
				assert.equal(matchesSecret(other, sha256), other === secret);
			}),
		);
	});

	it('that is damaged matches nothing', () => {
		for (const damaged of ['', 'ab', 'not hexadecimal', hashSecret('a').slice(2)]) {
			assert.equal(matchesSecret('a', damaged), false);
		}
	});
});
