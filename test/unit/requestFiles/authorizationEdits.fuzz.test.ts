import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
	applyReplacements,
	setAuthorization,
	setAuthorizationInMarkdown,
	type AuthorizationEdits,
} from '../../../src/requestFiles/authorizationEdits';
import { findRequestInFile } from '../../../src/requestFiles/requestFileParser';
import { fuzzParameters, fuzzSeed } from '../../support/fuzzing';
import { commands, mutateFile, requestFiles } from './requestFileGenerator';

const values = fc.constantFrom('ApiKey SU-111-222-333:secret', 'ApiKey {{$processEnv CONNECT_SU_111_222_333}}');

/** `npm run fuzz` tries more. */
const RUNS = 1_000;

function editsOf(placement: AuthorizationEdits) {
	assert.ok('edits' in placement, 'there is a request at the cursor');
	return placement.edits;
}

const AUTHORIZATION = /^\s*authorization\s*:/i;
/** Lines below a request line that httpYac treats as headers, according to its documentation and sources. */
const HTTPYAC_HEADERS = [
	/^\s*(?:#\s|\/\/)/,
	/^\s*[!#$%&'*+\-.^_`|~0-9A-Za-z]+\s*:/,
	/^\s*\.{3}\S+\s*$/,
	/^\s*[?&](?:[^(=?&)]+=|\{\{.*\}\}\s*$)/,
	/^\s*\/[^*]*$/,
];

/** Asserts that both clients find a single Authorization header in the text after a request line. */
function hasSingleAuthorizationHeader(below: string): void {
	const lines = below.split(/\r\n|\n|\r/).slice(1);
	const httpYacEnd = lines.findIndex((line) => /^\s*###/.test(line) || !HTTPYAC_HEADERS.some((form) => form.test(line)));
	const sent = lines.slice(0, httpYacEnd).filter((line) => AUTHORIZATION.test(line)).length;
	const urlEnd = lines.findIndex((line) => !/^\s*(?:\?(?!\?)|[&#]|\/(?:\/|[^*]*$))/.test(line));
	const lastOfUrl = lines.slice(0, urlEnd).findLastIndex((line) => /^\s*(?:[?&]|\/(?!\/))/.test(line));
	// Query parts that only REST Client supports end httpYac's headers, so the header must be above them.
	assert.ok(sent === 1 || (sent === 0 && httpYacEnd <= lastOfUrl), 'httpYac sends one');
	const forRestClient = lines.slice(
		0,
		lines.findIndex((line) => /^\s*(?:$|###|[A-Z-]+\s+\S*[/{.:]|\{\{@?\w*\s*$|[<>]\s+\{%\s*$|\/\*\s*$)/.test(line)),
	);
	assert.ok(forRestClient.filter((line) => /^authorization\s*:/i.test(line)).length <= 1, 'REST Client joins no others to it');
}

describe(`Setting the Authorization header in generated request files (seed ${fuzzSeed})`, function () {
	this.timeout(0);

	it('changes exactly the header, and nothing else', () => {
		fc.assert(
			fc.property(requestFiles(), values, fc.nat(), fc.nat(), (file, value, nth, at) => {
				const index = nth % file.blocks.length;
				const { start, end } = file.blocks[index]!;
				const offset = start + (at % (end - start + 1));
				const placed = applyReplacements(file.text, editsOf(setAuthorization(file.text, offset, value)));
				assert.equal(placed, file.withAuthorization(index, value));
			}),
			fuzzParameters(RUNS),
		);
	});

	it('sets a single header and is idempotent in randomly damaged files', () => {
		fc.assert(
			fc.property(mutateFile(requestFiles()), values, fc.nat(), (text, value, at) => {
				const offset = at % (text.length + 1);
				const placement = setAuthorization(text, offset, value);
				const request = findRequestInFile(text, offset);
				assert.equal('problem' in placement, request === undefined || request.kind === 'broker');
				if (!request || 'problem' in placement) {
					return;
				}
				let end = 0;
				for (const edit of placement.edits) {
					assert.ok(end <= edit.start && edit.start <= edit.end && edit.end <= text.length, 'edits are in order');
					end = edit.end;
				}
				const placed = applyReplacements(text, placement.edits);
				const { start } = request.requestLine;
				assert.deepEqual(setAuthorization(placed, start, value), { edits: [] });
				if (request.kind === 'http') {
					hasSingleAuthorizationHeader(`${placed.slice(request.requestLine.end)}\n`);
					for (const edit of placement.edits.filter((one) => one.end > one.start)) {
						const line =
							text
								.slice(0, edit.start)
								.split(/[\r\n]/)
								.at(-1)! + text.slice(edit.start);
						// A folded value can continue below a comment, which stays.
						assert.match(line, /^(?:\s*authorization(?:[:\s]|$)|[ \t]+\S)/i, 'only Authorization headers are replaced');
					}
				}
			}),
			fuzzParameters(2 * RUNS),
		);
	});

	it('sets a single header in cURL commands, and keeps their other words', () => {
		fc.assert(
			fc.property(commands, values, ({ text, others }, value) => {
				const placed = applyReplacements(text, editsOf(setAuthorization(text, text.length, value)));
				const request = findRequestInFile(placed, 0);
				assert.ok(request?.kind === 'curl');
				const words = request.words.map((word) => word.value);
				const header = words.findIndex((word) => /^authorization: /i.test(word));
				assert.equal(words[header]?.replace(/^authorization/i, 'Authorization'), `Authorization: ${value}`);
				assert.match(words[header - 1]!, /^(?:-s?H|--header)$/);
				const rest = words.filter((_, index) => index !== header && index !== header - 1);
				assert.deepEqual(
					rest.filter((word) => word !== '-s'),
					others,
				);
				assert.deepEqual(setAuthorization(placed, 0, value), { edits: [] });
			}),
			fuzzParameters(RUNS),
		);
	});

	it('never throws for any text', () => {
		const character = fc.oneof(fc.constantFrom(...Array.from('GET http://a\r\n#{}<>%/*?&:-H"\'\\`~curl ')), fc.string({ maxLength: 1 }));
		const anything = fc.string({ unit: character, maxLength: 200 });
		fc.assert(
			fc.property(anything, fc.integer({ min: -1, max: 201 }), (text, offset) => {
				setAuthorization(text, offset, 'ApiKey x');
				setAuthorizationInMarkdown(`\`\`\`http\n${text}`, offset, 'ApiKey x');
			}),
			fuzzParameters(2 * RUNS),
		);
	});

	it('supports a cursor in each of very many requests', () => {
		// With quadratic time, this takes longer than any test may.
		const request = 'GET https://example.com/api\n\n';
		const fence = `\`\`\`http\n${request}\`\`\`\n`;
		for (const [unit, set] of [
			[request, setAuthorization],
			[`###\n${request}`, setAuthorization],
			['curl https://example.com/api\n', setAuthorization],
			[fence, setAuthorizationInMarkdown],
		] as const) {
			const text = unit.repeat(20_000);
			const offsets = Array.from({ length: 20_000 }, (_, index) => (20_000 - index) * unit.length - 6);
			const placement = set(text, offsets, 'ApiKey x');
			assert.ok(placement && 'edits' in placement);
			assert.equal(placement.edits.length, 20_000);
		}
	}).timeout(60_000);

	it('supports very long lines and very many lines', () => {
		for (const unit of [
			'a',
			' ',
			'#',
			'{',
			'{{a}}',
			'a.',
			'?',
			'\\',
			'"',
			'-H ',
			'Authorization: ',
			'\u00a0',
			'`',
			'{{\n',
			'> {%\n',
			'/*\n',
			'###\n',
			'?a\n',
			'GET x\n',
			'curl x\n',
			'```\n',
		]) {
			const long = unit.repeat(100_000 / unit.length);
			for (const text of [
				long,
				`GET ${long}`,
				`GET x\n${long}`,
				`GET x\nAuthorization: Bearer\n ${long}`,
				`curl ${long}`,
				`curl -H "Authorization: ${long}`,
			]) {
				setAuthorization(text, text.length, 'ApiKey x');
				setAuthorizationInMarkdown(`\`\`\`http\n${text}`, text.length, 'ApiKey x');
			}
		}
	});
});
