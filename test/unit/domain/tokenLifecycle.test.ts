import assert from 'node:assert/strict';
import { validateDraft } from '../../../src/domain/draftValidation';
import {
	getAvailableActions,
	createTokenRecord,
	applyChanges,
	assertExpiresLater,
	findActionProblem,
	renewKey,
	rotateKey,
	getSameLifetimeExpiration,
	setRecordEnabled,
	TOKEN_ACTIONS,
	type TokenAction,
} from '../../../src/domain/tokenLifecycle';
import { createTokenFromRecord, type TokenStatus } from '../../../src/domain/token';

const DAY_MS = 86_400_000;
const start = new Date('2030-06-15T12:00:00.000Z');
const after = (days: number) => new Date(start.getTime() + days * DAY_MS);
const stampAfter = (days: number) => ({ at: after(days).toISOString(), by: `someone on day ${days}` });
const createKey = (id: string, days: number | null) => ({
	id,
	sha256: id.repeat(8),
	expirationDate: days === null ? null : after(days).toISOString(),
});

const created = createTokenRecord(
	validateDraft({ name: 'n', expirationDate: after(30).toISOString() }, start),
	'SU-000-000-001',
	{ id: 'key1', sha256: 'key1'.repeat(8) },
	stampAfter(0),
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
				assert.deepEqual(getAvailableActions(token), actions);
			});

			for (const action of TOKEN_ACTIONS.filter((candidate) => !actions.includes(candidate))) {
				it(`of a ${lifetime} ${status} token exclude ${action} with a reason`, () => {
					const { field, template, args } = findActionProblem(action, token)!;
					assert.match(template, /^[A-Z].{15,}\.$/);
					assert.deepEqual([field, args], [null, []]);
				});
			}
		}
	}
});

describe('Token lifecycle', () => {
	const status = (record: typeof created, days: number) => createTokenFromRecord(record, after(days), 7).status;

	it('starts active with the created key and expiration date', () => {
		assert.equal(status(created, 0), 'active');
		assert.deepEqual(created, {
			id: 'SU-000-000-001',
			name: 'n',
			externalId: null,
			description: '',
			extension: { id: 'EXT-000', name: 'Custom' },
			permissions: [],
			enabled: true,
			key: { ...createKey('key1', 30), issuedAt: after(0).toISOString() },
			previousKey: null,
			created: stampAfter(0),
			updated: stampAfter(0),
		});
	});

	it('disables and enables a token without other changes', () => {
		const disabled = setRecordEnabled(created, false, stampAfter(1));
		assert.equal(status(disabled, 1), 'inactive');
		assert.deepEqual(setRecordEnabled(disabled, true, created.updated), created);
		assert.deepEqual(disabled.updated, stampAfter(1));
	});

	it('leaves a single key after a rotation', () => {
		const renewed = renewKey(created, createKey('key2', 60), stampAfter(1));
		const rotated = rotateKey(renewed, createKey('key3', 90), stampAfter(2));
		assert.equal(rotated.key.id, 'key3');
		assert.equal(rotated.previousKey, null);
		assert.equal(createTokenFromRecord(rotated, after(2), 7).expirationDate, after(90).toISOString());
	});

	it('keeps a token disabled through a rotation', () => {
		assert.equal(status(rotateKey(setRecordEnabled(created, false, stampAfter(1)), createKey('key2', 60), stampAfter(2)), 3), 'inactive');
	});

	it('makes an expired token active by a rotation', () => {
		assert.equal(status(created, 31), 'expired');
		assert.equal(status(rotateKey(created, createKey('key2', 60), stampAfter(31)), 31), 'active');
	});

	it('keeps two keys after a renewal until the first one expires', () => {
		const renewed = renewKey(created, createKey('key2', 60), stampAfter(25));
		assert.equal(status(created, 25), 'expiring');
		assert.deepEqual(
			[25, 29.9, 30, 53, 60].map((days) => status(renewed, days)),
			['revitalised', 'revitalised', 'active', 'expiring', 'expired'],
		);
		assert.equal(renewed.previousKey?.id, 'key1');
	});

	it('keeps properties that an edit omits', () => {
		const edited = applyChanges(created, { name: 'other', permissions: ['usage'] }, stampAfter(3));
		assert.deepEqual(edited, { ...created, name: 'other', permissions: ['usage'], updated: stampAfter(3) });
	});

	it('removes the previous key with the first change after it has expired', () => {
		const renewed = renewKey(created, createKey('key2', 60), stampAfter(25));
		assert.equal(applyChanges(renewed, { name: 'other' }, stampAfter(29)).previousKey?.id, 'key1');
		assert.equal(applyChanges(renewed, { name: 'other' }, stampAfter(30)).previousKey, null);
		assert.equal(setRecordEnabled(renewed, false, stampAfter(31)).previousKey, null);
	});

	it('requires that a renewed key expires after the previous one', () => {
		const dates = [after(29), after(30), after(31)].map((date) => date.toISOString());
		assert.throws(() => assertExpiresLater(dates[0]!, dates[1]!), {
			message: `Invalid expirationDate: Choose a date after ${dates[1]!}, when the current key expires.`,
		});
		assert.throws(() => assertExpiresLater(dates[1]!, dates[1]!), { name: 'ProblemError' });
		assertExpiresLater(dates[2]!, dates[1]!);
		assertExpiresLater(null, dates[1]!);
		assertExpiresLater(dates[0]!, null);
	});

	it('proposes the lifetime of the current key for the next one', () => {
		assert.equal(getSameLifetimeExpiration(created.key, after(10)), after(40).toISOString());
		assert.equal(getSameLifetimeExpiration({ ...created.key, expirationDate: null }, after(10)), null);
		const last = '9999-12-31T23:59:59.999Z';
		assert.equal(getSameLifetimeExpiration({ ...created.key, expirationDate: last }, after(10)), last);
	});
});
