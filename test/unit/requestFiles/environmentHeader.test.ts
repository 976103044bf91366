import assert from 'node:assert/strict';
import { formatEnvironmentHeader, addSeparators } from '../../../src/requestFiles/environmentHeader';

const SHELL = formatEnvironmentHeader('shellscript')!;
const JAVASCRIPT = formatEnvironmentHeader('javascript')!;
const PYTHON = formatEnvironmentHeader('python')!;

/** Lines with `|` at the cursor, and the expected line after inserting the header. */
const LINES: readonly [header: string, line: string, expected: string][] = [
	[SHELL, 'curl| https://example.com', `curl ${SHELL} https://example.com`],
	[SHELL, 'curl https://example.com |', `curl https://example.com ${SHELL}`],
	[SHELL, 'curl https://example.com |\\', `curl https://example.com ${SHELL} \\`],
	[SHELL, '  | \\', `  ${SHELL} \\`],
	[JAVASCRIPT, '\t\t|', `\t\t${JAVASCRIPT}`],
	[JAVASCRIPT, 'headers: { | }', `headers: { ${JAVASCRIPT} }`],
	[JAVASCRIPT, 'headers: { |Accept: type }', `headers: { ${JAVASCRIPT}, Accept: type }`],
	[JAVASCRIPT, 'headers: { Accept: type| }', `headers: { Accept: type, ${JAVASCRIPT} }`],
	[JAVASCRIPT, "headers: { Accept: '*/*', | }", `headers: { Accept: '*/*', ${JAVASCRIPT} }`],
	[JAVASCRIPT, '|, Accept: type', `${JAVASCRIPT}, Accept: type`],
	[PYTHON, 'headers={|"Accept": "*/*"}', `headers={${PYTHON}, "Accept": "*/*"}`],
	[PYTHON, 'headers={"Accept": "*/*"|})', `headers={"Accept": "*/*", ${PYTHON}})`],
];

describe('Inserting the header in code', () => {
	for (const [header, line, expected] of LINES) {
		it(`creates ${expected}`, () => {
			const [before = '', after = ''] = line.split('|');
			assert.equal(before + addSeparators(header, before, after) + after, expected);
		});
	}
});
