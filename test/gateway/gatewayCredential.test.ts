import assert from 'node:assert/strict';
import * as v from 'valibot';
import { gatewayCredentialSchema, readAuthorizationForUpstream } from '../../src/gateway/gatewayCredential';

const ORIGIN = 'https://api.example';
const UPSTREAM = `${ORIGIN}/public/v1`;

describe('readAuthorizationForUpstream', () => {
	const noAccount = () => Promise.resolve(undefined);

	it('returns a credential only for its own origin', async () => {
		const credential = { origin: ORIGIN, authorization: 'Bearer upstream' };
		assert.equal(await readAuthorizationForUpstream(credential, UPSTREAM, noAccount), 'Bearer upstream');
		for (const upstream of ['http://api.example/public/v1', 'https://api.example:8443/public/v1', 'https://api.example.evil.test']) {
			assert.equal(await readAuthorizationForUpstream(credential, upstream, noAccount), null, upstream);
		}
	});

	it('reads the key of an account only for the account’s origin', async () => {
		const credential = { origin: ORIGIN, sourceId: 'VA-000-000' };
		const calls: string[][] = [];
		const readAccountKey = (...args: string[]) => {
			calls.push(args);
			return Promise.resolve('ApiKey account');
		};
		assert.equal(await readAuthorizationForUpstream(credential, UPSTREAM, readAccountKey), 'ApiKey account');
		assert.equal(await readAuthorizationForUpstream(credential, 'https://other.example', readAccountKey), null);
		assert.deepEqual(calls, [['VA-000-000', ORIGIN]]);
	});

	it('rejects if anyone on the network could read the credential', async () => {
		for (const upstream of ['http://api.example/public/v1', 'http://localhost.example:8080', 'http://192.168.0.1']) {
			for (const credential of [{ authorization: 'Bearer upstream' }, { sourceId: 'VA-000-000' }]) {
				const read = readAuthorizationForUpstream({ origin: new URL(upstream).origin, ...credential }, upstream, () => assert.fail());
				await assert.rejects(
					read,
					/wouldn't be encrypted\. Set connectTokens\.gateway\.upstream to a URL that starts with https/,
					upstream,
				);
			}
		}
		for (const upstream of ['http://localhost:8080', 'http://127.0.0.1:8080', 'http://[::1]:8080']) {
			const credential = { origin: upstream, authorization: 'Bearer upstream' };
			assert.equal(await readAuthorizationForUpstream(credential, upstream, noAccount), 'Bearer upstream');
		}
	});

	it('rejects if the account was removed', async () => {
		await assert.rejects(
			readAuthorizationForUpstream({ origin: ORIGIN, sourceId: 'VA-000-000' }, UPSTREAM, noAccount),
			/set up to use an account that was removed/,
		);
	});
});

describe('A stored credential of the gateway', () => {
	it('has an origin, and either an authorization or the account whose key to use', () => {
		for (const credential of [
			{ origin: ORIGIN, authorization: 'Bearer upstream' },
			{ origin: ORIGIN, sourceId: 'VA-000-000' },
		]) {
			assert.deepEqual(v.parse(gatewayCredentialSchema, credential), credential);
		}
		for (const damaged of [
			{},
			{ origin: ORIGIN },
			{ authorization: 'Bearer upstream' },
			{ sourceId: 'VA-000-000' },
			{ origin: 1, authorization: 'Bearer upstream' },
			{ origin: ORIGIN, authorization: null },
			{ origin: ORIGIN, sourceId: 7 },
		]) {
			assert.equal(v.is(gatewayCredentialSchema, damaged), false, JSON.stringify(damaged));
		}
	});
});
