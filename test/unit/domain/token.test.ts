import assert from 'node:assert/strict';
import type { TokenRecord } from '../../../src/domain/token';
import { tokenAt } from '../../../src/domain/token';

const DAY = 86_400_000;
const now = new Date('2030-06-15T12:00:00.000Z');
const inDays = (days: number) => new Date(now.getTime() + days * DAY).toISOString();
const key = (expirationDate: string | null) => ({ id: 'key', sha256: '00'.repeat(32), issuedAt: inDays(-30), expirationDate });

function record(changes: Partial<TokenRecord>): TokenRecord {
	const by = { at: inDays(-30), by: 'someone' };
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
		['with more days left than the threshold', { key: key(new Date(now.getTime() + 7 * DAY + 1).toISOString()) }, 'active'],
		['with just the threshold left', { key: key(inDays(7)) }, 'expiring'],
		['with a millisecond left', { key: key(new Date(now.getTime() + 1).toISOString()) }, 'expiring'],
		['at its very date', { key: key(now.toISOString()) }, 'expired'],
		['past its date', { key: key(inDays(-1)) }, 'expired'],
		['renewed, its previous key still working', { key: key(inDays(90)), previousKey: key(inDays(1)) }, 'revitalised'],
		['renewed, its previous key over', { key: key(inDays(90)), previousKey: key(inDays(-1)) }, 'active'],
		['disabled', { enabled: false }, 'inactive'],
		['disabled and past its date', { enabled: false, key: key(inDays(-1)) }, 'inactive'],
	];
	for (const [what, changes, status] of cases) {
		it(`${what} is ${status}`, () => {
			assert.equal(tokenAt(record(changes), now, 7).status, status);
		});
	}

	it('moves from active over expiring to expired as the clock goes on, and back when it is set back', () => {
		const dated = record({ key: key(inDays(30)) });
		const at = (days: number) => tokenAt(dated, new Date(now.getTime() + days * DAY), 7).status;
		assert.deepEqual([0, 22.9, 23, 29.9, 30, 23, 0].map(at), ['active', 'active', 'expiring', 'expiring', 'expired', 'expiring', 'active']);
	});

	it('shows both dates while two keys work, and one date otherwise', () => {
		const renewed = record({ key: key(inDays(90)), previousKey: key(inDays(1)) });
		const dates = (at: Date) => {
			const { expirationDate, renewedExpirationDate } = tokenAt(renewed, at, 7);
			return [expirationDate, renewedExpirationDate];
		};
		assert.deepEqual(dates(now), [inDays(1), inDays(90)]);
		assert.deepEqual(dates(new Date(inDays(1))), [inDays(90), null]);
	});

	it('carries nothing of its keys', () => {
		const text = JSON.stringify(tokenAt(record({}), now, 7));
		assert.ok(!/sha256|"key"|previousKey|enabled/.test(text), text);
	});
});
