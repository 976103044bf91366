import assert from 'node:assert/strict';
import { formatAuthorizationReference } from '../../../src/requestFiles/keyReferences';
import {
	findReferencingRequests,
	findReferencingRequestsInMarkdown,
	type ReferencingRequest,
} from '../../../src/requestFiles/referencingRequests';

const A = 'SU-000-000-001';
const B = 'SU-000-000-002';
const header = (id: string) => `Authorization: ${formatAuthorizationReference(id)}`;

/** Summarizes each request by its first line. */
function describeRequests(text: string, requests: readonly ReferencingRequest[]): unknown {
	return requests.map(({ request: { requestLine }, variables, isFirstInBlock: isFirst }) => [
		text.slice(requestLine.start, requestLine.end),
		variables.map((one) => one.replace('CONNECT_', '').replaceAll('_', '-')),
		isFirst,
	]);
}

describe('findReferencingRequests', () => {
	const cases: [title: string, lines: string[], expected: unknown][] = [
		[
			'references in headers',
			['GET http://a', header(A), '', '###', 'GET http://b', '###', '# c', 'GET http://c', header(B)],
			[
				['GET http://a', [A], true],
				['GET http://c', [B], true],
			],
		],
		[
			'each token once',
			['GET http://a', header(A), `X-Again: ${formatAuthorizationReference(A)}`, `X-Other: ${formatAuthorizationReference(B)}`],
			[['GET http://a', [A, B], true]],
		],
		[
			'references through a variable',
			[
				`@auth = ${formatAuthorizationReference(A)}`,
				'###',
				'GET http://a',
				'Authorization: {{auth}}',
				'###',
				'GET http://b',
				'Authorization: {{ other }}',
			],
			[['GET http://a', [A], true]],
		],
		[
			'references through an indented variable with spaces',
			[
				`  @auth  := ${formatAuthorizationReference(A)}`,
				`@more=${formatAuthorizationReference(B)}`,
				'GET http://a',
				'X: {{ auth }} {{more}}',
			],
			[['GET http://a', [A, B], true]],
		],
		[
			'references and variables in the order of the text',
			[`@auth = ${formatAuthorizationReference(A)}`, '###', 'GET http://a', 'X: {{auth}}', header(B)],
			[['GET http://a', [A, B], true]],
		],
		['no references in comments above the request', [`# ${header(A)}`, 'GET http://a', header(B)], [['GET http://a', [B], true]]],
		[
			'references at the start of the request',
			['{{$processEnv CONNECT_SU_000_000_001}}/x'],
			[['{{$processEnv CONNECT_SU_000_000_001}}/x', [A], true]],
		],
		[
			'requests without a separator',
			['GET http://a', header(A), '', 'GET http://b', header(B)],
			[
				['GET http://a', [A], true],
				['GET http://b', [B], false],
			],
		],
		['cURL commands', [`curl -H "${header(A)}" http://a`], [[`curl -H "${header(A)}" http://a`, [A], true]]],
		['nothing above the first request', [header(A), ''], []],
		['nothing without references', ['GET http://a', '###', 'GET http://b', 'X: {{$processEnv OTHER}}'], []],
	];
	for (const [title, lines, expected] of cases) {
		for (const lineBreak of ['\n', '\r\n']) {
			it(`finds ${title}${lineBreak === '\n' ? '' : ', with CR LF'}`, () => {
				const text = lines.join(lineBreak);
				assert.deepEqual(describeRequests(text, findReferencingRequests(text)), expected);
			});
		}
	}

	it('finds requests in the fences of a Markdown document', () => {
		const text = [
			'# Text',
			header(A),
			'```http',
			'GET http://a',
			header(A),
			'###',
			'GET http://b',
			header(B),
			'```',
			'```json',
			header(A),
			'```',
		].join('\n');
		assert.deepEqual(describeRequests(text, findReferencingRequestsInMarkdown(text)), [
			['GET http://a', [A], true],
			['GET http://b', [B], false],
		]);
	});
});
