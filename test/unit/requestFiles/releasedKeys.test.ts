import assert from 'node:assert/strict';
import { ReleasedKeys } from '../../../src/requestFiles/releasedKeys';
import { NO_ALLOWED_HOSTS } from '../../support/hostChecks';
import { createSourceToken } from '../../support/sourceTokens';

const SECRET = '0f1e2d3c4b'.repeat(4);

describe('Released keys', () => {
	const found = createSourceToken();
	const released = new ReleasedKeys();
	released.add(`${found.token.id}:${SECRET}`, found);
	const isIn = (text: string) => released.findIn({ urls: [], text }).length > 0;

	it('are found in a text', () => {
		assert.equal(isIn(`key=${SECRET}&`), true);
		assert.equal(isIn(`key=${SECRET.slice(1)}&`), false);
	});

	it('are found in Base64, no matter what surrounds them', () => {
		for (let length = 0; length < 6; length++) {
			for (const encoding of ['base64', 'base64url'] as const) {
				assert.equal(isIn(`Basic ${Buffer.from(`${'x'.repeat(length)}${SECRET}ÿÿ`).toString(encoding)}`), true);
			}
		}
		assert.equal(isIn(Buffer.from(`user:${SECRET.slice(1)}`).toString('base64')), false);
	});

	it('of other tokens aren’t withheld', () => {
		const request = { urls: ['https://evil.test/'], text: SECRET };
		assert.equal(released.findWithheld(request, '', NO_ALLOWED_HOSTS)?.token.id, found.token.id);
		assert.equal(new ReleasedKeys().findWithheld(request, '', NO_ALLOWED_HOSTS), undefined);
	});
});
