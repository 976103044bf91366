import assert from 'node:assert/strict';
import { createTokenFromRecord, getValidKeys, isUsable, type TokenRecord, type TokenStatus } from '../../../src/domain/token';

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

describe('Token', () => {
	const cases: [string, Partial<TokenRecord>, string][] = [
		['without expiration', {}, 'active'],
		['with more days left than the threshold', { key: key(new Date(now.getTime() + 7 * DAY_MS + 1).toISOString()) }, 'active'],
		['with exactly the threshold left', { key: key(daysFromNow(7)) }, 'expiring'],
		['issued for 7 days just now', { key: { ...key(daysFromNow(7)), issuedAt: now.toISOString() } }, 'active'],
		[
			'issued for 8 days, with a little more than 2 days left',
			{ key: { ...key(daysFromNow(2.001)), issuedAt: daysFromNow(-5.999) } },
			'active',
		],
		['issued for 8 days, with 2 days left', { key: { ...key(daysFromNow(2)), issuedAt: daysFromNow(-6) } }, 'expiring'],
		['issued for 400 days, with 8 days left', { key: { ...key(daysFromNow(8)), issuedAt: daysFromNow(-392) } }, 'active'],
		['issued after its expiration date', { key: { ...key(daysFromNow(1)), issuedAt: daysFromNow(2) } }, 'active'],
		['with a millisecond left', { key: key(new Date(now.getTime() + 1).toISOString()) }, 'expiring'],
		['at its expiration date', { key: key(now.toISOString()) }, 'expired'],
		['past its expiration date', { key: key(daysFromNow(-1)) }, 'expired'],
		['renewed with a valid previous key', { key: key(daysFromNow(90)), previousKey: key(daysFromNow(1)) }, 'revitalised'],
		['renewed with an expired previous key', { key: key(daysFromNow(90)), previousKey: key(daysFromNow(-1)) }, 'active'],
		['disabled', { enabled: false }, 'inactive'],
		['disabled and past its expiration date', { enabled: false, key: key(daysFromNow(-1)) }, 'inactive'],
	];
	for (const [description, changes, status] of cases) {
		it(`${description} is ${status}`, () => {
			assert.equal(createTokenFromRecord(record(changes), now, 7).status, status);
		});
	}

	it('changes from active to expiring to expired over time, and back if the clock is set back', () => {
		const dated = record({ key: key(daysFromNow(30)) });
		const at = (days: number) => createTokenFromRecord(dated, new Date(now.getTime() + days * DAY_MS), 7).status;
		assert.deepEqual([0, 22.9, 23, 29.9, 30, 23, 0].map(at), ['active', 'active', 'expiring', 'expiring', 'expired', 'expiring', 'active']);
	});

	it('has both dates while two keys are valid, and one otherwise', () => {
		const renewed = record({ key: key(daysFromNow(90)), previousKey: key(daysFromNow(1)) });
		const dates = (at: Date) => {
			const { expirationDate, renewedExpirationDate } = createTokenFromRecord(renewed, at, 7);
			return [expirationDate, renewedExpirationDate];
		};
		assert.deepEqual(dates(now), [daysFromNow(1), daysFromNow(90)]);
		assert.deepEqual(dates(new Date(daysFromNow(1))), [daysFromNow(90), null]);
	});

	it('has its current key and, until that expires, its previous one', () => {
		const renewed = record({ key: { ...key(daysFromNow(90)), id: 'new' }, previousKey: { ...key(daysFromNow(1)), id: 'old' } });
		const ids = (at: string) => getValidKeys(renewed, new Date(at)).map(({ which, key: { id } }) => `${which} ${id}`);
		assert.deepEqual(ids(now.toISOString()), ['current new', 'previous old']);
		assert.deepEqual(ids(daysFromNow(1)), ['current new']);
		assert.deepEqual(ids(daysFromNow(91)), ['current new']);
		assert.equal(getValidKeys(record({}), now).length, 1);
	});

	it('is usable unless it is disabled or has expired', () => {
		const statuses: readonly TokenStatus[] = ['active', 'expiring', 'revitalised', 'expired', 'inactive', 'other'];
		assert.deepEqual(
			statuses.filter((status) => isUsable({ status })),
			['active', 'expiring', 'revitalised', 'other'],
		);
	});

	it('has all properties of its record that are not about its keys, and no others', () => {
		const end = new Date(now.getTime() + 3_600_000).toISOString();
		const complete: Required<TokenRecord> = {
			...record({}),
			key: { ...record({}).key, issuedAt: now.toISOString(), expirationDate: end },
			limits: { total: 1 },
			approval: 'writes',
			lease: { task: 'Read the assets', agent: 'Test' },
		};
		for (const [stored, hasRules, keyDates] of [
			[complete, true, [end, now.toISOString()]],
			[record({}), false, [null, daysFromNow(-30)]],
		] as const) {
			const { enabled: _enabled, key: _key, previousKey: _previousKey, ...properties } = stored;
			const { status, expirationDate, renewedExpirationDate, keyIssuedAt, ...others } = createTokenFromRecord(stored, now, 7);
			assert.deepEqual(others, properties);
			assert.deepEqual([status, renewedExpirationDate], ['active', null]);
			assert.deepEqual([expirationDate, keyIssuedAt], keyDates);
			assert.equal('limits' in others && 'approval' in others, hasRules);
		}
	});

	it('contains nothing about its keys', () => {
		const text = JSON.stringify(createTokenFromRecord(record({}), now, 7));
		assert.ok(!/sha256|"key"|previousKey|enabled/.test(text), text);
	});
});
