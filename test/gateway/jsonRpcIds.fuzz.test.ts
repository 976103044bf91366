import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findJsonRpcRequests } from '../../src/gateway/jsonRpcIds';
import { anyCharacter, fuzzParameters, fuzzSeed } from '../support/fuzzing';

const id = fc.oneof(fc.maxSafeInteger(), fc.string({ unit: 'grapheme' }));
const params = fc.option(fc.jsonValue(), { nil: undefined });

describe(`The IDs of JSON-RPC requests (seed ${fuzzSeed})`, () => {
	it('are found in any request, with its members in any order, also if it is cut off after them', () => {
		fc.assert(
			fc.property(id, params, fc.string(), fc.boolean(), (requestId, requestParams, method, isIdLast) => {
				const first = { jsonrpc: '2.0', method };
				const request = isIdLast ? { ...first, params: requestParams, id: requestId } : { ...first, id: requestId, params: requestParams };
				const found = { kind: 'requests', ids: [requestId], isBatch: false };
				assert.deepEqual(findJsonRpcRequests(JSON.stringify(request), true), found);
				const start = JSON.stringify({ jsonrpc: '2.0', id: requestId, method, params: 'x'.repeat(100) }).slice(0, -20);
				assert.deepEqual(findJsonRpcRequests(start, false), found);
			}),
			fuzzParameters(2000),
		);
	});

	it('are never those of something else', () => {
		fc.assert(
			fc.property(fc.jsonValue(), fc.nat(), (value, cut) => {
				const text = JSON.stringify({ method: 'a', params: { id: 'inner', value } });
				assert.deepEqual(findJsonRpcRequests(text, true), { kind: 'notifications' });
				assert.deepEqual(findJsonRpcRequests(text.slice(0, cut % text.length), false), { kind: 'unknown' });
			}),
			fuzzParameters(1000),
		);
	});

	it('are looked for in any text and bytes without an error, and in linear time', () => {
		const bytes = fc.uint8Array({ maxLength: 300 }).map((value) => Buffer.from(value).toString('utf8'));
		fc.assert(
			fc.property(fc.oneof(fc.string({ unit: anyCharacter }), bytes), fc.boolean(), (text, isComplete) => {
				findJsonRpcRequests(text, isComplete);
			}),
			fuzzParameters(3000),
		);
		for (const part of ['{"id":"\\', '[', '{"jsonrpc":"2.0",', '"id":', ' ', '{"method":"a" ', '\\"']) {
			const text = (part.startsWith('{') ? '' : '{"id":"') + part.repeat(Math.ceil(65_536 / part.length));
			const start = performance.now();
			findJsonRpcRequests(text, false);
			findJsonRpcRequests(text, true);
			assert.ok(performance.now() - start < 1000, part);
		}
	});
});
