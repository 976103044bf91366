import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createAccessRules } from '../../../src/domain/accessRules';
import { ALL_MODULES } from '../../../src/domain/catalog';
import { mergeCustomModules } from '../../../src/domain/customModules';
import { createModules } from '../../../src/openApi/importedModules';
import type { OpenApiDocument } from '../../../src/openApi/openApiDocument';

type Paths = Readonly<Record<string, readonly (string | undefined)[]>>;

function createDocument(paths: Paths, servers: readonly string[] = []): OpenApiDocument {
	return { title: 'Example', servers, paths: Object.entries(paths).map(([path, tags]) => ({ path, tags })) };
}

const listModules = (paths: Paths, servers?: readonly string[], basePath = '') =>
	Object.fromEntries(createModules(createDocument(paths, servers), basePath).map((module) => [module.name, module.paths]));

describe('Modules from an OpenAPI document', () => {
	it('are its tags, with the paths that cover all of their operations', () => {
		const paths = {
			'/orders': ['Orders', 'Orders'],
			'/orders/{orderId}': ['Orders'],
			'/orders/{orderId}/invoices': ['Billing'],
			'/orders/{orderId}/invoices/{id}/lines': ['Orders'],
			'/files/{name}.json': ['Files'],
			'/invoices?all': ['Billing'],
		};
		assert.deepEqual(listModules(paths), {
			Billing: ['/invoices', '/orders/{id}/invoices'],
			Files: ['/files/{id}'],
			Orders: ['/orders', '/orders/{id}/invoices/{id}/lines'],
		});
	});

	it('are the first segments of paths whose operations have no tags', () => {
		assert.deepEqual(listModules({ '/health': [undefined], '/{tenant}/users/{id}': [undefined], '/': [undefined] }), {
			health: ['/health'],
			users: ['/{id}/users/{id}'],
		});
	});

	it('have names that the setting keeps', () => {
		const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];
		const paths = listModules(Object.fromEntries(names.map((name, index) => [`/p${index}`, [name]])));
		assert.deepEqual(Object.keys(paths), ['hasOwnProperty', 'p0', 'p1', 'p2', 'toString']);
		const { paths: merged } = mergeCustomModules({ ...paths, toString: ['/modules'] });
		assert.ok(Object.keys(paths).every((name) => Object.hasOwn(merged, name)));
		assert.equal(createAccessRules(merged)('GET', '/modules', ['toString']).kind, 'allowed');
	});

	it('are created in seconds from tens of thousands of paths', () => {
		const entries = Array.from({ length: 20_000 }, (_, index): [string, string[]][] => [
			[`/a${index}`, [`T${index % 50}`]],
			[`/a${index}/{x}/b`, [`T${index % 50}`]],
			[`/a${index}/c`, ['Other']],
		]).flat();
		const start = Date.now();
		assert.equal(Object.keys(listModules(Object.fromEntries(entries))).length, 51);
		assert.ok(Date.now() - start < 20_000);
	});

	it('share the paths whose operations have different tags', () => {
		const modules = createModules(createDocument({ '/a': ['One', 'Two'], '/a/b': ['One'] }), '');
		assert.deepEqual(modules, [
			{ name: 'One', paths: ['/a', '/a/b'], sharedPaths: ['/a'] },
			{ name: 'Two', paths: ['/a'], sharedPaths: ['/a'] },
		]);
	});

	it('have paths relative to the upstream, whether the document’s servers contain its path or its paths do', () => {
		const inServer = listModules({ '/orders': ['Orders'] }, ['https://api.example.com/public/v1/'], '/public/v1');
		const inPaths = listModules({ '/public/v1/orders': ['Orders'] }, ['https://api.example.com'], '/public/v1');
		const upstreamWithoutPath = listModules({ '/orders': ['Orders'] }, ['{protocol}://x/y', '/public/v1'], '');
		assert.deepEqual([inServer, inPaths], [{ Orders: ['/orders'] }, { Orders: ['/orders'] }]);
		assert.deepEqual(upstreamWithoutPath, { Orders: ['/public/v1/orders'] });
	});

	it('have valid names, and the same one regardless of case', () => {
		const paths = { '/a': ['  Orders\n'], '/b': ['orders'], '/c': ['x'.repeat(80)], '/d': [ALL_MODULES], '/e': ['Orders:read'] };
		assert.deepEqual(listModules(paths), {
			d: ['/d'],
			e: ['/e'],
			Orders: ['/a', '/b'],
			['x'.repeat(64)]: ['/c'],
		});
	});

	it('are valid in the setting, and cover each operation with exactly its tags', () => {
		const anySegment = fc.constantFrom('orders', 'lines', '{orderId}', 'mine', 'x-{a}');
		const anyPath = fc.array(anySegment, { minLength: 1, maxLength: 4 }).map((segments) => `/own/${segments.join('/')}`);
		const anyTags = fc.uniqueArray(fc.constantFrom('One', 'Two', 'Three'), { minLength: 1, maxLength: 2 });
		fc.assert(
			fc.property(fc.dictionary(anyPath, anyTags), (paths) => {
				const modules = createModules(createDocument(paths), '');
				const { paths: modulePaths } = mergeCustomModules(Object.fromEntries(modules.map(({ name, paths: list }) => [name, list])));
				const decide = createAccessRules(modulePaths);
				const tagsByPattern = new Map<string, Set<string>>();
				for (const [path, tags] of Object.entries(paths)) {
					const pattern = path.replace(/[^/]*\{[^/]*/g, '{id}');
					tagsByPattern.set(pattern, new Set([...(tagsByPattern.get(pattern) ?? []), ...tags]));
				}
				for (const [pattern, tags] of tagsByPattern) {
					const allowed = ['One', 'Two', 'Three'].filter(
						(name) => decide('POST', pattern.replaceAll('{id}', 'any'), [name]).kind === 'allowed',
					);
					assert.deepEqual(allowed.sort(), [...tags].sort(), pattern);
				}
			}),
		);
	});
});
