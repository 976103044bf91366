import assert from 'node:assert/strict';
import fc from 'fast-check';
import { setAuthorizationEverywhere, setAuthorizationEverywhereInMarkdown } from '../../src/requestFiles/authorizationEdits';
import { findInDocument } from '../../src/requestFiles/findings';
import { formatAuthorizationReference, formatVariableReference } from '../../src/requestFiles/keyReferences';
import { maskPlainTextKeys } from '../../src/requestFiles/plainTextKeys';
import { findRequestUses } from '../../src/requestFiles/requestUses';
import { fuzzParameters, fuzzSeed } from '../support/fuzzing';
import { createFindingContext } from '../support/findingContext';
import { measureProcessorTime } from '../support/processorTime';
import { createSourceToken } from '../support/sourceTokens';

const TOKEN = createSourceToken();
const CONTEXT = createFindingContext(TOKEN);
const FILE_LENGTH = 60_000;
/** Linear time takes less than a tenth of a second, quadratic time takes minutes. */
const MAX_TIME_MS = 10_000;
/** What a file may add to what it contains: variables are expanded up to a limit, for each request. */
const MAX_TARGET_LENGTH = 10_000;

/** Everything that has a meaning in request files, and parts of it. */
const units = fc.constantFrom(
	...[
		'\n',
		'\r\n',
		' ',
		'\t',
		'a',
		'=',
		'"',
		"'",
		'`',
		'\\',
		'^',
		'#',
		'/',
		'//',
		'/*',
		'*/',
		'?',
		'&',
		'@',
		':',
		'::',
		'<',
		'>',
		'{',
		'}',
	],
	...[
		'{{',
		'}}',
		'{{a}}',
		'{{$',
		'{{$processEnv ',
		'{{@\n',
		'< {%',
		'%}',
		'###',
		'\n###\n',
		'```',
		'\n```http\n',
		'\n```\n',
		'~~~',
		'---\n',
		'$(',
		'$(',
	],
	...[
		'GET ',
		'\nGET ',
		'POST /a',
		'https://api.example/public/v1/devops',
		'HTTP/1.1\n',
		'curl ',
		'curl -H "',
		" -H '",
		'--next',
		"$'",
		'^"',
	],
	...[
		'Authorization',
		'\nAuthorization: ',
		'ApiKey ',
		'SU-000-000-001',
		':',
		'0123456789',
		'CONNECT_SU_000_000_001',
		'CONNECT_',
		'U1UtMDAw',
	],
	...[
		'@a = ',
		'\n@a = {{b}}{{b}}\n',
		'\n@b = {{a}}{{a}}\n',
		'\n@b := {{a}}\n',
		'# @import ./a.http\n',
		'# @name a\n',
		'\n  folded',
		'\u2028',
		'\0',
		'é',
		'😀',
	],
	formatVariableReference(TOKEN.token.id),
	formatAuthorizationReference(TOKEN.token.id),
);

/** A long file: a few units in an order that is repeated, with anything before and after. */
const files = fc
	.tuple(fc.array(units, { maxLength: 8 }), fc.array(units, { minLength: 1, maxLength: 6 }), fc.array(units, { maxLength: 8 }))
	.map(([start, repeated, end]) => {
		const period = repeated.join('');
		return [...start, period.repeat(Math.ceil(FILE_LENGTH / period.length)).slice(0, FILE_LENGTH), ...end].join('');
	});

describe(`Request files of any form (seed ${fuzzSeed})`, function () {
	this.timeout(0);

	it('are read in a time and a size that grow with their length', () => {
		fc.assert(
			fc.property(files, fc.constantFrom('requestFile' as const, 'markdown' as const), (text, kind) => {
				const getTimeMs = measureProcessorTime();
				const findings = findInDocument(text, kind, CONTEXT);
				const { requests, references } = findRequestUses(text, kind);
				const masked = maskPlainTextKeys(text);
				const setAll = kind === 'markdown' ? setAuthorizationEverywhereInMarkdown : setAuthorizationEverywhere;
				const placement = setAll(text, 'ApiKey {{key}}');
				const timeMs = getTimeMs();

				assert.ok(timeMs < MAX_TIME_MS, `took ${Math.round(timeMs)} ms`);
				assert.ok(masked.length <= 2 * text.length);
				assert.ok(findings.length + requests.length + references.length <= text.length);
				for (const { target } of requests) {
					assert.ok(JSON.stringify(target ?? '').length <= text.length + 2 * MAX_TARGET_LENGTH);
				}
				if ('edits' in placement) {
					assert.ok(placement.edits.length <= text.length);
				}
			}),
			fuzzParameters(60),
		);
	});
});
