import assert from 'node:assert/strict';
import { FileVariables, parseVariableDefinition } from '../../../src/requestFiles/fileVariables';
import { parseRequestFile } from '../../../src/requestFiles/requestFileParser';
import { resolveRequestTarget, type RequestTarget } from '../../../src/requestFiles/requestTarget';

/** Resolves the target of the first request in a file. */
function resolveFirst(...lines: readonly string[]): RequestTarget | undefined {
	const text = lines.join('\n');
	const [request] = parseRequestFile(text).requests;
	assert.ok(request);
	const definitions = lines.flatMap((line) => parseVariableDefinition(line) ?? []);
	return resolveRequestTarget(text, request, new FileVariables(definitions));
}

describe('Target of a request', () => {
	const cases: [title: string, lines: string[], target: RequestTarget | undefined][] = [
		['has the method and the URL', ['POST https://a.example/x'], { method: 'POST', url: 'https://a.example/x' }],
		['has the method in upper case', ['patch http://a.example/x'], { method: 'PATCH', url: 'http://a.example/x' }],
		['has the method GET by default', ['https://a.example/x'], { method: 'GET', url: 'https://a.example/x' }],
		['does not include the HTTP version', ['PUT https://a.example/x HTTP/1.1'], { method: 'PUT', url: 'https://a.example/x' }],
		['does not include the HTTP version without a method', ['https://a.example HTTP/2'], { method: 'GET', url: 'https://a.example' }],
		[
			'includes the lines that continue the URL',
			['GET https://a.example/x', '  ?a=1', '  &b=2 ', 'Accept: */*'],
			{ method: 'GET', url: 'https://a.example/x?a=1&b=2' },
		],
		[
			'does not include the HTTP version in the last line of the URL',
			['GET https://a.example', '  /x', '  ?a=1 HTTP/1.1', 'Accept: */*'],
			{ method: 'GET', url: 'https://a.example/x?a=1' },
		],
		[
			'includes the values of variables, which can use others',
			['@host = {{scheme}}://a.example', '@scheme = https', 'GET {{ host }}/x/{{scheme}}'],
			{ method: 'GET', url: 'https://a.example/x/https' },
		],
		[
			'keeps variables of the client',
			['@id = {{$guid}}', 'GET https://a.example/{{id}}/{{other}}'],
			{ method: 'GET', url: 'https://a.example/{{$guid}}/{{other}}' },
		],
		['is unknown if the host is a variable of the client', ['GET https://{{host}}/x'], undefined],
		['is unknown if the whole URL is a variable of the client', ['GET {{url}}'], undefined],
		['is unknown if variables use each other', ['@a = {{b}}', '@b = {{a}}', 'GET {{a}}'], undefined],
		['is unknown if a variable has several values', ['@a = https://a.example', '@a = https://b.example', 'GET {{a}}'], undefined],
		['ignores more spaces', ['GET   https://a.example/x   HTTP/1.1'], { method: 'GET', url: 'https://a.example/x' }],
		['is unknown for a URL with a space', ['GET some https://a.example/x'], undefined],
		['is unknown for another protocol', ['WEBSOCKET wss://a.example/x'], undefined],
		['is unknown for a path', ['GET /x/https://a.example/y'], undefined],
		['is unknown for a cURL command', ['curl https://a.example/x'], undefined],
	];
	for (const [title, lines, target] of cases) {
		it(title, () => {
			assert.deepEqual(resolveFirst(...lines), target);
		});
	}

	it('resolves eight levels of variables', () => {
		const chain = (depth: number) => Array.from({ length: depth }, (_, index) => `@v${index} = {{v${index + 1}}}`);
		assert.equal(resolveFirst(...chain(7), '@v7 = https://a.example', 'GET {{v0}}')?.url, 'https://a.example');
		assert.equal(resolveFirst(...chain(8), '@v8 = https://a.example', 'GET {{v0}}'), undefined);
	});

	it('is unknown if its variables grow without bounds', () => {
		const bomb = Array.from({ length: 9 }, (_, index) => `@v${index} = ${`{{v${index + 1}}}`.repeat(100)}`);
		assert.equal(resolveFirst(...bomb, 'GET https://a.example/{{v0}}'), undefined);
	});
});
