import assert from 'node:assert/strict';
import { MAX_LEASE_MS } from '../../src/domain/lease';
import { getLeaseDeletion } from '../../src/domain/leaseEnd';
import { createTokenFromRecord, getValidKeys, isUsable, type TokenRecord } from '../../src/domain/token';
import { issueLease } from '../support/agents/agentFixture';
import { GatewayServers } from '../support/gateway/gatewayServers';

const HOUR_MS = 3_600_000;

describe('A lease that should last longer than 8 hours', () => {
	const servers = new GatewayServers();
	afterEach(() => servers.stopAll());

	const issued = issueLease();
	const now = new Date();
	const after = (milliseconds: number) => new Date(now.getTime() + milliseconds).toISOString();
	const withExpiration = (expirationDate: string | null, issuedAt = after(0)): TokenRecord => ({
		...issued.token,
		key: { ...issued.token.key, issuedAt, expirationDate },
	});

	for (const [what, expirationDate, issuedAt] of [
		['has no end because the store was edited', null],
		['ends later because the store was edited', after(365 * 24 * HOUR_MS)],
		['was created before the clock was set back by an hour', after(2 * HOUR_MS), after(HOUR_MS)],
	] as const) {
		it(`can't be used if it ${what}`, async () => {
			const record = withExpiration(expirationDate, issuedAt);
			assert.equal(createTokenFromRecord(record, now, 7).status, 'expired');
			const gateway = await servers.gateway({}, { owner: { ...issued, token: record }, clock: () => now });
			assert.equal((await gateway.fetch('/assets')).status, 401);
			const renewed = { ...withExpiration(after(HOUR_MS)), previousKey: { ...record.key, id: 'previous' } };
			assert.deepEqual(
				getValidKeys(renewed, now).map(({ which }) => which),
				['current'],
			);
			assert.equal(createTokenFromRecord(renewed, now, 7).status, 'active');
		});
	}

	it('can be used until it ends, also if the clock was corrected by a minute', async () => {
		const record = withExpiration(after(MAX_LEASE_MS + 60_000), after(60_000));
		assert.ok(isUsable(createTokenFromRecord(record, now, 7)));
		const gateway = await servers.gateway({}, { owner: { ...issued, token: record }, clock: () => now });
		assert.equal((await gateway.fetch('/assets')).status, 200);
	});

	it('is the only kind of token that is ever deleted by itself', () => {
		const { lease: _, ...token } = withExpiration('2020-01-01T00:00:00.000Z');
		assert.equal(getLeaseDeletion(createTokenFromRecord(token, now, 7)), Infinity);
	});
});
