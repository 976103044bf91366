import assert from 'node:assert/strict';
import { MAX_DOCUMENT_CHARACTERS, parseOpenApi } from '../../../src/openApi/openApiDocument';

const YAML = `
openapi: 3.0.3
info: { title: Orders API, version: 1.0.0 }
servers:
  - url: https://api.example.com/v1
paths:
  x-internal: true
  /orders:
    parameters: []
    get: { tags: [Orders], responses: {} }
    post: { tags: [Orders, Other] }
  /health:
    get: {}
  /nothing: {}
  /shared:
    $ref: '#/components/pathItems/a~1b'
components:
  pathItems:
    a/b:
      put: { tags: [Shared] }
`;

describe('An OpenAPI document', () => {
	it('is read from YAML and JSON: title, servers, and the first tag of each operation', () => {
		const document = parseOpenApi(YAML);
		assert.deepEqual(document, {
			title: 'Orders API',
			servers: ['https://api.example.com/v1'],
			paths: [
				{ path: '/orders', tags: ['Orders', 'Orders'] },
				{ path: '/health', tags: [undefined] },
				{ path: '/shared', tags: ['Shared'] },
			],
		});
		const json = { openapi: '3.1.0', paths: { '/a': { get: { tags: ['A'] } } }, webhooks: { changed: {} } };
		assert.deepEqual(parseOpenApi(JSON.stringify(json, undefined, '\t')).paths, [{ path: '/a', tags: ['A'] }]);
		assert.deepEqual(parseOpenApi('openapi: 3.1.1').paths, []);
	});

	for (const [title, text, message] of [
		['another version', 'swagger: "2.0"\npaths: {}', /Swagger 2 document\. Convert it/],
		['other content', '{"name": "package"}', /isn't an OpenAPI 3 document/],
		['a list', '[1, 2]', /isn't an OpenAPI 3 document/],
		['no content', '', /isn't an OpenAPI 3 document/],
		['a syntax error', 'openapi: 3.0.0\npaths: {\n', /not valid JSON or YAML \(line \d\)/],
		['a path that is not an object', 'openapi: 3.0.0\npaths: { /a: { get: 7 } }', /path “\/a” of the OpenAPI document isn't valid/],
		['too many characters', ' '.repeat(MAX_DOCUMENT_CHARACTERS + 1), /too large/],
	] as const) {
		it(`is rejected with ${title}`, () => {
			assert.throws(() => parseOpenApi(text), message);
		});
	}

	it('cannot exhaust memory by repeating parts of itself, and changes no prototype', () => {
		const levels = Array.from({ length: 30 }, (_, index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}, *a${index}]`);
		assert.throws(() => parseOpenApi(`openapi: 3.0.0\na0: &a0 [x]\n${levels.join('\n')}`), /repeats parts of itself/);
		parseOpenApi('openapi: 3.0.0\n__proto__: { polluted: 1 }\npaths: { /a: { get: {} , __proto__: { polluted: 1 } } }');
		assert.equal('polluted' in {}, false);
	});
});
