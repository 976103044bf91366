import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TokenAuthenticator, INVALID_API_KEY } from '../../src/gateway/tokenAuthenticator';
import { anyCharacter } from '../support/fuzzing';
import { GatewayServers } from '../support/gateway/gatewayServers';
import { issueToken, createKeyRecord } from '../support/gateway/memoryTokens';

const MINUTE_MS = 60_000;
const now = new Date('2030-06-15T12:00:00.000Z');
const at = (milliseconds: number) => new Date(now.getTime() + milliseconds);

/** Generates `Authorization` values, most of them almost valid. */
function anyAuthorization(validValue: string, id: string, secret: string) {
	const scheme = fc.constantFrom('ApiKey', 'apikey', 'APIKEY', 'Bearer', 'Basic', 'ApiKe', 'ApiKey:', '', 'ApiKey ApiKey', '\xa0ApiKey');
	const gap = fc.constantFrom(' ', '  ', '', '\t', '\xa0', ' \t ', ',');
	const anyId = fc.oneof(
		fc.constant(id),
		fc.constant(id.toLowerCase()),
		fc.constant(`${id}-000`),
		fc.constant(id.slice(0, -1)),
		fc.constantFrom('SU', 'SU-', '__proto__', 'constructor', 'SU-000-000-000', 'SU-٠٠٠-000-000'),
		fc.string(),
	);
	const separator = fc.constantFrom(':', '', '::', ' :', ': ', '%3A', ';');
	const anySecret = fc.oneof(
		fc.constant(secret),
		fc
			.nat({ max: secret.length - 1 })
			.map((index) => secret.slice(0, index) + (secret[index] === '0' ? '1' : '0') + secret.slice(index + 1)),
		fc.nat({ max: secret.length }).map((length) => secret.slice(0, length)),
		fc.constantFrom(
			`${secret}0`,
			`0${secret}`,
			`${secret} `,
			`${secret},`,
			`${secret}\0`,
			`${secret}${secret}`,
			'0'.repeat(40),
			'g'.repeat(40),
			'',
		),
		fc.stringMatching(/^[0-9a-f]{40}$/),
		fc.string({ maxLength: 60 }),
	);
	return fc.oneof(
		fc.tuple(scheme, gap, anyId, separator, anySecret).map((parts) => parts.join('')),
		fc.string({ maxLength: 400 }),
		fc.string({ unit: anyCharacter, maxLength: 100 }),
		fc.nat({ max: 70_000 }).map((length) => `ApiKey ${'S'.repeat(length)}`),
		fc.nat({ max: 20_000 }).map((groups) => `ApiKey SU${'-000'.repeat(groups)}:${secret}`),
		fc.constant(validValue),
	);
}

describe('The gateway’s authentication', () => {
	const servers = new GatewayServers();
	afterEach(() => servers.stopAll());

	it('accepts only the valid one of 100,000 generated keys', () => {
		const { token, secret, authorization } = issueToken();
		const other = issueToken();
		const authenticator = new TokenAuthenticator([token, other.token]);
		const validPattern = new RegExp(`^ApiKey +${token.id}:${secret}$`, 'i');
		let acceptedCount = 0;
		fc.assert(
			fc.property(anyAuthorization(authorization, token.id, secret), (value) => {
				const result = authenticator.authenticate(value, now);
				if (validPattern.test(value)) {
					acceptedCount++;
					assert.equal(result.token?.id, token.id);
					assert.equal(result.denial, undefined);
				} else {
					assert.deepEqual(result, { denial: INVALID_API_KEY }, value);
				}
			}),
			{ numRuns: 100_000 },
		);
		assert.ok(acceptedCount > 0, 'the valid key was among them');
		assert.deepEqual(authenticator.authenticate(undefined, now), { denial: INVALID_API_KEY });
	});

	it('ignores the case of scheme and key', () => {
		const { token, authorization } = issueToken();
		const authenticator = new TokenAuthenticator([token]);
		for (const value of [authorization, authorization.toLowerCase(), authorization.toUpperCase(), authorization.replace(' ', '   ')]) {
			assert.equal(authenticator.authenticate(value, now).token?.id, token.id);
		}
	});

	it('explains a denial only to clients with a valid secret', () => {
		const disabled = issueToken({ enabled: false });
		const expired = issueToken();
		const expiredToken = { ...expired.token, key: { ...expired.token.key, expirationDate: at(0).toISOString() } };
		const authenticator = new TokenAuthenticator([disabled.token, expiredToken]);
		const denialMessage = (value: string) => authenticator.authenticate(value, now).denial?.message ?? '';
		assert.match(denialMessage(disabled.authorization), new RegExp(`${disabled.token.id} is disabled`));
		assert.match(denialMessage(expired.authorization), /expired \(2030-06-15T12:00:00\.000Z\).*Rotate/);
		const guessSecret = (value: string) => value.replace(/.{4}$/, '0000');
		assert.equal(denialMessage(guessSecret(disabled.authorization)), INVALID_API_KEY.message);
		assert.equal(denialMessage(guessSecret(expired.authorization)), INVALID_API_KEY.message);
		assert.equal(denialMessage(guessSecret(issueToken().authorization)), INVALID_API_KEY.message);
		for (const { denial } of [
			authenticator.authenticate(disabled.authorization, now),
			authenticator.authenticate(expired.authorization, now),
		]) {
			assert.equal(denial?.status, 401);
			assert.equal(denial.code, 'AUTH_001');
		}
	});

	it('says which key is wrong and what to do', () => {
		const date = now.toISOString();
		const disabled = issueToken({ enabled: false });
		const expired = issueToken();
		const renewed = issueToken();
		const previous = issueToken();
		const authenticator = new TokenAuthenticator([
			disabled.token,
			{ ...expired.token, key: { ...expired.token.key, expirationDate: date } },
			{ ...renewed.token, previousKey: createKeyRecord(previous.secret, date) },
		]);
		const denial = (id: string, secret: string) => authenticator.authenticate(`ApiKey ${id}:${secret}`, now).denial;
		const unauthorized = { status: 401, code: 'AUTH_001', headers: ['www-authenticate', 'ApiKey'] };
		assert.deepEqual(denial(disabled.token.id, disabled.secret), {
			...unauthorized,
			message: `Token ${disabled.token.id} is disabled. Enable it in the Tokens view.`,
			reason: { kind: 'disabled' },
		});
		assert.deepEqual(denial(expired.token.id, expired.secret), {
			...unauthorized,
			message: `Token ${expired.token.id} expired (${date}). Rotate it in the Tokens view and use its new key.`,
			reason: { kind: 'expired', isPreviousKey: false },
		});
		assert.deepEqual(denial(renewed.token.id, previous.secret), {
			...unauthorized,
			message: `The previous key of token ${renewed.token.id} expired (${date}). The token was renewed, so use its new key.`,
			reason: { kind: 'expired', isPreviousKey: true },
		});
		assert.equal(denial(renewed.token.id, renewed.secret), undefined);
		assert.deepEqual(INVALID_API_KEY, {
			...unauthorized,
			message: 'Invalid API key. Send the header "Authorization: ApiKey <token ID>:<secret>" with the key of a token in this workspace.',
			reason: { kind: 'invalidKey' },
		});
	});

	it('accepts a value of up to 256 characters', () => {
		const { token, secret } = issueToken();
		const authenticator = new TokenAuthenticator([token]);
		const value = (length: number) => `ApiKey${' '.repeat(length - 6 - token.id.length - 41)}${token.id}:${secret}`;
		assert.equal(authenticator.authenticate(value(256), now).token, token);
		assert.deepEqual(authenticator.authenticate(value(257), now), { denial: INVALID_API_KEY });
	});

	it('distinguishes the keys of a token every time', () => {
		const first = issueToken();
		const second = issueToken();
		const token = { ...first.token, previousKey: createKeyRecord(second.secret, at(0).toISOString()) };
		const authenticator = new TokenAuthenticator([token]);
		for (let round = 0; round < 2; round++) {
			assert.deepEqual(authenticator.authenticate(`ApiKey ${token.id}:${first.secret}`, now), { token, key: token.key });
			assert.match(authenticator.authenticate(`ApiKey ${token.id}:${second.secret}`, now).denial?.message ?? '', /previous key/);
			assert.deepEqual(authenticator.authenticate(`ApiKey ${token.id}:${'0'.repeat(40)}`, now), { denial: INVALID_API_KEY });
		}
	});

	it('denies a key from its expiration date, to the millisecond', () => {
		const { token, authorization } = issueToken();
		const authenticator = new TokenAuthenticator([{ ...token, key: { ...token.key, expirationDate: now.toISOString() } }]);
		assert.equal(authenticator.authenticate(authorization, at(-1)).denial, undefined);
		assert.equal(authenticator.authenticate(authorization, at(0)).denial?.code, 'AUTH_001');
	});

	it('accepts both keys of a renewed token until the previous one expires', async () => {
		const previous = issueToken();
		const renewed = issueToken({ id: previous.token.id });
		const token = { ...renewed.token, previousKey: createKeyRecord(previous.secret, at(MINUTE_MS).toISOString()) };
		let time = now;
		const gateway = await servers.gateway({}, { owner: { ...renewed, token }, clock: () => time });
		const status = async (authorization: string) => (await gateway.fetch('/products', { headers: { authorization } })).status;
		for (const [instant, expectedStatus] of [
			[now, 200],
			[at(MINUTE_MS - 1000), 200],
			[at(MINUTE_MS), 401],
			[at(MINUTE_MS + 1000), 401],
		] as const) {
			time = instant;
			assert.equal(await status(previous.authorization), expectedStatus, instant.toISOString());
			assert.equal(await status(renewed.authorization), 200);
		}
		const { errors } = (await (await gateway.fetch('/products', { headers: { authorization: previous.authorization } })).json()) as {
			errors: string[];
		};
		assert.match(errors[0]!, /renewed, so use its new key/);
	});

	it('responds the same way to all invalid keys, and records nothing for them', async () => {
		const gateway = await servers.gateway();
		const { token, authorization } = gateway.owner;
		const responses = new Set<string>();
		const values = [
			undefined,
			'',
			'ApiKey',
			authorization.slice(0, -1),
			authorization.replace(token.id, 'SU-999-999-999'),
			authorization.replace(/.$/, 'g'),
			'Basic dTpw',
			`Bearer ${'x'.repeat(500)}`,
		];
		for (const value of values) {
			const response = await fetch(`${gateway.origin}/products`, { headers: value === undefined ? {} : { authorization: value } });
			responses.add(`${response.status} ${await response.text()}`);
		}
		assert.equal(responses.size, 1);
		assert.match([...responses][0]!, /^401 \{"error_code":"AUTH_001","errors":\["[^"]/);
		await gateway.counts();
		assert.equal(gateway.usage.size, 0);
	});

	it('handles thousands of generated headers in real requests', async () => {
		const gateway = await servers.gateway();
		const { token, secret, authorization } = gateway.owner;
		const values = fc
			.sample(anyAuthorization(authorization, token.id, secret), 3000)
			.filter((value) => /^[\t\x20-\x7e\x80-\xff]*$/.test(value) && value.length < 60_000);
		const validPattern = new RegExp(`^ApiKey +${token.id}:${secret}$`, 'i');
		let acceptedCount = 0;
		for (const value of values) {
			// HTTP allows spaces and tabs around a value, and no other white space.
			const isValid = validPattern.test(value.replace(/^[ \t]+|[ \t]+$/g, ''));
			acceptedCount += Number(isValid);
			const { status } = await gateway.fetch('/products', { headers: { authorization: value } });
			assert.equal(status, isValid ? 200 : 401, value);
		}
		assert.deepEqual(await gateway.counts(), { 200: acceptedCount });
	});

	it('applies each change of a token from the next request', async () => {
		const gateway = await servers.gateway();
		const { token, secret, authorization } = gateway.owner;
		const status = async (path = '/products', value = authorization) =>
			(await gateway.fetch(path, { headers: { authorization: value } })).status;
		const rotated = issueToken({ id: token.id });
		assert.equal(await status(), 200);
		gateway.tokens.replace({ ...token, enabled: false });
		assert.equal(await status(), 401, 'disabled');
		gateway.tokens.replace(token);
		assert.equal(await status(), 200, 'enabled');
		gateway.tokens.replace({ ...token, permissions: ['usage'] });
		assert.equal(await status(), 403, 'without the module');
		assert.equal(await status('/usage'), 200);
		gateway.tokens.replace(rotated.token);
		assert.equal(await status(), 401, 'rotated');
		assert.equal(await status('/products', rotated.authorization), 200);
		gateway.tokens.replace({ ...rotated.token, previousKey: createKeyRecord(secret, new Date(Date.now() + MINUTE_MS).toISOString()) });
		assert.equal(await status(), 200, 'renewed');
		gateway.tokens.replace();
		assert.equal(await status(), 401, 'deleted');
		assert.equal(await status('/products', rotated.authorization), 401, 'deleted');
	});

	it('denies all requests while the tokens cannot be read', async () => {
		const gateway = await servers.gateway();
		assert.equal((await gateway.fetch('/products')).status, 200);
		gateway.tokens.failure = new Error('damaged');
		gateway.tokens.replace(gateway.owner.token);
		for (let attempt = 0; attempt < 2; attempt++) {
			const response = await gateway.fetch('/products');
			assert.equal(response.status, 503);
			assert.match(await response.text(), /^\{"error_code":"GW_503","errors":\[".*Tokens view/);
		}
		gateway.tokens.failure = undefined;
		assert.equal((await gateway.fetch('/products')).status, 200);
	});
});
