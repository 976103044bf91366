import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
	parseMarkdown,
	parseRequestFile,
	findRequestAt,
	findRequestInFile,
	type HttpRequest,
} from '../../../src/requestFiles/requestFileParser';
import { mutateFile, requestFiles } from './requestFileGenerator';

const text = `@host = https://example.com

###
# @name first
GET {{host}}/things
  ?limit=1
# a comment
&in(status,(a))
Accept: */*
#Note: a comment
x-empty:
Authorization:  Basic x

body
### second
curl 'https://example.com' -d x
### third
MQTT mqtt://example.com
topic: a
`;

function slice({ start, end }: { readonly start: number; readonly end: number }): string {
	return text.slice(start, end);
}

describe('The request file parser', function () {
	this.timeout(60_000);
	const { requests } = parseRequestFile(text);
	const first = requests[0] as HttpRequest;

	it('returns the requests with the cursor positions that select them', () => {
		assert.deepEqual(
			requests.map(({ kind, range }) => [kind, slice(range)]),
			[
				['http', text.slice(0, text.indexOf('### second') - 1)],
				['curl', "### second\ncurl 'https://example.com' -d x"],
				['broker', '### third\nMQTT mqtt://example.com\ntopic: a\n'],
			],
		);
	});

	it('returns URL lines, headers, and where the headers end', () => {
		assert.equal(slice(first.requestLine), 'GET {{host}}/things');
		assert.deepEqual(first.continuations.map(slice), ['  ?limit=1', '&in(status,(a))']);
		assert.deepEqual(
			first.headers.map(({ name, value, range }) => [name, slice(value), slice(range)]),
			[
				['Accept', '*/*', 'Accept: */*\n'],
				['x-empty', '', 'x-empty:\n'],
				['Authorization', 'Basic x', 'Authorization:  Basic x\n'],
			],
		);
		assert.equal(text.slice(first.headersEnd), text.slice(text.indexOf('\nbody')));
		assert.equal(text.slice(first.httpYacHeadersEnd), text.slice(text.indexOf('&in')));
	});

	it('returns the words of a cURL command', () => {
		const curl = requests[1]!;
		assert.ok(curl.kind === 'curl');
		assert.deepEqual(
			curl.words.map((word) => [word.value, slice(word)]),
			[
				['curl', 'curl'],
				['https://example.com', "'https://example.com'"],
				['-d', '-d'],
				['x', 'x'],
			],
		);
	});

	it("returns ordered ranges that don't overlap", () => {
		fc.assert(
			fc.property(mutateFile(requestFiles()), (file) => {
				let end = -1;
				for (const { range, requestLine } of parseRequestFile(file).requests) {
					assert.ok(end < range.start && range.start <= requestLine.start && requestLine.end <= range.end);
					end = range.end;
				}
				assert.ok(end <= file.length);
			}),
			{ numRuns: 3000 },
		);
	});

	it('returns the same request at a cursor without parsing the whole file', () => {
		fc.assert(
			fc.property(mutateFile(requestFiles()), fc.nat(), (file, at) => {
				const offset = at % (file.length + 1);
				const whole = findRequestAt(parseRequestFile(file).requests, offset);
				const local = findRequestInFile(file, offset);
				// If parsing starts in the middle, the range can't start before it.
				assert.deepEqual(local && { ...local, range: local.range.end }, whole && { ...whole, range: whole.range.end });
			}),
			{ numRuns: 5000 },
		);
	});

	it('parses a Markdown fence like a file', () => {
		fc.assert(
			fc.property(requestFiles(), fc.constantFrom('\n', '\r\n'), ({ text: file }, lineBreak) => {
				const before = `# Title${lineBreak}\`\`\`\`http${lineBreak}`;
				const [fence, ...others] = parseMarkdown(`${before}${file}${lineBreak}\`\`\`\`${lineBreak}`);
				assert.equal(others.length, 0);
				assert.deepEqual(
					fence?.requests.map(({ requestLine }) => requestLine.start - before.length),
					parseRequestFile(file).requests.map(({ requestLine }) => requestLine.start),
				);
			}),
			{ numRuns: 1000 },
		);
	});
});
