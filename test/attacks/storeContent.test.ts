import assert from 'node:assert/strict';
import { mergeCustomModules } from '../../src/domain/customModules';
import { parseDocument } from '../../src/sources/workspace/storeDocument';
import { parseUsageFile } from '../../src/sources/workspace/usageFileSchema';
import { issueToken } from '../support/gateway/memoryTokens';

const bytes = (text: string) => Buffer.from(text);

/** Parses a store with these tokens, whose text is formatted like in files that are written. In any other format, they're the same. */
function storeWith(...tokens: readonly string[]) {
	const records = tokens.map((token) => `\n\t\t${token.slice(0, -1)}\n\t\t}`);
	const formatted = parseDocument(bytes(`{\n\t"version": 1,\n\t"tokens": [${records.join()}\n\t]\n}\n`));
	const compact = parseDocument(bytes(`{"version": 1, "tokens": [${tokens.join()}]}`));
	assert.deepEqual(formatted?.tokens, compact?.tokens);
	assert.equal(formatted?.unreadableCount, compact?.unreadableCount);
	return formatted;
}

describe('Hostile content of our files', () => {
	const token = JSON.stringify(issueToken().token);

	afterEach(() => {
		assert.deepEqual(Object.keys(Object.prototype), []);
		for (const name of ['polluted', '0']) {
			assert.equal(name in {}, false);
		}
	});

	it('changes no prototype', () => {
		const pollution = '{"polluted": true, "0": true}';
		for (const key of ['__proto__', 'constructor', 'prototype']) {
			const [stored] = storeWith(token.replace('{', `{"${key}": ${pollution},`))!.tokens;
			assert.equal('polluted' in stored!, false, key);
			assert.equal(Object.getPrototypeOf(stored), Object.prototype, key);
			assert.ok(parseDocument(bytes(`{"version": 1, "tokens": [], "${key}": ${pollution}}`)));
			for (const version of [1, 2]) {
				for (const entry of [`"${key}": {"lastUsed": null, "days": []}`, `"${key}": ${pollution}`]) {
					const usage = parseUsageFile(bytes(`{"version": ${version}, "tokens": {${entry}}}`));
					assert.deepEqual(Object.keys(usage?.tokens ?? {}), [], `${version} ${entry}`);
				}
			}
			const statuses = `{"version": 1, "tokens": {"SU-000-000-001": {"lastUsed": null, "days": [{"date": "2030-01-01", "statuses": {"${key}": ${pollution}}}]}}}`;
			assert.deepEqual(
				Object.keys(parseUsageFile(bytes(statuses))?.tokens ?? {}).filter((id) => id === key),
				[],
			);
		}
		const modules = mergeCustomModules(JSON.parse('{"__proto__": ["/x"], "constructor": ["/billing"], "toString": ["/y"]}'));
		assert.equal(Object.getPrototypeOf(modules.paths), Object.prototype);
	});

	it('of any depth and length is read or rejected, and never crashes the extension host', () => {
		for (const depth of [1e4, 1e5]) {
			const nested = '['.repeat(depth) + ']'.repeat(depth);
			const store = parseDocument(bytes(`{"version": 1, "tokens": ${nested}}`));
			assert.deepEqual(store?.tokens ?? [], [], String(depth));
			assert.equal(storeWith(token, token.replace('"name"', `"other": ${nested}, "name"`))?.tokens.length ?? 0, store ? 1 : 0);
			assert.deepEqual(parseUsageFile(bytes(`{"version": 2, "tokens": ${nested}}`))?.tokens ?? {}, {});
		}
		assert.equal(storeWith(...Array.from({ length: 10_000 }, () => '{"id": 1}'), token)?.unreadableCount, 10_000);
	});

	it('has no token whose ID or key isn’t one', () => {
		const valid = JSON.parse(token) as { id: string; key: object };
		for (const changes of [
			{ id: 'SU-١١١-111-111' },
			{ id: `${valid.id}\n` },
			{ id: '../../x' },
			{ id: { toString: 'SU-111-111-111' } },
			{ key: { ...valid.key, sha256: 'zz' } },
			{ key: { ...valid.key, sha256: 'A'.repeat(64) } },
			{ key: { ...valid.key, id: '' } },
		]) {
			assert.deepEqual(storeWith(JSON.stringify({ ...valid, ...changes }))?.tokens, [], JSON.stringify(changes));
		}
	});
});
