import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as oniguruma from 'vscode-oniguruma';
import { INITIAL, parseRawGrammar, Registry, type IGrammar } from 'vscode-textmate';
import { formatRequestFile } from '../../../src/requestFiles/newRequestFileText';
import { repositoryRoot } from '../../host/paths';

interface Manifest {
	readonly contributes: {
		readonly grammars: readonly [{ readonly language: string; readonly scopeName: string; readonly path: string }];
	};
}

const [contribution] = (JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as Manifest).contributes.grammars;
const grammarText = readFileSync(join(repositoryRoot, contribution.path), 'utf8');

/** Grammars that VS Code has, reduced to what shows that they're used. An object that isn't closed doesn't end. */
const BUILT_IN_GRAMMARS: Readonly<Record<string, object>> = {
	'source.json': {
		scopeName: 'source.json',
		patterns: [{ begin: '\\{', end: '\\}', name: 'meta.object.json', patterns: [{ begin: '"', end: '"', name: 'string.quoted.json' }] }],
	},
	'source.shell': { scopeName: 'source.shell', patterns: [{ match: '"[^"]*"', name: 'string.quoted.shell' }] },
	'text.xml': { scopeName: 'text.xml', patterns: [{ match: '<[^>]+>', name: 'meta.tag.xml' }] },
};

/** What a client contributes: rules for each kind of line, and a request that ends before the next separator. */
const CLIENT_GRAMMAR = {
	scopeName: 'source.http',
	patterns: [
		{ match: '^\\s*#.*$', name: 'client.comment' },
		{ match: '^\\s*//.*$', name: 'client.comment' },
		{ match: '^\\s*@.*$', name: 'client.variable' },
		{ match: '(?i)^\\s*HTTP/.*$', name: 'client.response' },
		{
			begin: '(?i)^\\s*(?=(GET|POST|PUT|curl|https?)\\b)',
			end: '(?=^\\s*###)',
			name: 'client.request',
			patterns: [{ match: '[\\w-]+:', name: 'client.header' }],
		},
	],
};

async function loadGrammar(scopeName: string, grammars: Readonly<Record<string, object>>): Promise<IGrammar> {
	const registry = new Registry({
		onigLib: Promise.resolve({
			createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
			createOnigString: (text) => new oniguruma.OnigString(text),
		}),
		loadGrammar: (name) => {
			const text = name === contribution.scopeName ? grammarText : JSON.stringify(grammars[name] ?? null);
			return Promise.resolve(text === 'null' ? null : parseRawGrammar(text, `${name}.json`));
		},
	});
	return (await registry.loadGrammar(scopeName)) ?? assert.fail(`There's no grammar ${scopeName}.`);
}

/** Lists the tokens of a text: each with its scopes below the root, without those of whole requests and templates. */
function tokenize(grammar: IGrammar, text: string): readonly (readonly [text: string, scopes: string])[] {
	let state = INITIAL;
	return text.split('\n').flatMap((line) => {
		const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
		state = ruleStack;
		return tokens.map(({ startIndex, endIndex, scopes }) => {
			const shown = scopes.slice(1).filter((scope) => !/^meta\.(request|template|variable-definition)/.test(scope));
			return [line.slice(startIndex, endIndex).trim(), shown.join(' ')] as const;
		});
	});
}

const SAMPLE = `@gateway = http://127.0.0.1:7357/public/v1
### List accounts
# @name accounts
// A comment
GET {{gateway}}/accounts
	?limit=1
	&offset={{offset}} HTTP/1.1
Authorization: ApiKey {{$processEnv CONNECT_SU_631_646_036}}
Accept: application/json
###
POST https://api.example/orders HTTP/1.1
Content-Type: application/json

{"id": "{{id}}"
### The object above isn't closed
https://api.example/xml

<order/>
###
PUT /a

< ./body.json
###
curl "https://api.example"
### Response
HTTP/1.1 404 Not Found
Server: test`;

describe('the grammar for request files', () => {
	let grammar: IGrammar;

	before(async () => {
		const file = require.resolve('vscode-oniguruma').replace(/main\.js$/, 'onig.wasm');
		await oniguruma.loadWASM(readFileSync(file));
		grammar = await loadGrammar(contribution.scopeName, BUILT_IN_GRAMMARS);
	});

	it('highlights methods, URLs, headers, variables, placeholders, comments, and bodies', () => {
		const tokens = tokenize(grammar, SAMPLE);
		const expected: readonly (readonly [string, string])[] = [
			['gateway', 'variable.other.http'],
			['http://127.0.0.1:7357/public/v1', 'string.unquoted.http'],
			['List accounts', 'comment.line.number-sign.http entity.name.section.http'],
			['@name', 'comment.line.http keyword.other.annotation.http'],
			['GET', 'keyword.control.method.http'],
			['/accounts', 'string.unquoted.url.http'],
			['limit', 'variable.parameter.http'],
			['1', 'string.unquoted.http'],
			['Authorization', 'entity.other.attribute-name.header.http'],
			['ApiKey', 'string.unquoted.http'],
			['application/json', 'string.unquoted.http'],
			['https://api.example/orders', 'string.unquoted.url.http'],
			['HTTP/1.1', 'constant.language.version.http'],
			['id', 'meta.object.json string.quoted.json'],
			["The object above isn't closed", 'comment.line.number-sign.http entity.name.section.http'],
			['https://api.example/xml', 'string.unquoted.url.http'],
			['<order/>', 'meta.tag.xml'],
			['./body.json', 'string.unquoted.path.http'],
			['"https://api.example"', 'string.quoted.shell'],
			['404', 'constant.numeric.status.http'],
			['Server', 'entity.other.attribute-name.header.http'],
		];
		const all = tokens.map(([text, scopes]) => `${text} → ${scopes}`);
		assert.deepEqual(
			expected.map(([text, scopes]) => `${text} → ${scopes}`).filter((token) => !all.includes(token)),
			[],
			all.join('\n'),
		);
		for (const placeholder of ['gateway', 'offset', 'CONNECT_SU_631_646_036', 'id']) {
			assert.ok(
				tokens.some(([text, scopes]) => text === placeholder && scopes.endsWith('variable.other.http')),
				`${placeholder} is a placeholder`,
			);
		}
		assert.ok(tokens.some(([text, scopes]) => text === '$processEnv' && scopes.endsWith('support.function.http')));
	});

	it('leaves no text in the files of New Request File without a color', () => {
		const text = formatRequestFile(
			{ variable: 'gateway', url: 'http://127.0.0.1:7357/public/v1' },
			[{ title: 'Accounts', path: '/accounts?limit=10' }],
			'ApiKey {{$processEnv CONNECT_SU_631_646_036}}',
		);
		assert.deepEqual(
			tokenize(grammar, text).filter(([token, scopes]) => token !== '' && scopes === ''),
			[],
		);
	});

	it('leaves everything to the grammar of a client that is installed', async () => {
		const grammars = { ...BUILT_IN_GRAMMARS, [CLIENT_GRAMMAR.scopeName]: CLIENT_GRAMMAR };
		const clientTokens = tokenize(await loadGrammar(CLIENT_GRAMMAR.scopeName, grammars), SAMPLE);
		assert.ok(clientTokens.some(([, scopes]) => scopes === 'client.request client.header'));
		assert.deepEqual(tokenize(await loadGrammar(contribution.scopeName, grammars), SAMPLE), clientTokens);
	});
});
