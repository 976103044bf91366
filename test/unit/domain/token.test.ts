import assert from 'node:assert/strict';
import type { TokenRecord } from '../../../src/domain/token';
import { createTokenFromRecord } from '../../../src/domain/token';

const DAY_MS = 86_400_000;
const now = new Date('2030-06-15T12:00:00.000Z');
const daysFromNow = (days: number) => new Date(now.getTime() + days * DAY_MS).toISOString();
const key = (expirationDate: string | null) => ({ id: 'key', sha256: '00'.repeat(32), issuedAt: daysFromNow(-30), expirationDate });

function record(changes: Partial<TokenRecord>): TokenRecord {
	const by = { at: daysFromNow(-30), by: 'someone' };
	return {
		id: 'SU-000-000-001',
		name: 'n',
		externalId: null,
		description: '',
		extension: { id: 'EXT-000', name: 'Custom' },
		permissions: [],
		enabled: true,
		key: key(null),
		previousKey: null,
		created: by,
		updated: by,
		...changes,
	};
}

describe('token at an instant', () => {
	const cases: [string, Partial<TokenRecord>, string][] = [
		['without expiration', {}, 'active'],
		['with more days left than the threshold', { key: key(new Date(now.getTime() + 7 * DAY_MS + 1).toISOString()) }, 'active'],
		['with just the threshold left', { key: key(daysFromNow(7)) }, 'expiring'],
		['with a millisecond left', { key: key(new Date(now.getTime() + 1).toISOString()) }, 'expiring'],
		['at its very date', { key: key(now.toISOString()) }, 'expired'],
		['past its date', { key: key(daysFromNow(-1)) }, 'expired'],
		['renewed, its previous key still working', { key: key(daysFromNow(90)), previousKey: key(daysFromNow(1)) }, 'revitalised'],
		['renewed, its previous key over', { key: key(daysFromNow(90)), previousKey: key(daysFromNow(-1)) }, 'active'],
		['disabled', { enabled: false }, 'inactive'],
		['disabled and past its date', { enabled: false, key: key(daysFromNow(-1)) }, 'inactive'],
	];
	for (const [what, changes, status] of cases) {
		it(`${what} is ${status}`, () => {
			assert.equal(createTokenFromRecord(record(changes), now, 7).status, status);
		});
	}

	it('moves from active over expiring to expired as the clock goes on, and back when it is set back', () => {
		const dated = record({ key: key(daysFromNow(30)) });
		const at = (days: number) => createTokenFromRecord(dated, new Date(now.getTime() + days * DAY_MS), 7).status;
		assert.deepEqual([0, 22.9, 23, 29.9, 30, 23, 0].map(at), ['active', 'active', 'expiring', 'expiring', 'expired', 'expiring', 'active']);
	});

	it('shows both dates while two keys work, and one date otherwise', () => {
		const renewed = record({ key: key(daysFromNow(90)), previousKey: key(daysFromNow(1)) });
		const dates = (at: Date) => {
			const { expirationDate, renewedExpirationDate } = createTokenFromRecord(renewed, at, 7);
			return [expirationDate, renewedExpirationDate];
		};
		assert.deepEqual(dates(now), [daysFromNow(1), daysFromNow(90)]);
		assert.deepEqual(dates(new Date(daysFromNow(1))), [daysFromNow(90), null]);
	});

	it('carries nothing of its keys', () => {
		const text = JSON.stringify(createTokenFromRecord(record({}), now, 7));
		assert.ok(!/sha256|"key"|previousKey|enabled/.test(text), text);
	});
});
