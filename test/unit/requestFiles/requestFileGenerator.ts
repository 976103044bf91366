import fc from 'fast-check';

/** A line of a generated file, and its purpose. */
interface GeneratedLine {
	readonly role: 'above' | 'url' | 'comment' | 'header' | 'authorization' | 'rest';
	readonly text: string;
}

/** A generated file with its requests' ranges and the expected text after a header is set. */
export interface GeneratedFile {
	readonly text: string;
	/** For each request, where its block starts and its last line ends. */
	readonly blocks: readonly { readonly start: number; readonly end: number }[];
	/** Returns the text after the Authorization header of request `index` was set. */
	readonly withAuthorization: (index: number, value: string) => string;
}

const oneOf = (...texts: readonly string[]) => fc.constantFrom(...texts);
const upTo = <T>(arbitrary: fc.Arbitrary<T>, maxLength: number) => fc.array(arbitrary, { maxLength });
const lines = (role: GeneratedLine['role'], texts: readonly string[]) => texts.map((text): GeneratedLine => ({ role, text }));

const above = oneOf(
	'',
	'# a comment',
	'// GET https://commented.example.com',
	'# @name one',
	'#@note',
	'@host = https://example.com',
	'@token=abc',
	'{{\nexports.a = 1;\n}}',
	'{{@request\nexports.b = "GET https://example.com";\n}}',
	'< {%\nclient.global.set("a", "1");\n%}',
	'< {% client.global.set("a", "2"); %}',
	'/*\nGET https://commented.example.com\nAuthorization: Basic commented\n*/',
);
const separator = oneOf('###', '### Next', '####### GET https://example.com', '  ###', '###\t');
const comment = oneOf('# a comment', '// Authorization: Basic commented', '# Authorization: Basic commented', '# ?x=y', '//');
const path = oneOf('/part', '    /part/1');
const query = oneOf('?a=1', '  ?a={{b}}', '?Authorization=no', '\t?a=1&b=2');
const queryPart = oneOf('&c=3', '  &d=', '&e={{f}}');
const header = oneOf(
	'Accept: */*',
	'X-One: 1',
	'  X-Indented: 2',
	'x-two:3',
	'X-Authorization: Basic other',
	'Proxy-Authorization: Basic other',
	'X-Authorization-Note: see Authorization: Basic',
	'X-Empty:',
	'X-Variable: {{host}}',
);
const authorization = fc
	.tuple(
		oneOf('Authorization', 'authorization', 'AUTHORIZATION', '  Authorization', 'aUTHORIZATION'),
		oneOf(': ', ':', ' :', ':\t', ':   '),
		oneOf('Basic dXNlcjpw', 'ApiKey {{$processEnv CONNECT_SU_1}}', 'Bearer {{token}},', ''),
		oneOf('', ' ', '\t'),
	)
	.map((parts) => parts.join(''));
const body = oneOf(
	'{',
	'  "Authorization": "in the body",',
	'authorization: in the body',
	'Authorization: Basic body',
	'}',
	'',
	'plain text. GET started with it',
	'DELETE FROM tokens',
	'a=1&b=2',
	'# dropped',
	'\u00a0\u2003 é 漢字 🔑',
);
const after = oneOf(
	'> {%\nclient.log("GET https://example.com");\n%}',
	'?? status == 200',
	'> ./script.js',
	'{{@response\nexports.c = 3;\n}}',
);

/** Request lines that contain `url`. */
export function requestLines(url: string): readonly string[] {
	return [`GET ${url}`, `POST ${url} HTTP/1.1`, `  PUT ${url}`, url, `DELETE\t${url}`, `PATCH  ${url}  `];
}

/**
 * Request files in which REST Client and httpYac see the same requests.
 * @param url of request `index`
 */
export function requestFiles(url: (index: number) => string = () => 'https://example.com/api'): fc.Arbitrary<GeneratedFile> {
	const request = fc
		.record({
			above: upTo(above, 3),
			requestLine: fc.nat(5),
			paths: upTo(fc.oneof(path, comment), 2),
			query: fc.option(query),
			queryParts: upTo(fc.oneof(queryPart, comment), 3),
			headers: upTo(fc.oneof({ weight: 4, arbitrary: header }, comment), 4),
			authorizations: upTo(fc.tuple(authorization, fc.nat(4)), 2),
			body: fc.option(fc.array(body, { minLength: 1, maxLength: 5 })),
			after: upTo(after, 1),
		})
		.map((parts) => (index: number): GeneratedLine[] => {
			const url0 = requestLines(url(index))[parts.requestLine]!;
			const urlLines = [...parts.paths, ...(parts.query === null ? [] : [parts.query, ...parts.queryParts])];
			const headers = lines('header', parts.headers);
			for (const [text, at] of parts.authorizations) {
				headers.splice(at, 0, { role: 'authorization', text });
			}
			return [
				...lines(
					'above',
					parts.above.flatMap((text) => text.split('\n')),
				),
				{ role: 'url', text: url0 },
				...urlLines.map((text): GeneratedLine => ({ role: /^\s*(?:#|\/\/)/.test(text) ? 'comment' : 'url', text })),
				...headers,
				...lines('rest', parts.body ? ['', ...parts.body] : []),
				...lines('rest', [...(parts.after.length > 0 ? [''] : []), ...parts.after.flatMap((text) => text.split('\n'))]),
			];
		});
	return fc
		.record({
			first: fc.option(above),
			requests: fc.array(fc.tuple(separator, request), { minLength: 1, maxLength: 4 }),
			hasFirstSeparator: fc.boolean(),
			lineBreaks: fc.oneof(fc.constant(['\n']), fc.constant(['\r\n']), fc.array(oneOf('\n', '\r\n'), { minLength: 2, maxLength: 7 })),
			start: oneOf('', '', '\ufeff'),
			endsWithLineBreak: fc.boolean(),
		})
		.map(({ requests, hasFirstSeparator, lineBreaks, start, endsWithLineBreak }) => {
			const blocks = requests.map(([text, createLines], index) => [
				...(index > 0 || hasFirstSeparator ? lines('above', [text]) : []),
				...createLines(index),
			]);
			return write(blocks, lineBreaks, start, endsWithLineBreak);
		});
}

function write(
	blocks: readonly (readonly GeneratedLine[])[],
	lineBreaks: readonly string[],
	start: string,
	endsWithLineBreak: boolean,
): GeneratedFile {
	const count = blocks.flat().length;
	let written = 0;
	const blocksWithBreaks = blocks.map((block) =>
		block.map((line) => ({
			...line,
			lineBreak: ++written === count && !endsWithLineBreak ? '' : lineBreaks[written % lineBreaks.length]!,
		})),
	);
	const joinLines = (lines: readonly { text: string; lineBreak: string }[]) =>
		lines.map(({ text, lineBreak }) => text + lineBreak).join('');
	let offset = start.length;
	const ranges = blocksWithBreaks.map((block, index) => {
		const range = { start: index === 0 ? 0 : offset, end: offset + joinLines(block).length };
		offset = range.end;
		return { start: range.start, end: range.end - (block.at(-1)?.lineBreak.length ?? 0) };
	});
	const withAuthorization = (index: number, value: string): string => {
		const all = blocksWithBreaks.flat();
		const block = blocksWithBreaks[index]!;
		const isFirst = (line: GeneratedLine) => line === block.find(({ role }) => role === 'authorization');
		const lastOfUrl = block.findLast(({ role }) => role === 'url')!;
		const previousBreak = all[all.indexOf(lastOfUrl) - 1]?.lineBreak ?? '\n';
		const changed = block.flatMap((line) => {
			if (line.role === 'authorization') {
				const [name = '', gap = ''] = /^[^:]*:(\s*)/.exec(line.text) ?? [];
				const [trailing = ''] = /\s*$/.exec(line.text.slice(name.length)) ?? [];
				return isFirst(line) ? [{ ...line, text: `${name}${gap === '' ? ' ' : ''}${value}${trailing}` }] : [];
			}
			if (line !== lastOfUrl || block.some(({ role }) => role === 'authorization')) {
				return [line];
			}
			return [
				{ ...line, lineBreak: line.lineBreak || previousBreak },
				{ ...line, text: `Authorization: ${value}` },
			];
		});
		return start + blocksWithBreaks.map((lines, at) => joinLines(at === index ? changed : lines)).join('');
	};
	return { text: start + joinLines(blocksWithBreaks.flat()), blocks: ranges, withAuthorization };
}

const snippets = oneOf(
	...['\n', '\r\n', '\n\n', '###', '### x\n', '#', ' ', '\t', '\ufeff', '\u00a0', ':', '?', '&', '/', '??', '//', '/*', '*/'],
	...['{{', '}}', '\n{{\n', '\n}}\n', '\n> {%\n', '\n%}\n', '< {%', '"', "'", '\\', '\\\n', '@a=b', '...h', 'foo bar', '{"a":1}', '  x'],
	...['Authorization: old', '\nAuthorization: old\n', '\nAuthorization: Bearer\n  abc\n', 'authorization', '\n#Authorization: x\n'],
	...[
		'GET',
		'GET https://b.example.com\n',
		'\nPOST /x HTTP/1.1\n',
		'get http://z',
		'WS ws://x\n',
		'MQTT {{broker}}\n',
		'HTTP/1.1 200 OK\n',
	],
	...['curl https://c.example.com -H "Authorization: x"\n', 'curl ', 'Content-Type: multipart/mixed\n', '# @forceRegionDelimiter\n'],
);

/** Replaces, removes, or inserts a few pieces anywhere. As in VS Code, no line ends with CR alone. */
export function mutateFile(files: fc.Arbitrary<GeneratedFile>): fc.Arbitrary<string> {
	const mutation = fc.tuple(fc.nat(), fc.oneof(snippets, fc.string({ maxLength: 3 })), fc.oneof(fc.constant(0), fc.nat(6)));
	return fc.tuple(files, fc.array(mutation, { minLength: 1, maxLength: 6 })).map(([file, mutations]) =>
		mutations
			.reduce((text, [at, snippet, removed]) => {
				const start = at % (text.length + 1);
				return text.slice(0, start) + snippet + text.slice(start + removed);
			}, file.text)
			.replace(/\r(?!\n)/g, '\n'),
	);
}

const otherArguments = fc.constantFrom<readonly [string, readonly string[]]>(
	["-H 'Accept: */*'", ['-H', 'Accept: */*']],
	[`-H "X-Note: it's \\"here\\""`, ['-H', `X-Note: it's "here"`]],
	[`-d '{"Authorization": "Basic body"}'`, ['-d', '{"Authorization": "Basic body"}']],
	["'https://example.com/{{a}}?b=1&c=2'", ['https://example.com/{{a}}?b=1&c=2']],
	['-X POST', ['-X', 'POST']],
	['a\\ b\\\nc', ['a bc']],
	['--compressed', ['--compressed']],
);
const authorizationArguments = oneOf(
	"-H 'Authorization: Basic x'",
	'-H "authorization: Bearer {{token}}"',
	'-H"Authorization: Basic x"',
	"--header 'Authorization: Basic x'",
	"-sH 'Authorization: Basic x'",
	'-u user:pass',
	'--user "us er:pass"',
	'-su user:pass',
	"-H $'Authorization: it\\'s'",
	'-H Authorization:\\ Basic\\ x',
);
const gap = oneOf(' ', '  ', ' \\\n  ', ' \\\r\n\t', ' \\\n', ' \\\n# a comment\n  ', '\n  ', ' ^\r\n ');

/** cURL commands, with the words unrelated to authorization. */
export const commands = fc
	.record({
		others: fc.array(fc.tuple(gap, otherArguments), { maxLength: 5 }),
		authorizations: fc.array(fc.tuple(gap, authorizationArguments, fc.nat(5)), { maxLength: 3 }),
	})
	.map(({ others, authorizations }) => {
		const texts = others.map(([before, [text]]) => before + text);
		for (const [before, text, at] of authorizations) {
			texts.splice(at, 0, before + text);
		}
		return { text: `curl${texts.join('')}`, others: ['curl', ...others.flatMap(([, [, words]]) => words)] };
	});
