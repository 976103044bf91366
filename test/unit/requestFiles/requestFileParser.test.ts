import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
	parseMarkdown,
	parseRequestFile,
	findRequestAt,
	findRequestInFile,
	findRequestInMarkdown,
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

	const requestLines: [lines: string[], expected: string[]][] = [
		[['REPORT something'], ['REPORT something']],
		[['MKCALENDAR something'], ['MKCALENDAR something']],
		[['GRPC something'], ['GRPC something']],
		[['WSS something'], ['WSS something']],
		[['FETCH something'], []],
		[
			['GET http://a', '', 'REPORT http://b'],
			['GET http://a', 'REPORT http://b'],
		],
		[
			['GET http://a', '', 'WEBSOCKET ws://b'],
			['GET http://a', 'WEBSOCKET ws://b'],
		],
		[['example.com/a is a URL'], []],
		[['example.com/a HTTP/1.1'], ['example.com/a HTTP/1.1']],
		[['FETCH http://a for details'], []],
		[
			['# a comment', 'GET http://a', '', 'GET http://b'],
			['GET http://a', 'GET http://b'],
		],
		[['# @forceRegionDelimiter', 'GET http://a', '', 'GET http://b'], ['GET http://a']],
		[['// @force-region-delimiter', 'GET http://a', '', 'GET http://b'], ['GET http://a']],
		[['{{@JS REQUEST', 'GET http://x', '}}', 'GET http://a'], ['GET http://a']],
		[['< {%', 'GET http://x', '%} x', 'GET http://y', '%}', 'GET http://a'], ['GET http://a']],
		[['/*', 'GET http://x', '*/', 'GET http://a'], ['GET http://a']],
		[['/* x', 'GET http://a', '*/'], ['GET http://a']],
		[['POST http://a', 'Content-Type: multipart/mixed', '', 'GET http://b'], ['POST http://a']],
		[
			['POST http://a', 'X-Type: multipart/mixed', '', 'GET http://b'],
			['POST http://a', 'GET http://b'],
		],
		[
			['POST http://a', 'Content-Type: text/plain; multipart/mixed', '', 'GET http://b'],
			['POST http://a', 'GET http://b'],
		],
	];
	for (const [lines, expected] of requestLines) {
		it(`finds ${expected.length === 0 ? 'no request' : expected.join(' and ')} in ${JSON.stringify(lines)}`, () => {
			const file = lines.join('\n');
			assert.deepEqual(
				parseRequestFile(file).requests.map(({ requestLine: { content, end } }) => file.slice(content, end)),
				expected,
			);
		});
	}

	it('knows the requests of message brokers in any case', () => {
		for (const line of ['AMQPS://a', 'mqtt://a', 'MQTT a', 'Amqp amqp://a']) {
			assert.equal(parseRequestFile(line).requests[0]?.kind, 'broker', line);
		}
	});

	const folded: [value: string, below: string, isFolded: boolean][] = [
		['ApiKey', '    SU-111-222-333:abc', true],
		['ApiKey', '    {{token}}', true],
		['ApiKey', '    abc.def', true],
		['ApiKey', 'SU-111-222-333:abc', false],
		['ApiKey', '    two words', false],
		['ApiKey', '    (x)', false],
		['ApiKey', '    # abc', false],
		['ApiKey', '    ?a', false],
		['ApiKey1', '    abc', false],
		['1ApiKey', '    abc', false],
		['ApiKey x', '    abc', false],
		['', '    Bearer abc', true],
		['', '    Bearer {{token}}', true],
		['', '    ApiKey SU-111-222-333:abc', true],
		['', '    ApiKey SU-111-222-333:abc def', false],
		['', '    ApiKey SU-x:abc', false],
		['', '    ApiKey (x)', false],
		['', '    1 Bearer abc', false],
		['', '    abc', false],
	];
	for (const [value, below, isFolded] of folded) {
		it(`reads ${JSON.stringify(below)} below “Authorization: ${value}” as ${isFolded ? 'its value' : 'another line'}`, () => {
			const file = `GET http://a\nAuthorization: ${value}\n${below}\nAccept: x`;
			const [request] = parseRequestFile(file).requests;
			assert.ok(request?.kind === 'http');
			const header = request.headers.find(({ name }) => name === 'Authorization')!;
			assert.equal(file.slice(header.range.start, header.range.end).includes(below), isFolded);
			assert.equal(request.headers.at(-1)!.name, 'Accept');
			assert.equal(
				request.headers.some(({ name }) => name.startsWith('SU-')),
				!isFolded && below.startsWith('SU-'),
			);
		});
	}

	it('finds the request at a cursor in any fence', () => {
		const fences = '```http\nGET http://a\n```\ntext\n```http\nGET http://b\n```';
		for (const line of ['GET http://a', 'GET http://b']) {
			assert.equal(findRequestInMarkdown(fences, fences.indexOf(line))?.requestLine.start, fences.indexOf(line));
		}
		assert.equal(findRequestInMarkdown(fences, 0)?.requestLine.start, fences.indexOf('GET http://a'));
		assert.equal(findRequestInMarkdown(fences, fences.length)?.requestLine.start, fences.indexOf('GET http://b'));
		assert.equal(findRequestInMarkdown(fences, fences.indexOf('text') + 1), undefined);
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
