import assert from 'node:assert/strict';
import { OrderedOutput } from '../../support/runner/orderedOutput';

describe('the output of tasks that run at the same time', () => {
	it('is printed at once for the first task, and for the others when all before them have ended', () => {
		const printed: string[] = [];
		const output = new OrderedOutput((text) => printed.push(text));
		const [first, second, third] = [output.open(), output.open(), output.open()];
		third.write('third ');
		third.end();
		first.write('first ');
		assert.deepEqual(printed, ['first ']);
		second.write('second ');
		first.end();
		assert.deepEqual(printed, ['first ', 'second ']);
		second.write('and more ');
		assert.deepEqual(printed, ['first ', 'second ', 'and more ']);
		second.end();
		assert.deepEqual(printed, ['first ', 'second ', 'and more ', 'third ']);
	});
});
