import assert from 'node:assert/strict';
import { addSeparators, formatEnvironmentHeader, formatEnvironmentValue } from '../../../src/requestFiles/environmentHeader';

const SHELL = formatEnvironmentHeader('shellscript')!;
const JAVASCRIPT = formatEnvironmentHeader('javascript')!;
const PYTHON = formatEnvironmentHeader('python')!;

/** Lines with `|` at the cursor, and the expected line after inserting the header. */
const LINES: readonly [header: string, line: string, expected: string][] = [
	[SHELL, 'curl| https://example.com', `curl ${SHELL} https://example.com`],
	[SHELL, 'curl https://example.com |', `curl https://example.com ${SHELL}`],
	[SHELL, 'curl https://example.com |\\', `curl https://example.com ${SHELL} \\`],
	[SHELL, '  | \\', `  ${SHELL} \\`],
	[SHELL, '|https://example.com', `${SHELL} https://example.com`],
	[SHELL, 'curl  |  https://example.com', `curl  ${SHELL}  https://example.com`],
	[JAVASCRIPT, '\t\t|', `\t\t${JAVASCRIPT}`],
	[JAVASCRIPT, 'headers: { | }', `headers: { ${JAVASCRIPT} }`],
	[JAVASCRIPT, 'headers: { |Accept: type }', `headers: { ${JAVASCRIPT}, Accept: type }`],
	[JAVASCRIPT, 'headers: { Accept: type| }', `headers: { Accept: type, ${JAVASCRIPT} }`],
	[JAVASCRIPT, "headers: { Accept: '*/*', | }", `headers: { Accept: '*/*', ${JAVASCRIPT} }`],
	[JAVASCRIPT, '|, Accept: type', `${JAVASCRIPT}, Accept: type`],
	[JAVASCRIPT, 'headers: { Accept: type  |  }', `headers: { Accept: type  , ${JAVASCRIPT}  }`],
	[JAVASCRIPT, 'headers: { |  Accept: type }', `headers: { ${JAVASCRIPT},   Accept: type }`],
	[JAVASCRIPT, 'headers: { |  , Accept: type }', `headers: { ${JAVASCRIPT}  , Accept: type }`],
	[JAVASCRIPT, 'fetch(url, { headers: {|} })', `fetch(url, { headers: {${JAVASCRIPT}} })`],
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

describe('The header from the environment', () => {
	const headers: Record<string, string | undefined> = {
		shellscript: '-H "Authorization: $CONNECT_API_KEY"',
		powershell: '-Headers @{ Authorization = $env:CONNECT_API_KEY }',
		javascript: 'Authorization: process.env.CONNECT_API_KEY',
		javascriptreact: 'Authorization: process.env.CONNECT_API_KEY',
		typescript: 'Authorization: process.env.CONNECT_API_KEY',
		typescriptreact: 'Authorization: process.env.CONNECT_API_KEY',
		python: '"Authorization": os.environ["CONNECT_API_KEY"]',
		plaintext: undefined,
	};
	for (const [language, header] of Object.entries(headers)) {
		it(`is ${header ?? 'not supported'} in ${language}`, () => {
			assert.equal(formatEnvironmentHeader(language), header);
		});
	}

	const values: Record<string, string | undefined> = {
		shellscript: '"$CONNECT_API_KEY"',
		powershell: undefined,
		javascript: 'process.env.CONNECT_API_KEY',
		javascriptreact: 'process.env.CONNECT_API_KEY',
		typescript: 'process.env.CONNECT_API_KEY',
		typescriptreact: 'process.env.CONNECT_API_KEY',
		python: 'os.environ["CONNECT_API_KEY"]',
	};
	for (const [language, value] of Object.entries(values)) {
		it(`has the value ${value ?? 'of no variable'} in ${language}`, () => {
			assert.equal(formatEnvironmentValue(language, "'"), value);
		});
	}

	it('does not replace text in backticks where those have another meaning', () => {
		const languages = ['shellscript', 'python', 'javascript'];
		assert.deepEqual(
			languages.map((language) => formatEnvironmentValue(language, '`')),
			[undefined, undefined, 'process.env.CONNECT_API_KEY'],
		);
	});
});
