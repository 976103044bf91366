import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TokenAuthenticator, INVALID_API_KEY } from '../../src/gateway/tokenAuthenticator';
import { GatewayServers } from '../support/gateway/gatewayServers';
import { issueToken, createKeyRecord } from '../support/gateway/memoryTokens';

const MINUTE_MS = 60_000;
const now = new Date('2030-06-15T12:00:00.000Z');
const at = (milliseconds: number) => new Date(now.getTime() + milliseconds);

/** Anything that a client may put after `Authorization:`, most of it nearly right. */
function anyAuthorization(right: string, id: string, secret: string) {
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
		fc.string({ unit: 'binary', maxLength: 100 }),
		fc.nat({ max: 70_000 }).map((length) => `ApiKey ${'S'.repeat(length)}`),
		fc.nat({ max: 20_000 }).map((groups) => `ApiKey SU${'-000'.repeat(groups)}:${secret}`),
		fc.constant(right),
	);
}

describe('the gateway’s authentication', () => {
	const servers = new GatewayServers();
	afterEach(() => servers.end());

	it('lets in 100 000 made-up keys only where they are the right one', () => {
		const { token, secret, authorization } = issueToken();
		const other = issueToken();
		const ring = new TokenAuthenticator([token, other.token]);
		const right = new RegExp(`^ApiKey +${token.id}:${secret}$`, 'i');
		let entered = 0;
		fc.assert(
			fc.property(anyAuthorization(authorization, token.id, secret), (tried) => {
				const found = ring.authenticate(tried, now);
				if (right.test(tried)) {
					entered++;
					assert.equal(found.token?.id, token.id);
					assert.equal(found.denial, undefined);
				} else {
					assert.deepEqual(found, { refusal: INVALID_API_KEY }, tried);
				}
			}),
			{ numRuns: 100_000 },
		);
		assert.ok(entered > 100, 'the right key was among them');
		assert.deepEqual(ring.authenticate(undefined, now), { refusal: INVALID_API_KEY });
	});

	it('takes a scheme and a key in any case', () => {
		const { token, authorization } = issueToken();
		const ring = new TokenAuthenticator([token]);
		for (const value of [authorization, authorization.toLowerCase(), authorization.toUpperCase(), authorization.replace(' ', '   ')]) {
			assert.equal(ring.authenticate(value, now).token?.id, token.id);
		}
	});

	it('tells who has the right secret why it does not work, and nobody else', () => {
		const disabled = issueToken({ enabled: false });
		const expired = issueToken();
		const over = { ...expired.token, key: { ...expired.token.key, expirationDate: at(0).toISOString() } };
		const ring = new TokenAuthenticator([disabled.token, over]);
		const why = (value: string) => ring.authenticate(value, now).denial?.message ?? '';
		assert.match(why(disabled.authorization), new RegExp(`${disabled.token.id} is disabled`));
		assert.match(why(expired.authorization), /expired \(2030-06-15T12:00:00\.000Z\).*Rotate/);
		const guess = (value: string) => value.replace(/.{4}$/, '0000');
		assert.equal(why(guess(disabled.authorization)), INVALID_API_KEY.message);
		assert.equal(why(guess(expired.authorization)), INVALID_API_KEY.message);
		assert.equal(why(guess(issueToken().authorization)), INVALID_API_KEY.message);
		for (const { denial: refusal } of [ring.authenticate(disabled.authorization, now), ring.authenticate(expired.authorization, now)]) {
			assert.equal(refusal?.status, 401);
			assert.equal(refusal.code, 'AUTH_001');
		}
	});

	it('ends a key at its date, to the millisecond', () => {
		const { token, authorization } = issueToken();
		const ring = new TokenAuthenticator([{ ...token, key: { ...token.key, expirationDate: now.toISOString() } }]);
		assert.equal(ring.authenticate(authorization, at(-1)).denial, undefined);
		assert.equal(ring.authenticate(authorization, at(0)).denial?.code, 'AUTH_001');
	});

	it('lets both keys of a renewed token pass until the old one’s date, to the second', async () => {
		const old = issueToken();
		const renewed = issueToken({ id: old.token.id });
		const token = { ...renewed.token, previousKey: createKeyRecord(old.secret, at(MINUTE_MS).toISOString()) };
		let time = now;
		const gateway = await servers.gateway({}, { owner: { ...renewed, token }, clock: () => time });
		const status = async (authorization: string) => (await gateway.fetch('/products', { headers: { authorization } })).status;
		for (const [moment, oldKey] of [
			[now, 200],
			[at(MINUTE_MS - 1000), 200],
			[at(MINUTE_MS), 401],
			[at(MINUTE_MS + 1000), 401],
		] as const) {
			time = moment;
			assert.equal(await status(old.authorization), oldKey, moment.toISOString());
			assert.equal(await status(renewed.authorization), 200);
		}
		const { errors } = (await (await gateway.fetch('/products', { headers: { authorization: old.authorization } })).json()) as {
			errors: string[];
		};
		assert.match(errors[0]!, /renewed, so use its new key/);
	});

	it('answers strangers one and the same, and counts nothing for them', async () => {
		const gateway = await servers.gateway();
		const { token, authorization } = gateway.owner;
		const answers = new Set<string>();
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
			answers.add(`${response.status} ${await response.text()}`);
		}
		assert.equal(answers.size, 1);
		assert.match([...answers][0]!, /^401 \{"error_code":"AUTH_001","errors":\["[^"]/);
		await gateway.counts();
		assert.equal(gateway.usage.size, 0);
	});

	it('withstands some thousands of made-up headers over the wire', async () => {
		const gateway = await servers.gateway();
		const { token, secret, authorization } = gateway.owner;
		const values = fc
			.sample(anyAuthorization(authorization, token.id, secret), 3000)
			.filter((value) => /^[\t\x20-\x7e\x80-\xff]*$/.test(value) && value.length < 60_000);
		const right = new RegExp(`^ApiKey +${token.id}:${secret}$`, 'i');
		let entered = 0;
		for (const value of values) {
			// Around a value HTTP knows blanks and tabs, and no other white space.
			const isRight = right.test(value.replace(/^[ \t]+|[ \t]+$/g, ''));
			entered += Number(isRight);
			const { status } = await gateway.fetch('/products', { headers: { authorization: value } });
			assert.equal(status, isRight ? 200 : 401, value);
		}
		assert.deepEqual(await gateway.counts(), { 200: entered });
	});

	it('refuses from the next request on what was changed, by whatever change', async () => {
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

	it('lets nobody in while the tokens cannot be read, and goes on once they can', async () => {
		const gateway = await servers.gateway();
		assert.equal((await gateway.fetch('/products')).status, 200);
		gateway.tokens.failure = new Error('damaged');
		gateway.tokens.replace(gateway.owner.token);
		for (let turn = 0; turn < 2; turn++) {
			const response = await gateway.fetch('/products');
			assert.equal(response.status, 503);
			assert.match(await response.text(), /^\{"error_code":"GW_503","errors":\[".*Tokens view/);
		}
		gateway.tokens.failure = undefined;
		assert.equal((await gateway.fetch('/products')).status, 200);
	});
});
