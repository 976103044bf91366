import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { limitRate } from '../../src/broker/limitRate';
import { eventually } from '../support/eventually';

describe('A program of a task that prints without end', function () {
	this.timeout(60_000);

	it('waits, so that its output does not fill the memory of the window', async () => {
		const program = spawn(process.execPath, ['-e', 'for (;;) require("node:fs").writeSync(1, "x".repeat(60_000))']);
		try {
			let length = 0;
			let pauses = 0;
			let atPause = 0;
			program.stdout.on('data', (chunk: Buffer) => (length += chunk.length));
			program.stdout.on('pause', () => {
				pauses++;
				// At most one chunk is more than what's read between two pauses.
				assert.ok(length - atPause < 200_000);
				atPause = length;
			});
			limitRate(program.stdout);
			await eventually(() => assert.ok(pauses >= 5));
		} finally {
			program.kill('SIGKILL');
		}
	});

	it('loses no output', async () => {
		const program = spawn(process.execPath, ['-e', 'process.stdout.write("x".repeat(1_000_000))']);
		let length = 0;
		program.stdout.on('data', (chunk: Buffer) => (length += chunk.length));
		limitRate(program.stdout);
		await once(program, 'close');
		assert.equal(length, 1_000_000);
	});
});
