import assert from 'node:assert/strict';
import type { UsageByToken } from '../../src/domain/tokenUsage';
import { UsageRecorder } from '../../src/gateway/usageRecorder';
import { eventually } from '../support/eventually';

describe('UsageRecorder', () => {
	let now: Date;
	let written: UsageByToken[];
	let failure: Error | undefined;
	let failures: unknown[];
	let recorder: UsageRecorder;

	beforeEach(() => {
		now = new Date('2030-06-15T12:00:00.000Z');
		written = [];
		failure = undefined;
		failures = [];
		recorder = new UsageRecorder(
			(usage) => (failure ? Promise.reject(failure) : Promise.resolve(void written.push(usage))),
			() => now,
			(error) => failures.push(error),
		);
	});

	it('writes one batch for everything that was counted, and none if nothing was', async () => {
		for (const status of [200, 200, 404]) {
			recorder.recordResponse('SU-1', status);
		}
		recorder.recordResponse('SU-2', 101);
		await eventually(() => assert.equal(written.length, 1));
		const days = (statuses: Record<string, number>) => ({
			days: [{ date: '2030-06-15', statuses }],
			hours: [{ hour: '2030-06-15T12', statuses }],
			lastUsed: '2030-06-15T12:00:00.000Z',
		});
		assert.deepEqual(written, [{ 'SU-1': days({ 200: 2, 404: 1 }), 'SU-2': days({ 101: 1 }) }]);
		await recorder.flush();
		assert.equal(written.length, 1);
	});

	it('counts a response for the day and the hour it was sent, and keeps the time of the last one', async () => {
		recorder.recordResponse('SU-1', 200);
		now = new Date('2030-06-16T00:00:00.000Z');
		recorder.recordResponse('SU-1', 500);
		now = new Date('2030-06-15T23:59:59.999Z');
		recorder.recordResponse('SU-1', 200);
		now = new Date('2030-06-15T22:59:59.999Z');
		recorder.recordResponse('SU-1', 200);
		await recorder.flush();
		assert.deepEqual(written, [
			{
				'SU-1': {
					days: [
						{ date: '2030-06-15', statuses: { 200: 3 } },
						{ date: '2030-06-16', statuses: { 500: 1 } },
					],
					hours: [
						{ hour: '2030-06-15T12', statuses: { 200: 1 } },
						{ hour: '2030-06-15T22', statuses: { 200: 1 } },
						{ hour: '2030-06-15T23', statuses: { 200: 1 } },
						{ hour: '2030-06-16T00', statuses: { 500: 1 } },
					],
					lastUsed: '2030-06-16T00:00:00.000Z',
				},
			},
		]);
	});

	it('counts requests by day, module, and whether they read', async () => {
		recorder.recordRequest('SU-1', 'products', true);
		recorder.recordRequest('SU-1', 'products', true);
		recorder.recordRequest('SU-1', 'products', false);
		recorder.recordResponse('SU-1', 200);
		recorder.recordRequest('SU-2', 'constructor', false);
		now = new Date('2030-06-16T00:00:00.000Z');
		recorder.recordRequest('SU-1', 'billing', true);
		await recorder.flush();
		assert.deepEqual(written, [
			{
				'SU-1': {
					days: [
						{ date: '2030-06-15', statuses: { 200: 1 }, modules: { products: { read: 2, write: 1 } } },
						{ date: '2030-06-16', statuses: {}, modules: { billing: { read: 1, write: 0 } } },
					],
					hours: [{ hour: '2030-06-15T12', statuses: { 200: 1 } }],
					lastUsed: '2030-06-15T12:00:00.000Z',
				},
				// There's no response yet.
				'SU-2': { days: [{ date: '2030-06-15', statuses: {}, modules: { constructor: { read: 0, write: 1 } } }], lastUsed: null },
			},
		]);
	});

	it('keeps requests that could not be written', async () => {
		failure = new Error('Disk full');
		recorder.recordRequest('SU-1', 'products', true);
		recorder.recordRequest('SU-1', 'products', false);
		await recorder.flush();
		recorder.recordRequest('SU-1', 'products', false);
		recorder.recordRequest('SU-1', 'usage', false);
		failure = undefined;
		await recorder.flush();
		const modules = { products: { read: 1, write: 2 }, usage: { read: 0, write: 1 } };
		assert.deepEqual(written, [{ 'SU-1': { days: [{ date: '2030-06-15', statuses: {}, modules }], lastUsed: null } }]);
	});

	it('keeps counts that could not be written and adds later ones to them', async () => {
		failure = new Error('Disk full');
		recorder.recordResponse('SU-1', 200);
		await recorder.flush();
		recorder.recordResponse('SU-1', 200);
		recorder.recordResponse('SU-1', 204);
		await recorder.flush();
		assert.deepEqual(failures, [failure, failure]);
		failure = undefined;
		await recorder.flush();
		assert.deepEqual(
			written.map(({ 'SU-1': usage }) => usage?.days[0]?.statuses),
			[{ 200: 2, 204: 1 }],
		);
	});

	it('counts a million responses', () => {
		for (let count = 0; count < 1_000_000; count++) {
			recorder.recordResponse('SU-1', 200 + (count % 3));
		}
		return recorder
			.flush()
			.then(() => assert.deepEqual(written[0]?.['SU-1']?.days[0]?.statuses, { 200: 333_334, 201: 333_333, 202: 333_333 }));
	});
});
