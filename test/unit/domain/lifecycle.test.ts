import assert from 'node:assert/strict';
import { validateDraft } from '../../../src/domain/draft';
import {
	allowedActions,
	createToken,
	edit,
	refusalOf,
	renew,
	rotate,
	sameLifetime,
	setEnabled,
	tokenActions,
	type TokenAction,
} from '../../../src/domain/lifecycle';
import { tokenAt, type TokenStatus } from '../../../src/domain/token';

const DAY = 86_400_000;
const start = new Date('2030-06-15T12:00:00.000Z');
const after = (days: number) => new Date(start.getTime() + days * DAY);
const by = (days: number) => ({ at: after(days).toISOString(), by: `someone on day ${days}` });
const newKey = (id: string, days: number | null) => ({
	id,
	sha256: id.repeat(8),
	expirationDate: days === null ? null : after(days).toISOString(),
});

const created = createToken(
	validateDraft({ name: 'n', expirationDate: after(30).toISOString() }, start),
	'SU-000-000-001',
	{ id: 'key1', sha256: 'key1'.repeat(8) },
	by(0),
);

describe('actions on a token', () => {
	/** The design's table: for each status, what its menus offer. */
	const offered: Record<TokenStatus, Record<'dated' | 'perpetual', TokenAction[]>> = {
		active: { dated: ['disable', 'rotate', 'renew', 'edit', 'delete'], perpetual: ['disable', 'rotate', 'edit', 'delete'] },
		expiring: { dated: ['disable', 'rotate', 'renew', 'edit', 'delete'], perpetual: ['disable', 'rotate', 'edit', 'delete'] },
		revitalised: { dated: ['disable', 'rotate', 'edit', 'delete'], perpetual: ['disable', 'rotate', 'edit', 'delete'] },
		expired: { dated: ['rotate', 'edit', 'delete'], perpetual: ['rotate', 'edit', 'delete'] },
		inactive: { dated: ['enable', 'rotate', 'edit', 'delete'], perpetual: ['enable', 'rotate', 'edit', 'delete'] },
		other: { dated: ['delete'], perpetual: ['delete'] },
	};

	for (const [status, lifetimes] of Object.entries(offered) as [TokenStatus, (typeof offered)[TokenStatus]][]) {
		for (const [lifetime, actions] of Object.entries(lifetimes)) {
			const token = { status, expirationDate: lifetime === 'dated' ? after(30).toISOString() : null };

			it(`of a ${lifetime} ${status} token are ${actions.join(', ')}`, () => {
				assert.deepEqual(allowedActions(token), actions);
			});

			for (const action of tokenActions.filter((one) => !actions.includes(one))) {
				it(`of a ${lifetime} ${status} token leave out ${action}, with a reason`, () => {
					assert.match(refusalOf(action, token)!.template, /^[A-Z].{15,}\.$/);
				});
			}
		}
	}
});

describe('life of a token', () => {
	const status = (record: typeof created, days: number) => tokenAt(record, after(days), 7).status;

	it('begins active with the key and date it was created with', () => {
		assert.equal(status(created, 0), 'active');
		assert.deepEqual(created.created, created.updated);
		assert.deepEqual(created.key, { ...newKey('key1', 30), issuedAt: after(0).toISOString() });
	});

	it('is stopped and taken up again by disabling and enabling, which change nothing else', () => {
		const disabled = setEnabled(created, false, by(1));
		assert.equal(status(disabled, 1), 'inactive');
		assert.deepEqual(setEnabled(disabled, true, created.updated), created);
		assert.deepEqual(disabled.updated, by(1));
	});

	it('has one key after a rotation, which ends every other', () => {
		const renewed = renew(created, newKey('key2', 60), by(1));
		const rotated = rotate(renewed, newKey('key3', 90), by(2));
		assert.equal(rotated.key.id, 'key3');
		assert.equal(rotated.previousKey, null);
		assert.equal(tokenAt(rotated, after(2), 7).expirationDate, after(90).toISOString());
	});

	it('stays disabled through a rotation', () => {
		assert.equal(status(rotate(setEnabled(created, false, by(1)), newKey('key2', 60), by(2)), 3), 'inactive');
	});

	it('is brought back by a rotation once expired', () => {
		assert.equal(status(created, 31), 'expired');
		assert.equal(status(rotate(created, newKey('key2', 60), by(31)), 31), 'active');
	});

	it('has two keys after a renewal until the date of the first, then one', () => {
		const renewed = renew(created, newKey('key2', 60), by(25));
		assert.equal(status(created, 25), 'expiring');
		assert.deepEqual(
			[25, 29.9, 30, 53, 60].map((days) => status(renewed, days)),
			['revitalised', 'revitalised', 'active', 'expiring', 'expired'],
		);
		assert.equal(renewed.previousKey?.id, 'key1');
	});

	it('keeps through an edit what the edit leaves out', () => {
		const edited = edit(created, { name: 'other', permissions: ['usage'] }, by(3));
		assert.deepEqual(edited, { ...created, name: 'other', permissions: ['usage'], updated: by(3) });
	});

	it('proposes the lifetime of its key for the next one', () => {
		assert.equal(sameLifetime(created.key, after(10)), after(40).toISOString());
		assert.equal(sameLifetime({ ...created.key, expirationDate: null }, after(10)), null);
		const last = '9999-12-31T23:59:59.999Z';
		assert.equal(sameLifetime({ ...created.key, expirationDate: last }, after(10)), last);
	});
});
