import assert from 'node:assert/strict';
import { placeAuthorization } from '../../../src/requestFiles/authorizationPlacement';
import { formatAuthorizationReference } from '../../../src/requestFiles/keyReferences';
import { formatRequestFile } from '../../../src/requestFiles/newRequestFileText';
import {
	findRequestAtOffset,
	getPossibleRequestFileKind,
	getRequestFileKind,
	parseSections,
	type RequestFileKind,
} from '../../../src/requestFiles/requestFileKind';
import { findRequestUses } from '../../../src/requestFiles/requestUses';
import { chooseSendTarget, type ClientCapabilities } from '../../../src/requestFiles/sendTarget';
import { formatVariableDefinitions } from '../../../src/requestFiles/variableDefinitions';
import { parseRequestFile } from '../../../src/requestFiles/requestFileParser';

const REFERENCE = formatAuthorizationReference('SU-631-646-036');
const REQUESTS = `GET https://a.example/1\nAuthorization: ${REFERENCE}\n\nGET https://a.example/2\nAuthorization: ${REFERENCE}\n`;
const MARKDOWN = `# Title\n\n###\nGET https://a.example/0\nAuthorization: ${REFERENCE}\n\n\`\`\`http\n${REQUESTS}\`\`\`\n`;

describe('getPossibleRequestFileKind', () => {
	for (const line of [
		'GET https://api.example/?key={{$processEnv NAME}}',
		'  get {{host}}/products',
		'https://api.example',
		'{{host}}/products',
		'POST /products HTTP/1.1',
		"curl -H 'Accept: */*' https://api.example",
		...[
			'POST\u00a0https://api.example',
			'\u00a0POST https://api.example',
			'\ufeff\fPOST\vhttps://api.example',
			'POST\u2028https://api.example',
		],
		...['POST https:api.example', 'https:/api.example', 'https:\\\\api.example', 'curl\u00a0 https://api.example'],
	]) {
		it(`finds the request ${JSON.stringify(line)} in any language`, () => {
			for (const languageId of ['asciidoc', 'plaintext', 'json']) {
				assert.equal(getPossibleRequestFileKind(languageId, '/guide', `[source,http]\n----\n${line}\n----\n`), 'requestFile');
			}
			assert.equal(getPossibleRequestFileKind('markdown', '/guide.md', line), 'markdown');
		});
	}

	it('takes time that grows with the length of a text', () => {
		for (const part of ['\u2028', '\u00a0', '\n', ' \u2028 ', 'a-', 'a \u2028', 'cur', '{']) {
			getPossibleRequestFileKind('plaintext', '/guide', part.repeat(300_000));
		}
	}).timeout(10_000);

	it('finds none in settings that reference a token', () => {
		assert.equal(
			getPossibleRequestFileKind('json', '/settings.json', '{\n\t"token": "{{$processEnv NAME}}",\n\t"url": "https://api"\n}'),
			undefined,
		);
	});
});

describe('getRequestFileKind', () => {
	const cases: [languageId: string, path: string, kind: RequestFileKind | undefined][] = [
		['http', '/a.txt', 'requestFile'],
		['plaintext', '/a.http', 'requestFile'],
		['plaintext', '/A.REST', 'requestFile'],
		['markdown', '/a.md', 'markdown'],
		['plaintext', '/a.http.txt', undefined],
		['javascript', '/a.js', undefined],
	];
	for (const [languageId, path, kind] of cases) {
		it(`returns ${String(kind)} for ${path} in the language ${languageId}`, () => {
			assert.equal(getRequestFileKind(languageId, path), kind);
		});
	}
});

describe('Plain text', () => {
	for (const text of [
		'GET https://example.com',
		'\ufeffPOST https://example.com/a HTTP/1.1\r\nAccept: */*',
		'# Notes\n\n@host = x\n  DELETE {{host}}/a\t\n',
		'### one\nPUT {{$dotenv HOST}}/a HTTP/2',
		'GET /api HTTP/1.1\nHost: example.com',
		'My requests:\n\nHEAD http://localhost:8080\n',
		'curl -s "https://example.com"',
		'curl.exe ^"https://example.com^" ^',
	]) {
		it(`is a request file if it clearly contains requests: ${JSON.stringify(text)}`, () => {
			assert.equal(
				getRequestFileKind('plaintext', '/Untitled-1', () => text),
				'requestFile',
			);
		});
	}

	for (const text of [
		'',
		'See GET https://example.com',
		'GET https://example.com 200 OK',
		'GET started with https://example.com',
		'Get https://example.com',
		'GET /api',
		'https://example.com',
		'"GET https://example.com"',
		'curling https://example.com',
		'curl is a tool, see example.com',
	]) {
		it(`isn't a request file otherwise: ${JSON.stringify(text)}`, () => {
			assert.equal(
				getRequestFileKind('plaintext', '/a.txt', () => text),
				undefined,
			);
		});
	}

	it('is searched only in plain text', () => {
		const readText = () => assert.fail();
		assert.equal(getRequestFileKind('http', '/a', readText), 'requestFile');
		assert.equal(getRequestFileKind('log', '/a.log', readText), undefined);
	});
});

describe('Request files and Markdown documents', () => {
	for (const [kind, text] of [
		['requestFile', REQUESTS],
		['markdown', MARKDOWN],
	] as const) {
		it(`are parsed and searched for requests (${kind})`, () => {
			assert.equal(parseSections(text, kind).flatMap(({ requests }) => requests).length, 2);
			assert.equal(findRequestUses(text, kind).requests.length, 2);
			const prose = text.indexOf('GET https://a.example/0');
			assert.equal(prose < 0 ? undefined : findRequestAtOffset(text, kind, prose), undefined);
			const offset = text.indexOf('GET https://a.example/2');
			assert.equal(findRequestAtOffset(text, kind, offset)?.requestLine.start, offset);
		});

		it(`get the header at the cursors or in every request (${kind})`, () => {
			const offsets = [text.indexOf('GET https://a.example/2')];
			const countEdits = (scope: 'cursors' | 'file') => {
				const placement = placeAuthorization(text, 'ApiKey other', { kind, scope, offsets });
				return placement && 'edits' in placement ? placement.edits.length : undefined;
			};
			assert.equal(countEdits('cursors'), 1);
			assert.equal(countEdits('file'), 2);
		});
	}

	it('get no edits if no cursor is in a fence', () => {
		assert.equal(placeAuthorization(MARKDOWN, 'ApiKey other', { kind: 'markdown', scope: 'cursors', offsets: [0] }), undefined);
	});
});

describe('chooseSendTarget', () => {
	const first: ClientCapabilities = { id: 'first', syntax: 'restClient' };
	const any: ClientCapabilities = { id: 'any', syntax: 'httpYac' };
	const requests = findRequestUses(REQUESTS, 'requestFile').requests;
	const choose = (path: string, clients: readonly ClientCapabilities[], clientId?: string) =>
		chooseSendTarget(requests, REQUESTS.indexOf(path), clients, clientId)?.client.id;

	it('chooses the first client that sends exactly the request at the offset', () => {
		assert.equal(choose('GET https://a.example/1', [first, any]), 'first');
		assert.equal(choose('GET https://a.example/2', [first, any]), 'any');
		assert.equal(choose('GET https://a.example/2', [first]), undefined);
	});

	it('uses the requested client or none', () => {
		assert.equal(choose('GET https://a.example/1', [first, any], 'any'), 'any');
		assert.equal(choose('GET https://a.example/2', [first, any], 'first'), undefined);
		assert.equal(choose('GET https://a.example/1', [first, any], 'missing'), undefined);
	});

	it('chooses nothing if the request doesn’t reference a token', () => {
		assert.equal(chooseSendTarget([], 0, [any]), undefined);
	});
});

describe('formatVariableDefinitions', () => {
	const define = (text: string, ...names: string[]) =>
		formatVariableDefinitions(
			names.map((name) => ({ tokenId: 'SU-631-646-036', name, value: 'x' })),
			text,
		);

	it('derives ASCII names from the tokens’ names', () => {
		assert.equal(define('', 'Nightly import!', 'Café 2', '42'), '@nightly_import = x\n@cafe_2 = x\n@su_631_646_036 = x\n\n');
	});

	it('shortens long names', () => {
		assert.equal(define('', `${'x'.repeat(40)}y`), `@${'x'.repeat(40)} = x\n\n`);
	});

	it('omits characters that a name cannot start or end with', () => {
		assert.equal(define('', '_2 Import_', '!'), '@import = x\n@su_631_646_036 = x\n\n');
	});

	it('doesn’t avoid names that occur in other text', () => {
		assert.equal(define('# @nightly = y\nx: @nightly\n\t@other=z', 'Nightly', 'Other'), '@nightly = x\n@other_2 = x\n\n');
	});

	it('doesn’t use a name twice, or one that the file already defines', () => {
		assert.equal(define('  @nightly = y\n', 'Nightly', 'nightly'), '@nightly_2 = x\n@nightly_3 = x\n\n');
	});
});

describe('formatRequestFile', () => {
	it('creates a file that parses into a request per path', () => {
		const samples = ['/accounts', '/devops'].map((path) => ({ title: path, path }));
		const text = formatRequestFile({ variable: 'gateway', url: 'http://127.0.0.1:7357/public/v1' }, samples, REFERENCE);
		assert.match(text, /^@gateway = http:\/\/127\.0\.0\.1:7357\/public\/v1\n/);
		assert.deepEqual(
			parseRequestFile(text).requests.map((request) => text.slice(request.requestLine.content, request.requestLine.end)),
			['GET {{gateway}}/accounts', 'GET {{gateway}}/devops'],
		);
		assert.equal(findRequestUses(text, 'requestFile').requests.length, 2);
	});

	it('titles each request and accepts JSON', () => {
		assert.equal(
			formatRequestFile({ variable: 'api', url: 'https://a.example' }, [{ title: 'Read', path: '/x' }], 'Basic x'),
			'@api = https://a.example\n\n### Read\nGET {{api}}/x\nAuthorization: Basic x\nAccept: application/json\n',
		);
	});
});
