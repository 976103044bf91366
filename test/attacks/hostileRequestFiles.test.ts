import assert from 'node:assert/strict';
import { findInDocument } from '../../src/requestFiles/findings';
import { formatVariableReference } from '../../src/requestFiles/keyReferences';
import { findRequestUses } from '../../src/requestFiles/requestUses';
import { BASE_URL, createFindingContext } from '../support/findingContext';
import { createSourceToken } from '../support/sourceTokens';

const TOKEN = createSourceToken();
const REFERENCE = formatVariableReference(TOKEN.token.id);
const CONTEXT = createFindingContext(TOKEN);

/** How long a file of half a megabyte may take: a second, but more on a busy machine. With quadratic time, it takes minutes. */
const MAX_TIME_MS = 30_000;

describe('A hostile request file', function () {
	this.timeout(MAX_TIME_MS);

	it('can’t define a variable that grows without bounds', () => {
		const definitions = 'abcdefghij'.split('').map((name, index, names) => `@${name} = ${`{{${names[index + 1] ?? 'end'}}}`.repeat(14)}`);
		const text = [...definitions, 'GET https://api.example/{{a}}', `Authorization: ApiKey ${REFERENCE}`].join('\n');
		assert.ok(text.length < 1000);
		assert.deepEqual(findInDocument(text, 'requestFile', CONTEXT), []);
		assert.equal(findRequestUses(text, 'requestFile').requests[0]?.target, undefined);
	});

	it('can’t define variables that use each other', () => {
		const text = `@a = {{b}}{{b}}\n@b = {{a}}{{a}}\nGET https://api.example/{{a}}\nAuthorization: ApiKey ${REFERENCE}`;
		assert.deepEqual(findInDocument(text, 'requestFile', CONTEXT), []);
	});

	it('can’t let many requests read a long variable', () => {
		const request = `###\nGET {{base}}\nAuthorization: ApiKey ${REFERENCE}\n`;
		const { requests } = findRequestUses(`@base = https://api.example/${'a'.repeat(9000)}\n${request.repeat(5000)}`, 'requestFile');
		const origins = requests.map(({ destinationsByClient }) => destinationsByClient.restClient);
		assert.deepEqual(origins[0], ['https://api.example']);
		assert.deepEqual(origins.at(-1), [undefined]);
	});

	it('can’t let each request use all variables of a long script', () => {
		const names = Array.from(
			{ length: 2000 },
			(_, index) => `CONNECT_SU_000_000_000_${String(index).padStart(3, '0').slice(-3)}_${100 + (index % 900)}`,
		);
		const text = `{{\n${names.join('\n')}\n}}\n${'###\nGET https://api.example/\n'.repeat(2000)}`;
		assert.deepEqual(findRequestUses(text, 'requestFile').requests, []);
	});

	const units: Record<string, string> = {
		references: REFERENCE,
		'opening braces': '{{',
		'opening braces with text': '{{a ',
		'uses of a variable': '{{auth}}',
		'names in placeholders': 'auth.',
		'definitions of a variable': `\n@auth = ${REFERENCE}`,
		'requests without a separator': `\nGET ${BASE_URL}/devops\nAuthorization: {{auth}}`,
		requests: `\n###\nGET ${BASE_URL}/{{auth}}\nAuthorization: {{auth}}`,
		keys: 'SU-000-000-001:0123456789012345678901234567890123456789 ',
		'parts of keys': 'SU-000-',
		'names of environment variables': 'CONNECT_',
		'parts of names of environment variables': 'CONNECT_SU_000_',
		comments: `\n# ${REFERENCE}`,
		scripts: '\n{{',
		'multi-line comments': '\n/*',
	};
	const start = `@auth = ApiKey ${REFERENCE}\n###\nGET ${BASE_URL}/devops?a=`;
	for (const [title, unit] of Object.entries(units)) {
		it(`can’t take long to check because of ${title}`, () => {
			findInDocument(start + unit.repeat(500_000 / unit.length), 'requestFile', CONTEXT);
		});
	}

	it('can’t take long to check because each of its variables uses others', () => {
		const definitions = Array.from({ length: 20_000 }, (_, index) => `@v${index} = {{v${index + 1}}} {{auth}}\n`).join('');
		findInDocument(definitions + start, 'requestFile', CONTEXT);
	});

	it('can’t take long to check in Markdown', () => {
		const fence = `\`\`\`http\nGET ${BASE_URL}/devops\nAuthorization: ApiKey ${REFERENCE}\n\`\`\`\n`;
		findInDocument(fence.repeat(500_000 / fence.length), 'markdown', CONTEXT);
	});
});
