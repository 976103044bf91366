import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { formatVariableReference, getVariableName } from '../../../src/requestFiles/keyReferences';
import type { ImportReader } from '../../../src/requestFiles/importedFiles';
import { findRequestUses, type RequestUse } from '../../../src/requestFiles/requestUses';
import { AUTH, createImportSamples, IMPORTED_KEY, KEY, TOKEN_ID, type Files } from './importSamples';

const VARIABLE = getVariableName(TOKEN_ID);
const ORIGIN = 'https://good.test';

/** Reads files by their path relative to the importing file. */
function createReader(files: Files, reads: string[] = []): ImportReader {
	return (path, importer = 'main.http') => {
		const id = posix.join(posix.dirname(importer), path);
		reads.push(id);
		return files[id] === undefined ? undefined : { id, text: files[id] };
	};
}

function findUses(text: string, files: Files) {
	return findRequestUses(text, 'requestFile', createReader({ 'main.http': text, ...files }));
}

/** Describes a request: its line, whether each client uses the token, and where httpYac sends it. */
function describeUse(text: string, { request: { requestLine }, variablesByClient, destinationsByClient }: RequestUse) {
	const { restClient, httpYac } = variablesByClient;
	return [
		text.slice(requestLine.start, requestLine.end),
		{ restClient: restClient?.includes(VARIABLE), httpYac: httpYac?.includes(VARIABLE), to: destinationsByClient.httpYac },
	];
}

const listDestinations = (text: string, files: Files) =>
	findUses(text, files).requests.map(({ destinationsByClient }) => destinationsByClient.httpYac);

describe('A request file that imports others', () => {
	it('uses variables of the imported file in httpYac, and in REST Client only its own', () => {
		const text = `# @import ./auth.http\n\n###\nGET ${ORIGIN}/x\n${IMPORTED_KEY}`;
		const { requests, importedRequests, importedTexts } = findUses(text, { 'auth.http': AUTH });
		assert.deepEqual(
			requests.map((use) => describeUse(text, use)),
			[[`GET ${ORIGIN}/x`, { restClient: false, httpYac: true, to: [ORIGIN] }]],
		);
		assert.deepEqual([importedRequests, importedTexts], [[], [AUTH]]);
	});

	it('can send the requests of the imported file, which are at the line that imports it', () => {
		const text = `GET ${ORIGIN}/x\n\n###\n# @import ./a.http\n# @ref login\nGET ${ORIGIN}/y\n`;
		const files = { 'a.http': '# @import ./b.http\n', 'b.http': `# @name login\nPOST https://other.test/login\n${KEY}` };
		const { requests, importedRequests, references } = findUses(text, files);
		assert.deepEqual([requests, references], [[], []]);
		assert.deepEqual(
			importedRequests.map((use) => describeUse(text, use)),
			[['# @import ./a.http', { restClient: undefined, httpYac: true, to: ['https://other.test'] }]],
		);
	});

	it('sends its own keys where the imported requests go that it sends first', () => {
		const text = `# @import ./a.http\n###\n# @ref login\nGET ${ORIGIN}/y\n${KEY}`;
		const files = { 'a.http': `# @name login\nPOST https://other.test/login\n${KEY}` };
		assert.deepEqual(new Set(listDestinations(text, files)[0]), new Set([ORIGIN, 'https://other.test']));
	});

	for (const [title, [text, files]] of Object.entries(createImportSamples(ORIGIN))) {
		it(`is sent to a host in a variable ${title}`, () => {
			assert.deepEqual(listDestinations(text, files), [[ORIGIN]]);
		});
	}

	const unknown: Record<string, readonly [text: string, files: Files]> = {
		'the file can’t be read': [`# @import ./a.http\n\n###\nGET ${ORIGIN}/x\n${KEY}`, {}],
		'a nested file can’t be read': [`# @import ./a.http\n\n###\nGET ${ORIGIN}/x\n${KEY}`, { 'a.http': '# @import ./b.http\n' }],
		'the path contains a variable': [`# @import ./{{a}}.http\n\n###\nGET ${ORIGIN}/x\n${KEY}`, { '{{a}}.http': '' }],
		'the imported file contains code': [
			`# @import ./a.http\n\n###\nGET ${ORIGIN}/x\n${KEY}`,
			{ 'a.http': '{{+\nrequest.url = "https://evil.test";\n}}\n' },
		],
		'the variable is only imported for another request': [
			`# @import ./a.http\nGET ${ORIGIN}/x\n\n###\nGET {{base}}/x\n${KEY}`,
			{ 'a.http': `@base = ${ORIGIN}\n` },
		],
		'the import is in the body': [`GET {{base}}/x\n${KEY}\n# @import ./a.http\n`, { 'a.http': `@base = ${ORIGIN}\n` }],
		'the import is the name of a request': [`### @import ./a.http\nGET {{base}}/x\n${KEY}`, { 'a.http': `@base = ${ORIGIN}\n` }],
		'a named region imports it': [`# @name later\n# @import ./a.http\n\n###\nGET {{base}}/x\n${KEY}`, { 'a.http': `@base = ${ORIGIN}\n` }],
		'only a request of the imported file defines the variable': [
			`# @import ./a.http\n\n###\nGET {{base}}/x\n${KEY}`,
			{ 'a.http': `@base = ${ORIGIN}\nGET ${ORIGIN}/y\n` },
		],
		'both files define the variable': [
			`@base = ${ORIGIN}\n# @import ./a.http\n\n###\nGET {{base}}/x\n${KEY}`,
			{ 'a.http': '@base = https://evil.test\n' },
		],
		'an imported variable uses another before it is defined': [
			`# @import ./a.http\n\n###\n@base = ${ORIGIN}\nGET {{url}}\n${KEY}`,
			{ 'a.http': '@url = {{base}}/x\n' },
		],
		'the imported file names a request like the variable': [
			`@base = ${ORIGIN}\n# @import ./a.http\n\n###\nGET {{base}}/x\n${KEY}`,
			{ 'a.http': `# @name base\nGET ${ORIGIN}/y\n` },
		],
	};
	for (const [title, [text, files]] of Object.entries(unknown)) {
		it(`isn’t known to be sent to a host if ${title}`, () => {
			assert.deepEqual(new Set(listDestinations(text, files).at(-1)), new Set([undefined]));
		});
	}

	it('decides where the imported requests go, together with the imported file', () => {
		const text = '@base = https://evil.test\n# @import ./a.http\n';
		const destinations = findUses(text, { 'a.http': `GET {{base}}/x\n${KEY}` }).importedRequests.map(
			({ destinationsByClient: { httpYac } }) => httpYac,
		);
		assert.deepEqual(destinations, [['https://evil.test']]);
	});

	it('counts text in an imported file that is sent although it doesn’t look like a request', () => {
		const text = '@scheme = no URL\n# @import ./a.http\n';
		const { importedRequests } = findUses(text, { 'a.http': `@scheme = https\n\n###\n# @name x\n{{scheme}}://evil.test/x\n${KEY}` });
		assert.deepEqual(
			importedRequests.map(({ destinationsByClient: { httpYac } }) => httpYac),
			[[undefined]],
		);
	});

	it('uses the key of a script in the imported file', () => {
		const text = `# @import ./a.http\n\n###\nGET ${ORIGIN}/x\n`;
		const { requests } = findUses(text, { 'a.http': `{{\nexports.auth = process.env.${VARIABLE};\n}}\n` });
		assert.deepEqual(
			requests.map(({ variables }) => variables),
			[[VARIABLE]],
		);
	});

	it('imports from fences of Markdown', () => {
		const text = `\`\`\`http\n# @import ./a.http\nGET ${ORIGIN}/x\n${IMPORTED_KEY}\`\`\`\n`;
		const { requests } = findRequestUses(text, 'markdown', createReader({ 'a.http': AUTH }));
		assert.deepEqual(
			requests.map(({ variables }) => variables),
			[[VARIABLE]],
		);
	});

	it('reads each file once, and only some of very many', () => {
		const reads: string[] = [];
		const chain = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`${index}.http`, `# @import ${index + 1}.http\n`]));
		const text = `# @import 0.http\n# @import 0.http\n# @import ./0.http\n\n###\nGET ${ORIGIN}/x\n${KEY}`;
		const { requests } = findRequestUses(text, 'requestFile', createReader(chain, reads));
		assert.equal(reads.filter((id) => id === '0.http').length, 2);
		assert.ok(reads.length <= 20, String(reads.length));
		assert.deepEqual(requests[0]!.destinationsByClient.httpYac, [undefined]);
		const missing = Array.from({ length: 1000 }, (_, index) => `# @import missing${index}.http\n`).join('');
		reads.length = 0;
		findRequestUses(`${missing}\n###\nGET ${ORIGIN}/x\n${KEY}`, 'requestFile', createReader({}, reads));
		assert.ok(reads.length <= 20, String(reads.length));
	});

	it('doesn’t know the content of files that are too long', () => {
		const text = `# @import a.http\n# @import b.http\n\n###\nGET ${ORIGIN}/x\n${IMPORTED_KEY}`;
		const files = { 'a.http': AUTH, 'b.http': `# ${formatVariableReference(TOKEN_ID)}${'x'.repeat(1_000_000)}` };
		assert.deepEqual(listDestinations(text, files), [[undefined]]);
		assert.deepEqual(listDestinations(text, { ...files, 'b.http': '' }), [[ORIGIN]]);
	});
});
