import assert from 'node:assert/strict';
import { BUILT_IN_CATALOG } from '../../../src/domain/catalog';
import { validateDraft } from '../../../src/domain/draftValidation';
import { getStatusFindingKind } from '../../../src/domain/finding';
import { getNextExpirationDate } from '../../../src/domain/keyExpiration';
import { ENDED_LEASE_RETENTION_MS, MAX_LEASE_MS } from '../../../src/domain/lease';
import { getLeaseDeletion, isRunningLease } from '../../../src/domain/leaseEnd';
import { getNextStatusChange } from '../../../src/domain/statusSchedule';
import { createTokenFromRecord, type Stamp, type TokenDraft } from '../../../src/domain/token';
import { prepareTokenCopy } from '../../../src/domain/tokenCopy';
import { createEvent } from '../../../src/domain/tokenHistory';
import { createTokenRecord, endLease, endPreviousKey, renewKey, rotateKey, setRecordEnabled } from '../../../src/domain/tokenLifecycle';
import { createTokenReview } from '../../../src/domain/tokenReview';

const NOW = new Date('2030-01-01T00:00:00.000Z');
const MINUTE_MS = 60_000;
const after = (minutes: number) => new Date(NOW.getTime() + minutes * MINUTE_MS);
const stamp = (minutes: number): Stamp => ({ at: after(minutes).toISOString(), by: 'someone' });
const LEASE = { task: 'Check the prices', agent: 'Copilot' };
const newKey = (id: string, minutes: number) => ({ id, sha256: '0'.repeat(64), expirationDate: after(minutes).toISOString() });

const validate = (draft: Partial<TokenDraft>, catalog = BUILT_IN_CATALOG) =>
	validateDraft({ name: 'Prices', lease: LEASE, expirationDate: after(60).toISOString(), ...draft }, NOW, catalog);
const createRecord = (minutes = 60) =>
	createTokenRecord(validate({ expirationDate: after(minutes).toISOString() }), 'SU-000-000-001', newKey('k1', 0), stamp(0));
const toToken = (record: ReturnType<typeof createRecord>, minutes: number) => createTokenFromRecord(record, after(minutes), 7);

describe('A lease', () => {
	it('lasts at most 8 hours, to the millisecond', () => {
		const latest = new Date(NOW.getTime() + MAX_LEASE_MS);
		assert.equal(validate({ expirationDate: latest.toISOString() }).lease?.task, LEASE.task);
		for (const expirationDate of [null, undefined, new Date(latest.getTime() + 1).toISOString()]) {
			assert.throws(
				() => validate({ expirationDate } as never),
				/^ProblemError: Invalid expirationDate: A lease lasts at most 8 hours\. Choose a date that isn't later\.$/,
			);
		}
	});

	it('has a task and the name of an agent, each on one line', () => {
		assert.deepEqual(validate({ lease: { task: '  Check  ', agent: ' A ' } }).lease, { task: 'Check', agent: 'A' });
		assert.equal(validate({ lease: undefined } as never).lease, undefined);
		for (const [lease, message] of [
			[{ ...LEASE, task: '' }, /Invalid lease\.task: Describe the task on one line with 1 to 200 characters\./],
			[{ ...LEASE, task: 'a'.repeat(201) }, /Invalid lease\.task: Describe the task/],
			[{ ...LEASE, task: 'Check\nDeny' }, /Invalid lease\.task: Describe the task/],
			[{ ...LEASE, task: 5 }, /Invalid lease\.task: Describe the task/],
			[{ ...LEASE, agent: ' ' }, /Invalid lease\.agent: Name the agent on one line with 1 to 60 characters\./],
			[{ ...LEASE, agent: 'a\u0007' }, /Invalid lease\.agent/],
			[{ task: 'Check' }, /Invalid lease\.agent: A lease must have a task and the name of the agent/],
			[{ ...LEASE, more: 1 }, /Invalid lease\.more: A lease must have/],
			['Copilot', /Invalid lease: A lease must have/],
			[null, /Invalid lease: A lease must have/],
		] as const) {
			assert.throws(() => validate({ lease: lease as never }), message, JSON.stringify(lease));
		}
	});

	it('can only be a token of the workspace', () => {
		assert.throws(() => validate({}, { ...BUILT_IN_CATALOG, hasLeases: false }), /Only new tokens of the workspace can be leases/);
	});

	it('is active until it ends, and changes its status only then', () => {
		const record = createRecord();
		const token = toToken(record, 59);
		assert.equal(token.status, 'active');
		assert.equal(getNextStatusChange(token, after(59), 7), after(60).getTime());
		assert.equal(toToken(record, 60).status, 'expired');
		assert.equal(getStatusFindingKind(token), undefined);
		assert.deepEqual([toToken(record, 59), toToken(record, 60)].map(isRunningLease), [true, false]);
	});

	it('keeps its lifetime when it gets a new key, but cannot last longer than 8 hours from then', () => {
		const record = createRecord(60);
		assert.equal(getNextExpirationDate(record, {}, after(30)), after(90).toISOString());
		const latest = new Date(after(30).getTime() + MAX_LEASE_MS).toISOString();
		assert.equal(getNextExpirationDate(record, { expirationDate: latest }, after(30)), latest);
		for (const expirationDate of [null, new Date(Date.parse(latest) + 1).toISOString()]) {
			assert.throws(() => getNextExpirationDate(record, { expirationDate }, after(30)), /A lease lasts at most 8 hours/);
		}
		const edited = { ...record, key: { ...record.key, expirationDate: after(24 * 60).toISOString() } };
		assert.throws(() => getNextExpirationDate(edited, {}, after(30)), /A lease lasts at most 8 hours/, 'a store that was edited by hand');
	});

	it('can be ended with all of its keys, also while it is disabled', () => {
		const renewed = renewKey(createRecord(60), newKey('k2', 120), stamp(10));
		assert.equal(toToken(renewed, 11).status, 'revitalised');
		const ended = endLease(setRecordEnabled(renewed, false, stamp(15)), stamp(20));
		const token = toToken(ended, 20);
		assert.deepEqual(
			[token.status, token.expirationDate, token.renewedExpirationDate, token.updated],
			['expired', after(20).toISOString(), null, stamp(20)],
		);
		assert.deepEqual(createEvent('endLease', renewed, ended), { kind: 'leaseEnded', ...stamp(20) });
		assert.throws(() => endLease(ended, stamp(21)), /The lease SU-000-000-001 has already ended\./);
		const { lease: _lease, ...ordinary } = createRecord();
		assert.throws(() => endLease(ordinary, stamp(1)), /isn't a lease/);
		assert.throws(() => endPreviousKey(ended, stamp(21)), /has no previous key/);
	});

	it('is deleted a day after the end of its last key', () => {
		const record = createRecord(60);
		const deletion = (changed: typeof record, minutes: number) => getLeaseDeletion(toToken(changed, minutes)) - NOW.getTime();
		assert.equal(deletion(record, 0), 60 * MINUTE_MS + ENDED_LEASE_RETENTION_MS);
		assert.equal(deletion(setRecordEnabled(record, false, stamp(1)), 100), 60 * MINUTE_MS + ENDED_LEASE_RETENTION_MS);
		assert.equal(deletion(renewKey(record, newKey('k2', 120), stamp(1)), 2), 120 * MINUTE_MS + ENDED_LEASE_RETENTION_MS);
		assert.equal(deletion(rotateKey(record, newKey('k2', 200), stamp(90)), 91), 200 * MINUTE_MS + ENDED_LEASE_RETENTION_MS);
		assert.equal(deletion(endLease(record, stamp(5)), 6), 5 * MINUTE_MS + ENDED_LEASE_RETENTION_MS);
		const { lease: _lease, ...ordinary } = record;
		assert.equal(getLeaseDeletion(toToken(ordinary, 0)), Infinity);
	});

	it('needs no attention in Review Tokens, unless a file contains its key', () => {
		const review = createTokenReview(after(100 * 24 * 60));
		const input = { usage: undefined, history: [], moduleCount: 20, hasFixedModules: false };
		const token = toToken(createRecord(), 100 * 24 * 60);
		assert.deepEqual(review({ ...input, token, keyFileCount: 0 }), []);
		assert.deepEqual(review({ ...input, token, keyFileCount: 1 }), [{ kind: 'keyInFile', fileCount: 1 }]);
	});

	it('cannot be copied', () => {
		assert.throws(() => prepareTokenCopy(toToken(createRecord(), 1), (id) => id, BUILT_IN_CATALOG, NOW), /A lease can't be copied/);
	});
});
