import assert from 'node:assert/strict';
import { applyRowChanges, diffRows, diffTokens, planRevocations } from '../../../../src/policy/haproxy/pushPlan';

const HASHES = ['a', 'b', 'c'].map((digit) => digit.repeat(64)) as [string, string, string];

interface RowFields {
	readonly key?: string;
	readonly expires?: number;
	readonly previousKey?: string;
	readonly previousExpires?: number;
	readonly isEnabled?: boolean;
	readonly permissions?: string;
}

function createRow({
	key = HASHES[0],
	expires = 0,
	previousKey = '-',
	previousExpires = 0,
	isEnabled = true,
	permissions = 'set1',
}: RowFields = {}): string {
	return [key, expires, previousKey, previousExpires, isEnabled ? 1 : 0, permissions, '-', 'never'].join(',');
}

/** Returns the row that applies until the new policy does: the same one, another one, or none. */
function revoke(row: RowFields, newRow: RowFields | undefined): string | undefined {
	const rows = new Map([['root1/SU-000-000-001', createRow(row)]]);
	const newRows = new Map(newRow ? [['root2/SU-000-000-001', createRow(newRow)]] : []);
	const { changed, removed } = planRevocations({ root: 'root1', rows }, { root: 'root2', rows: newRows });
	assert.ok(changed.length + removed.length <= 1);
	if (removed.length > 0) {
		assert.deepEqual(removed, ['root1/SU-000-000-001']);
		return undefined;
	}
	assert.ok(changed.every(([key]) => key === 'root1/SU-000-000-001'));
	return changed[0]?.[1] ?? createRow(row);
}

describe('Plan of a push', () => {
	describe('revocations', () => {
		it('leave tokens as they are whose keys stay valid, whatever else changes', () => {
			assert.equal(revoke({}, {}), createRow());
			assert.equal(revoke({}, { permissions: 'set2' }), createRow());
			assert.equal(revoke({ isEnabled: false }, { isEnabled: true }), createRow({ isEnabled: false }));
			assert.equal(revoke({ expires: 5 }, { expires: 9 }), createRow({ expires: 5 }));
			assert.equal(revoke({ expires: 5 }, {}), createRow({ expires: 5 }));
		});

		it('delete deleted and rotated tokens', () => {
			assert.equal(revoke({}, undefined), undefined);
			assert.equal(revoke({}, { key: HASHES[1] }), undefined);
			assert.equal(revoke({ previousKey: HASHES[1], previousExpires: 5 }, { key: HASHES[2] }), undefined);
		});

		it('disable tokens without giving them new permissions', () => {
			assert.equal(revoke({}, { isEnabled: false, permissions: 'set2' }), createRow({ isEnabled: false }));
		});

		it('keep the key that a renewed token still has, but not its new one', () => {
			assert.equal(revoke({}, { key: HASHES[1], previousKey: HASHES[0], previousExpires: 7 }), createRow({ expires: 7 }));
		});

		it('end the previous key', () => {
			assert.equal(revoke({ previousKey: HASHES[1], previousExpires: 5 }, {}), createRow());
			assert.equal(
				revoke({ previousKey: HASHES[1], previousExpires: 5 }, { key: HASHES[1], expires: 3 }),
				createRow({ key: HASHES[1], expires: 3 }),
			);
		});

		it('shorten the life of a key', () => {
			assert.equal(revoke({ expires: 9 }, { expires: 5 }), createRow({ expires: 5 }));
			assert.equal(revoke({}, { expires: 5 }), createRow({ expires: 5 }));
		});
	});

	it('finds the rows that a map lacks, that differ, and that it has in addition', () => {
		const current = new Map([
			['same', '1'],
			['changed', '1'],
			['removed', '1'],
			['ambiguous', ''],
		]);
		const wanted = new Map([
			['same', '1'],
			['changed', '2'],
			['added', '1'],
			['ambiguous', '1'],
		]);
		const { added, changed, removed } = diffRows(current, wanted);
		assert.deepEqual(added, [['added', '1']]);
		assert.deepEqual(changed, [
			['changed', '2'],
			['ambiguous', '1'],
		]);
		assert.deepEqual(removed, ['removed']);
		const result = new Map([...applyRowChanges(current, { changed, removed }), ...added]);
		assert.deepEqual([...result].sort(), [...wanted].sort());
	});

	it('lists the tokens of one version, and what changes between two', () => {
		const rows = new Map([
			['root1/SU-000-000-001', 'a'],
			['root1/SU-000-000-002', 'b'],
			['root1/SU-000-000-003', 'c'],
			['root2/SU-000-000-002', 'b'],
			['root2/SU-000-000-003', 'd'],
			['root2/SU-000-000-004', 'e'],
		]);
		assert.deepEqual(diffTokens({ root: 'root1', rows }, { root: 'root2', rows }), {
			added: ['SU-000-000-004'],
			changed: ['SU-000-000-003'],
			removed: ['SU-000-000-001'],
		});
	});
});
