import fc from 'fast-check';

/** A client whose rules a generated file follows. */
export type Client = 'restClient' | 'httpYac' | 'jetBrains' | 'visualStudio';

/** A line or a command of a generated file. */
interface Piece {
	readonly text: string;
	readonly role: 'line' | 'url' | 'curl' | 'authorization' | 'folded';
	/** Text after a header was set. Only for kept headers and commands. */
	readonly changed?: string;
	/** Text without any Authorization header. Only for commands. */
	readonly bare?: string;
	/** Whether httpYac treats everything below as the body. */
	readonly endsHttpYacHeaders?: boolean;
}

/** A generated file in a dialect, and its expected text after headers are set. */
export interface DialectFile {
	readonly dialect: string;
	readonly isMarkdown: boolean;
	/** Clients that read all requests of the file. */
	readonly clients: readonly Client[];
	readonly text: string;
	/** The file without any Authorization header. */
	readonly bare: string;
	/** For each request, the first and last offset of a cursor in it. */
	readonly requests: readonly { readonly start: number; readonly end: number }[];
	/** Returns the text after the header of the given requests was set. */
	readonly withAuthorization: (indices: readonly number[]) => string;
}

export const VALUE = 'ApiKey {{$processEnv CONNECT_SU_111_222_333}}';

/** What a dialect's files consist of. Texts can have several lines. */
interface Dialect {
	readonly name: string;
	readonly clients: readonly Client[];
	readonly above: readonly string[];
	readonly separators: readonly string[];
	/** Request lines without their URL's continuation. */
	readonly requestLines: readonly string[];
	readonly urlLines: readonly string[];
	readonly urlComments: readonly string[];
	readonly headers: readonly string[];
	readonly authorizations: readonly (readonly [text: string, changed: string])[];
	readonly body: readonly string[];
	readonly below: readonly string[];
	readonly hasCurl?: true;
}

const URLS = ['https://example.com/api', 'https://{{host}}/a', '{{url}}/things/1'];
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'];
const PLAIN_REQUEST_LINES = METHODS.flatMap((method) => URLS.flatMap((url) => [`${method} ${url}`, `${method} ${url} HTTP/1.1`]));
const COMMENTS = ['# a comment', '// Authorization: Basic commented', '# Authorization: Basic commented', '//'];
const DEFINITIONS = ['@host = example.com', '@url=https://{{host}}', '@auth = ApiKey {{$processEnv CONNECT_SU_999_999_999}}'];
const HEADERS = [
	'Accept: */*',
	'x-two:3',
	'X-Authorization: Basic other',
	'Proxy-Authorization: Basic other',
	'X-Variable: {{host}}',
	'Cookie: a=1',
];
const BODY = [
	'{\n  "Authorization": "in the body"\n}',
	'Authorization: Basic body',
	'a=1&b=2',
	'<a b="c"/>',
	'--boundary\nContent-Disposition: form-data; name="a"\n\nAuthorization: Basic part\n--boundary--',
	'\u00a0\u2003 é 漢字 🔑',
	'plain text. GET started with it',
];
/** httpYac reads such a query up to a blank line, beyond a separator. */
const GRAPHQL_BODY = 'query {\n  authorization\n}';
const AUTHORIZATIONS: Dialect['authorizations'] = [
	['Authorization: Basic dXNlcjpw', `Authorization: ${VALUE}`],
	['authorization:Bearer {{token}}', `authorization: ${VALUE}`],
	['AUTHORIZATION:\t', `AUTHORIZATION:\t${VALUE}`],
	['Authorization:', `Authorization: ${VALUE}`],
	['aUTHORIZATION : Digest a="b", c="d"  ', `aUTHORIZATION : ${VALUE}  `],
];
const TYPED_AUTHORIZATIONS: Dialect['authorizations'] = [
	['Authorization', `Authorization: ${VALUE}`],
	['  authorization: Basic x', `  authorization: ${VALUE}`],
	['authorization ', `authorization: ${VALUE} `],
	['Authorization Bearer {{token}}', `Authorization: ${VALUE}`],
];
const FOLDED_AUTHORIZATIONS: Dialect['authorizations'] = [
	['Authorization: ApiKey\n    SU-111-222-333:abc', `Authorization: ${VALUE}`],
	['Authorization:\n\tBearer\n\t{{token}}', `Authorization: ${VALUE}`],
	['Authorization: Digest username="a",\n    realm="b c: d",\n    uri="/e?f", qop=auth', `Authorization: ${VALUE}`],
	['Authorization: AWS4-HMAC-SHA256\n  Credential=a/b,\n# a comment\n  SignedHeaders=c;d,\n  Signature=e', `Authorization: ${VALUE}`],
];

const SHARED_DIALECT: Dialect = {
	name: 'REST Client and httpYac',
	clients: ['restClient', 'httpYac'],
	above: ['', ...COMMENTS, ...DEFINITIONS, '# @name one', '#@note', '# @no-log'],
	separators: ['###', '### Next', '####### GET https://example.com', '###\t'],
	requestLines: [...PLAIN_REQUEST_LINES, ...URLS, '  PUT {{url}}', 'DELETE\t{{url}}  '],
	urlLines: ['?a=1', '  ?a={{b}}', '&c=3', '  &d=', '\t&e={{f}}'],
	urlComments: ['# a comment', '// ?x=y'],
	headers: [...HEADERS, ...COMMENTS, '  X-Indented: 2', 'X-Empty:'],
	authorizations: [...AUTHORIZATIONS, ...TYPED_AUTHORIZATIONS],
	body: [...BODY, '', '# dropped', '< ./body.json'],
	below: [],
};

const DIALECTS: readonly Dialect[] = [
	SHARED_DIALECT,
	{
		...SHARED_DIALECT,
		name: 'REST Client',
		clients: ['restClient'],
		above: [...SHARED_DIALECT.above, '# @prompt name a value', '// @no-redirect'],
		requestLines: [...SHARED_DIALECT.requestLines, 'get https://example.com', 'example.com/a HTTP/1.1', '/a', 'Post {{url}}'],
		urlLines: [...SHARED_DIALECT.urlLines, '&in(a,(b,c))', '?like(a,*b*)'],
		urlComments: ['# a comment', '#note', '#?x'],
		body: [...SHARED_DIALECT.body, GRAPHQL_BODY],
		hasCurl: true,
	},
	{
		...SHARED_DIALECT,
		name: 'httpYac',
		clients: ['httpYac'],
		above: [
			...SHARED_DIALECT.above,
			'{{\nexports.a = 1;\n}}',
			'{{@request\nexports.b = "GET https://example.com";\n}}',
			'< {%\nclient.global.set("a", "1");\n%}',
			'< {% client.global.set("a", "2"); %}',
			'/*\nGET https://commented.example.com\nAuthorization: Basic commented\n*/',
			'# @import ./auth.http',
			'@lazy := {{host}}',
		],
		separators: [...SHARED_DIALECT.separators, '  ### indented', '\t###'],
		requestLines: [...SHARED_DIALECT.requestLines, 'GRAPHQL {{url}}', 'SSE {{url}}', 'WS wss://example.com/a', 'REPORT {{url}}'],
		urlLines: [...SHARED_DIALECT.urlLines, '/part', '    /part/1', '&{{g}}'],
		headers: [...SHARED_DIALECT.headers, '...defaultHeaders', '#Authorization: not a comment here'],
		below: ['?? status == 200', '{{@response\nexports.c = 3;\n}}', '> {%\nclient.log("GET https://example.com");\n%}', '>> ./out.json'],
	},
	{
		...SHARED_DIALECT,
		name: 'JetBrains',
		clients: ['jetBrains'],
		above: ['', ...COMMENTS, ...DEFINITIONS, '< {%\nrequest.variables.set("a", "1");\n%}', 'import ./other.http', '# @no-log'],
		separators: ['###', '### Next'],
		requestLines: PLAIN_REQUEST_LINES.filter((line) => !line.includes('HTTP/')),
		urlLines: ['    /part', '    ?a=1', '\t&b=2', '    &in(a,(b,c))'],
		urlComments: ['# a comment'],
		headers: [...HEADERS, ...COMMENTS, 'X-Long: a,\n    b,\n    c'],
		authorizations: [...AUTHORIZATIONS, ...FOLDED_AUTHORIZATIONS],
		body: [...BODY.filter((text) => !text.startsWith('\u00a0')), GRAPHQL_BODY, '< ./body.json'],
		below: ['> {%\nclient.log("GET https://example.com");\n%}', '> ./script.js'],
	},
	{
		...SHARED_DIALECT,
		name: 'Visual Studio',
		clients: ['visualStudio'],
		above: ['', ...COMMENTS, ...DEFINITIONS, '# @name one'],
		separators: ['###', '### Next'],
		requestLines: PLAIN_REQUEST_LINES,
		urlLines: [],
		urlComments: [],
		headers: [...HEADERS, ...COMMENTS],
		authorizations: AUTHORIZATIONS,
	},
];

const upTo = (texts: readonly string[], maxLength: number): fc.Arbitrary<readonly string[]> =>
	texts.length === 0 ? fc.constant([]) : fc.array(fc.constantFrom(...texts), { maxLength });

/** A request with its lines above and below, without a separator. */
function request(dialect: Dialect): fc.Arbitrary<readonly Piece[]> {
	const urlLines = fc
		.tuple(upTo(dialect.urlLines, 3), upTo(dialect.urlComments, 1), fc.nat(3))
		.map(([lines, comments, at]) => (lines.length === 0 ? [] : [...lines.slice(0, at), ...comments, ...lines.slice(at)]));
	const headers = fc.tuple(
		upTo(dialect.headers, 4),
		fc.array(fc.tuple(fc.constantFrom(...dialect.authorizations), fc.nat(4)), { maxLength: 2 }),
	);
	return fc
		.record({
			above: upTo(dialect.above, 3),
			requestLine: fc.constantFrom(...dialect.requestLines),
			urlLines,
			headers,
			body: fc.option(upTo(dialect.body, 3)),
			below: upTo(dialect.below, 1),
		})
		.map(({ above, requestLine, urlLines: continuation, headers: [others, authorizations], body, below }) => {
			const inHeaders = others.map(toHeaderPieces);
			for (const [[text, changed], at] of authorizations) {
				inHeaders.splice(at, 0, toAuthorizationPieces(text, changed));
			}
			return [
				...toLines(above),
				{ text: requestLine, role: 'url' },
				...orderUrlLines(dialect, continuation),
				...inHeaders.flat(),
				...(body ? toLines(['', ...body]) : []),
				...toLines(below.length > 0 ? ['', ...below] : []),
			];
		});
}

/** A query starts with `?`, comes after the path, and has its comments between its parts, because clients would read other lines as headers. */
function orderUrlLines(dialect: Dialect, lines: readonly string[]): Piece[] {
	const isComment = (text: string) => dialect.urlComments.includes(text);
	const rank = (text: string) => (text.trim().startsWith('/') && !isComment(text) ? 0 : text.trim().startsWith('?') ? 1 : 2);
	const sorted = lines.filter((text) => !isComment(text)).sort((a, b) => rank(a) - rank(b));
	const pieces = sorted.map((text): Piece => ({ text, role: 'url', endsHttpYacHeaders: text.includes('(') }));
	const comment = lines.find(isComment);
	return comment === undefined ? pieces : [...pieces.slice(0, 1), ...toHeaderPieces(comment), ...pieces.slice(1)];
}

function toLines(texts: readonly string[]): Piece[] {
	return texts.flatMap((text) => text.split('\n')).map((text) => ({ text, role: 'line' }));
}

/** Folded lines, and `#` without a space, end the headers for httpYac. */
function toHeaderPieces(text: string): Piece[] {
	return text.split('\n').map((line, index) => ({
		text: line,
		role: 'line',
		...(index > 0 || /^#[^\s:]+$/.test(line) ? { endsHttpYacHeaders: true } : {}),
	}));
}

function toAuthorizationPieces(text: string, changed: string): Piece[] {
	return text
		.split('\n')
		.map((line, index) =>
			index === 0 ? { text: line, role: 'authorization', changed } : { text: line, role: line.startsWith('#') ? 'line' : 'folded' },
		);
}

const curlCommand: fc.Arbitrary<readonly Piece[]> = fc
	.record({
		gap: fc.constantFrom(' ', ' \\\n  ', '  \\\n\t'),
		url: fc.constantFrom("'https://example.com/{{a}}?b=1&c=2'", 'https://example.com/a', '"{{url}}"'),
		// REST Client rejects a command with two methods.
		others: fc.uniqueArray(fc.constantFrom("-H 'Accept: */*'", '-X POST', `-d '{"Authorization": "Basic body"}'`, '-H "X-One: it is"'), {
			maxLength: 2,
		}),
		authorization: fc.option(
			fc.constantFrom(
				["-H 'Authorization: Basic x'", `-H 'Authorization: ${VALUE}'`],
				['-H "authorization: Bearer {{token}}"', `-H "authorization: ${VALUE}"`],
				['-u user:pass', `-H "Authorization: ${VALUE}"`],
				['--user "us er:pass"', `-H "Authorization: ${VALUE}"`],
			),
		),
	})
	.map(({ gap, url, others, authorization }) => {
		const join = (first: string, header: readonly string[]) => [first, url, ...others, ...header].join(gap);
		return [
			{
				text: join('curl', authorization ? [authorization[0]] : []),
				role: 'curl',
				changed: authorization ? join('curl', [authorization[1]]) : join(`curl -H "Authorization: ${VALUE}"`, []),
				bare: join('curl', []),
			},
		];
	});

/** Request files in all dialects, with LF, CRLF, or both, with and without a byte order mark. */
export function dialectFiles(): fc.Arbitrary<DialectFile> {
	return fc.oneof(...DIALECTS.map(requestFile), markdownFile());
}

const layout = fc.record({
	lineBreaks: fc.constantFrom(['\n'], ['\r\n'], ['\n', '\r\n', '\n']),
	start: fc.constantFrom('', '', '\ufeff'),
	endsWithLineBreak: fc.boolean(),
});

function requestFile(dialect: Dialect): fc.Arbitrary<DialectFile> {
	const any = dialect.hasCurl ? fc.oneof({ weight: 4, arbitrary: request(dialect) }, curlCommand) : request(dialect);
	return fc
		.tuple(layout, fc.boolean(), any, fc.array(fc.tuple(fc.constantFrom(...dialect.separators), any), { maxLength: 4 }))
		.map(([options, hasFirstSeparator, first, others]) => {
			const blocks = [
				[...toLines(hasFirstSeparator ? ['###'] : []), ...first],
				...others.map(([separator, pieces]) => [...toLines([separator]), ...pieces]),
			];
			return write(dialect.name, false, dialect.clients, blocks, options);
		});
}

/** Markdown with prose, fences that all clients read, and fences that they don't. */
function markdownFile(): fc.Arbitrary<DialectFile> {
	const prose = upTo(
		['# Title', 'GET https://example.com/prose', '', '- a list', '```json\n{ "GET": "https://example.com" }\n```', '### Requests'],
		3,
	);
	const fence = fc.tuple(prose, fc.constantFrom('http', 'rest'), request({ ...SHARED_DIALECT, body: BODY }));
	return fc.tuple(layout, fc.array(fence, { minLength: 1, maxLength: 4 }), prose).map(([options, fences, last]) => {
		const blocks = fences.map(([before, language, pieces], index) => [
			...toLines([...(index > 0 ? ['```'] : []), ...before, `\`\`\`${language}`]),
			...pieces,
		]);
		const file = write('Markdown', true, ['restClient', 'httpYac'], [...blocks, toLines(['```', ...last])], options);
		return { ...file, requests: file.requests.slice(0, -1) };
	});
}

function write(
	dialect: string,
	isMarkdown: boolean,
	clients: readonly Client[],
	blocks: readonly (readonly Piece[])[],
	{ lineBreaks, start, endsWithLineBreak }: { lineBreaks: readonly string[]; start: string; endsWithLineBreak: boolean },
): DialectFile {
	const count = blocks.flat().length;
	let written = 0;
	let previousBreak = '\n';
	const blocksWithBreaks = blocks.map((block) =>
		block.map((piece) => {
			const lineBreak = ++written === count && !endsWithLineBreak ? '' : lineBreaks[written % lineBreaks.length]!;
			const line = { ...piece, lineBreak, previousBreak };
			previousBreak = lineBreak;
			return line;
		}),
	);
	const join = (lines: readonly { readonly text: string; readonly lineBreak: string }[]) =>
		lines.map(({ text, lineBreak }) => text + lineBreak).join('');
	let offset = start.length;
	const requests = blocksWithBreaks.map((block) => {
		const first = block.findIndex(({ role }) => role === 'url' || role === 'curl');
		const from = offset + join(block.slice(0, first)).length;
		offset += join(block).length;
		return { start: from, end: offset - (block.at(-1)?.lineBreak.length ?? 0) };
	});
	return {
		dialect,
		isMarkdown,
		clients,
		text: start + join(blocksWithBreaks.flat()),
		bare:
			start +
			join(
				blocksWithBreaks
					.flat()
					.filter(({ role }) => role !== 'authorization' && role !== 'folded')
					.map((line) => ({ ...line, text: line.bare ?? line.text })),
			),
		requests,
		withAuthorization: (indices) =>
			start + blocksWithBreaks.map((block, index) => join(indices.includes(index) ? change(block) : block)).join(''),
	};
}

type WrittenPiece = Piece & { readonly lineBreak: string; readonly previousBreak: string };

/** Keeps the first header that all clients send, or inserts one below the URL. */
function change(block: readonly WrittenPiece[]): readonly { readonly text: string; readonly lineBreak: string }[] {
	const lastOfUrl = block.findLastIndex(({ role }) => role === 'url');
	const headersEnd = block.findIndex(({ endsHttpYacHeaders }) => endsHttpYacHeaders);
	const kept = block.findIndex(({ role }, index) => role === 'authorization' && (headersEnd <= lastOfUrl || index < headersEnd));
	return block.flatMap((line, index) => {
		switch (line.role) {
			case 'curl':
				return [{ ...line, text: line.changed! }];
			case 'authorization': {
				const belowFold = block.findIndex(({ role }, at) => at > index && role !== 'folded');
				const lastOfValue = block[(belowFold < 0 ? block.length : belowFold) - 1]!;
				return index === kept ? [{ text: line.changed!, lineBreak: lastOfValue.lineBreak }] : [];
			}
			case 'folded':
				return [];
			default:
				return index !== lastOfUrl || kept >= 0
					? [line]
					: [
							{ text: line.text, lineBreak: line.lineBreak || line.previousBreak },
							{ text: `Authorization: ${VALUE}`, lineBreak: line.lineBreak },
						];
		}
	});
}
