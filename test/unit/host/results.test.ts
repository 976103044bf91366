import assert from 'node:assert/strict';
import { marked, printMarked } from '../../support/runner/mark';
import { none, sum, totalsLine } from '../../support/runner/results';

describe('results of the suites', () => {
	it('add up to one line', () => {
		const total = sum([
			{ passed: 400, failed: [], skipped: ['unit: one'] },
			{ passed: 12, failed: ['editor: other'], skipped: ['editor: two', 'editor: three'] },
		]);
		assert.equal(totalsLine(total), '412 passed, 1 failed, 3 skipped');
		assert.deepEqual(total.failed, ['editor: other']);
	});

	it('are all zero for nothing', () => {
		assert.equal(totalsLine(sum([])), '0 passed, 0 failed, 0 skipped');
		assert.equal(totalsLine(none), '0 passed, 0 failed, 0 skipped');
	});
});

describe('lines of the report in the log of VS Code', () => {
	it('are told from all others', () => {
		const { log } = console;
		const printed: string[] = [];
		console.log = (text: string) => printed.push(text);
		try {
			printMarked('%d passing', 3);
		} finally {
			console.log = log;
		}
		assert.deepEqual(printed.map(marked), ['3 passing']);
		assert.equal(marked('3 passing'), undefined);
	});
});
