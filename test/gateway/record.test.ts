import assert from 'node:assert/strict';
import type { Counted } from '../../src/domain/statistics';
import { Recorder } from '../../src/gateway/record';
import { eventually } from '../support/eventually';

describe('the recorder of the gateway', () => {
	let now: Date;
	let written: Counted[];
	let failure: Error | undefined;
	let failures: unknown[];
	let recorder: Recorder;

	beforeEach(() => {
		now = new Date('2030-06-15T12:00:00.000Z');
		written = [];
		failure = undefined;
		failures = [];
		recorder = new Recorder(
			(counted) => (failure ? Promise.reject(failure) : Promise.resolve(void written.push(counted))),
			() => now,
			(error) => failures.push(error),
		);
	});

	it('writes one batch for all that was counted meanwhile, and none without a count', async () => {
		for (const status of [200, 200, 404]) {
			recorder.count('SU-1', status);
		}
		recorder.count('SU-2', 101);
		await eventually(() => assert.equal(written.length, 1));
		const days = (statuses: Record<string, number>) => ({ days: [{ date: '2030-06-15', statuses }], lastUsed: '2030-06-15T12:00:00.000Z' });
		assert.deepEqual(written, [{ 'SU-1': days({ 200: 2, 404: 1 }), 'SU-2': days({ 101: 1 }) }]);
		await recorder.flush();
		assert.equal(written.length, 1);
	});

	it('counts for the day on which a response was sent, and knows the last', async () => {
		recorder.count('SU-1', 200);
		now = new Date('2030-06-16T00:00:00.000Z');
		recorder.count('SU-1', 500);
		now = new Date('2030-06-15T23:59:59.999Z');
		recorder.count('SU-1', 200);
		await recorder.flush();
		assert.deepEqual(written, [
			{
				'SU-1': {
					days: [
						{ date: '2030-06-15', statuses: { 200: 2 } },
						{ date: '2030-06-16', statuses: { 500: 1 } },
					],
					lastUsed: '2030-06-16T00:00:00.000Z',
				},
			},
		]);
	});

	it('keeps what could not be written for the next time, with what came since', async () => {
		failure = new Error('full');
		recorder.count('SU-1', 200);
		await recorder.flush();
		recorder.count('SU-1', 200);
		recorder.count('SU-1', 204);
		await recorder.flush();
		assert.deepEqual(failures, [failure, failure]);
		failure = undefined;
		await recorder.flush();
		assert.deepEqual(
			written.map(({ 'SU-1': uses }) => uses?.days[0]?.statuses),
			[{ 200: 2, 204: 1 }],
		);
	});

	it('takes no more room for a million responses than for one of each status', () => {
		for (let count = 0; count < 1_000_000; count++) {
			recorder.count('SU-1', 200 + (count % 3));
		}
		return recorder
			.flush()
			.then(() => assert.deepEqual(written[0]?.['SU-1']?.days[0]?.statuses, { 200: 333_334, 201: 333_333, 202: 333_333 }));
	});
});
