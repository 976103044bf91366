import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Emitter } from '../../../src/domain/emitter';

describe('Emitter', () => {
	it('calls each listener until it is disposed of', () => {
		const emitter = new Emitter<number>();
		const received: string[] = [];
		const first = emitter.on((event) => received.push(`first ${event}`));
		emitter.on((event) => received.push(`second ${event}`));
		emitter.fire(1);
		first.dispose();
		emitter.fire(2);
		emitter.dispose();
		emitter.fire(3);
		assert.deepEqual(received, ['first 1', 'second 1', 'second 2']);
	});

	it('calls a listener once for each time it was added', () => {
		const emitter = new Emitter();
		let calls = 0;
		const listener = () => {
			calls++;
		};
		const first = emitter.on(listener);
		emitter.on(listener);
		emitter.fire();
		first.dispose();
		emitter.fire();
		assert.equal(calls, 3);
	});

	it('calls listeners that another listener removes, but not those that it adds', () => {
		const emitter = new Emitter();
		const received: string[] = [];
		emitter.on(() => {
			second.dispose();
			emitter.on(() => received.push('added'));
		});
		const second = emitter.on(() => received.push('second'));
		emitter.fire();
		assert.deepEqual(received, ['second']);
	});

	it('reports the error of a listener without failing, and calls the others', async () => {
		const emitter = new Emitter();
		const received: string[] = [];
		emitter.on(() => {
			throw new Error('no');
		});
		emitter.on(() => received.push('second'));
		// Mocha would fail the test because of the uncaught error.
		const mochaListeners = process.listeners('uncaughtException');
		process.removeAllListeners('uncaughtException');
		try {
			const reported = once(process, 'uncaughtException');
			emitter.fire();
			assert.deepEqual(received, ['second']);
			assert.deepEqual(await reported, [new Error('no'), 'uncaughtException']);
		} finally {
			mochaListeners.forEach((listener) => process.on('uncaughtException', listener));
		}
	});
});
