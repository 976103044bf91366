import assert from 'node:assert/strict';
import { textAfterMark, printWithMark } from '../../support/runner/markedOutput';
import { noResults, sumResults, totalsLine } from '../../support/runner/testResults';

describe('results of the suites', () => {
	it('are combined in one line', () => {
		const total = sumResults([
			{ passed: 400, failed: [], skipped: ['unit: one'], flaky: [] },
			{ passed: 12, failed: ['editor: other'], skipped: ['editor: two', 'editor: three'], flaky: ['editor: four'] },
		]);
		assert.equal(totalsLine(total), '412 passed, 1 failed, 3 skipped');
		assert.deepEqual(total.failed, ['editor: other']);
		assert.deepEqual(total.flaky, ['editor: four']);
	});

	it('are all zero without any suite', () => {
		assert.equal(totalsLine(sumResults([])), '0 passed, 0 failed, 0 skipped');
		assert.equal(totalsLine(noResults), '0 passed, 0 failed, 0 skipped');
	});
});

describe("lines of the report in VS Code's log", () => {
	it('are distinguished from all others', () => {
		const { log } = console;
		const printedLines: string[] = [];
		console.log = (text: string) => printedLines.push(text);
		try {
			printWithMark('%d passing', 3);
		} finally {
			console.log = log;
		}
		assert.deepEqual(printedLines.map(textAfterMark), ['3 passing']);
		assert.equal(textAfterMark('3 passing'), undefined);
	});
});
