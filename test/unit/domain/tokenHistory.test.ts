import assert from 'node:assert/strict';
import {
	addEvent,
	completeHistory,
	createEvent,
	MAX_HISTORY_EVENTS,
	type HistoryByToken,
	type HistoryEvent,
} from '../../../src/domain/tokenHistory';
import { exampleRecord } from '../../support/page/exampleToken';

const NOW = new Date('2030-03-01T09:30:00.000Z');
const ID = 'SU-000-000-001';
const created = { at: '2030-01-01T00:00:00.000Z', by: 'ada' };

const eventAt = (kind: HistoryEvent['kind'], day: number): HistoryEvent => ({
	kind,
	at: `2030-01-${String(day).padStart(2, '0')}T00:00:00.000Z`,
	by: 'grace',
});

describe('The event of an action', () => {
	const before = exampleRecord(NOW, {}, () => '');
	const updated = { at: NOW.toISOString(), by: 'grace' };

	it('has the time and the author of the change', () => {
		assert.deepEqual(createEvent('rotate', before, { ...before, updated }), { kind: 'rotated', ...updated });
		assert.deepEqual(createEvent('endPreviousKey', before, { ...before, updated }), { kind: 'previousKeyEnded', ...updated });
		assert.deepEqual(createEvent('disable', before, { ...before, enabled: false, updated }), { kind: 'disabled', ...updated });
	});

	it('names the properties that an edit changed, and none of their values', () => {
		const after = { ...before, name: 'Renamed', externalId: null, permissions: ['usage', 'billing'], updated };
		assert.deepEqual(createEvent('edit', before, after), { kind: 'edited', ...updated, fields: ['name', 'externalId', 'permissions'] });
		const reordered = { ...before, permissions: [...before.permissions].reverse(), updated };
		assert.deepEqual(createEvent('edit', before, reordered), { kind: 'edited', ...updated });
		const limited = { ...before, limits: { rate: { requests: 10, per: 'minute' }, total: 5 }, approval: 'writes', updated } as const;
		assert.deepEqual(createEvent('edit', before, limited).fields, ['limits', 'approval']);
		assert.deepEqual(
			createEvent('edit', limited, { ...limited, limits: { total: 5, rate: { per: 'minute', requests: 10 } } }).fields,
			undefined,
		);
		assert.deepEqual(createEvent('edit', limited, { ...limited, limits: { total: 6 } }).fields, ['limits']);
		assert.deepEqual(createEvent('edit', limited, { ...before, updated }).fields, ['limits', 'approval']);
	});
});

describe('The history of tokens', () => {
	it('keeps a limited number of events of each token', () => {
		let history: HistoryByToken = { 'SU-000-000-002': [eventAt('created', 1)] };
		for (let count = 0; count < MAX_HISTORY_EVENTS + 5; count++) {
			history = addEvent(history, ID, { ...eventAt('edited', 2), by: String(count) });
		}
		assert.equal(history[ID]?.length, MAX_HISTORY_EVENTS);
		assert.deepEqual([history[ID][0]?.by, history[ID].at(-1)?.by], ['5', String(MAX_HISTORY_EVENTS + 4)]);
		assert.equal(history['SU-000-000-002']?.length, 1);
	});

	it('starts over with a token that has the ID of an earlier one', () => {
		const history = { [ID]: [eventAt('created', 1), eventAt('rotated', 2)] };
		assert.deepEqual(addEvent(history, ID, eventAt('imported', 3)), { [ID]: [eventAt('imported', 3)] });
	});

	it('is shown newest first', () => {
		const events = [eventAt('imported', 1), eventAt('disabled', 2), eventAt('enabled', 3)];
		assert.deepEqual(completeHistory(events, { created, updated: eventAt('enabled', 3) }), [...events].reverse());
	});

	it('has at least what the token itself says', () => {
		assert.deepEqual(completeHistory([], { created, updated: created }), [{ kind: 'created', ...created }]);
		const { at, by } = eventAt('edited', 9);
		assert.deepEqual(completeHistory([eventAt('rotated', 2)], { created, updated: { at, by } }), [
			{ kind: 'changed', at, by },
			eventAt('rotated', 2),
			{ kind: 'created', ...created },
		]);
	});
});
