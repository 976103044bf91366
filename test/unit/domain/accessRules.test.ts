import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createAccessRules, createUsedModuleFinder } from '../../../src/domain/accessRules';
import { ALL_MODULES, BUILT_IN_MODULES } from '../../../src/domain/catalog';
import { BUILT_IN_MODULE_PATHS, SHARED_PATHS, type ModulePaths } from '../../../src/domain/modulePaths';

const decideAccess = createAccessRules(BUILT_IN_MODULE_PATHS);

interface ReferenceRule {
	readonly id: string;
	readonly parts: readonly string[];
}

function createReferenceRules(paths: ModulePaths): readonly ReferenceRule[] {
	return [...Object.entries(paths), ['everyone', SHARED_PATHS] as const].flatMap(([id, modulePaths]) =>
		modulePaths.map((path) => ({ id, parts: path.slice(1).split('/') })),
	);
}

const builtInRules = createReferenceRules(BUILT_IN_MODULE_PATHS);

/** A slow reference implementation that finds the modules that cover a normalized path. */
function findCoveringModules(segments: readonly string[], rules = builtInRules): readonly string[] | 'everyone' | 'none' {
	const covering = rules.filter(
		({ parts }) => parts.length <= segments.length && parts.every((part, index) => part === '{id}' || part === segments[index]),
	);
	const specificity = (parts: readonly string[]) =>
		parts.map((part) => (part === '{id}' ? 1 : 2)).reduce((sum, value) => sum * 3 + value, 0);
	const maxSpecificity = Math.max(...covering.map(({ parts }) => specificity(parts)));
	const found = covering.filter(({ parts }) => specificity(parts) === maxSpecificity).map(({ id }) => id);
	return found.length === 0 ? 'none' : found.includes('everyone') ? 'everyone' : found;
}

/** Decodes a path once, as every server does. Some servers decode it twice. */
function decoded(path: string): string {
	// A path that was decoded before is text, so its characters can't be treated as bytes again.
	const raw = /[^\0-\xff]/.test(path) ? Buffer.from(path).toString('latin1') : path;
	const bytes = raw.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
	return Buffer.from(bytes, 'latin1').toString();
}

/** The ways in which servers interpret a decoded path, alone and one after another. */
const readings: readonly ((path: string) => string)[] = [
	(path) => path,
	decoded,
	(path) => path.toLowerCase(),
	(path) => path.replaceAll('\\', '/'),
	(path) => path.replace(/;[^/]*/g, ''),
	(path) => path.replace(/\/{2,}/g, '/'),
	(path) => path.replace(/\0.*$/s, ''),
	(path) =>
		path
			.split('/')
			.map((segment) => segment.trim().replace(/\.+$/, (dots) => (dots === segment ? dots : '')))
			.join('/'),
	(path) => path.normalize('NFKC'),
	resolveDots,
];

function resolveDots(path: string): string {
	const resolved: string[] = [];
	for (const segment of path.split('/').slice(1)) {
		if (segment === '..') {
			resolved.pop();
		} else if (segment !== '.') {
			resolved.push(segment);
		}
	}
	return `/${resolved.join('/')}`;
}

function segmentsOf(path: string): readonly string[] {
	return path.split('/').filter(Boolean);
}

/** Any permissions except all modules. */
const permissions = fc.subarray(BUILT_IN_MODULES.map(({ id }) => id));

/** A path that's covered by a module. */
const plainPath = fc
	.tuple(
		fc.constantFrom(...Object.values(BUILT_IN_MODULE_PATHS).flat(), ...SHARED_PATHS),
		fc.array(fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/), { maxLength: 2 }),
	)
	.map(([prefix, rest]) => [prefix.replaceAll('{id}', 'PRD-000-111'), ...rest].join('/'));

/** Segments and fragments of unusual paths. */
const piece = fc.oneof(
	fc.constantFrom(
		'/',
		'//',
		'.',
		'..',
		'%2e',
		'%2E',
		'%2e%2E',
		'%252e',
		'%2f',
		'%2F',
		'%252F',
		'%5c',
		'\\',
		';',
		';x=1',
		'%3b',
		'%00',
		'%',
		'%zz',
		'%c3',
		'%c0%af',
		'%20',
		' ',
		'\xa0',
		'／',
	),
	fc.constantFrom(
		'products',
		'Products',
		'usage',
		'USAGE',
		'taxonomies',
		'assets',
		'accounts',
		'tier',
		'modules',
		'PRD-1',
		'%70roducts',
		'u%73age',
		'K',
		'ſ',
	),
	fc.string({ unit: 'binary', maxLength: 3 }),
);
const brokenPath = fc
	.oneof(
		fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join('')}`),
		fc.array(piece, { maxLength: 6 }).map((pieces) => `/${pieces.join('/')}`),
		fc
			.tuple(plainPath, fc.nat(), piece)
			.map(([path, at, inserted]) => `/${path.slice(1, at % path.length)}${inserted}${path.slice(Math.max(1, at % path.length))}`),
		fc.tuple(plainPath, fc.nat(), fc.boolean()).map(([path, at, upper]) => {
			const index = 1 + (at % (path.length - 1));
			const hex = path.charCodeAt(index).toString(16);
			return `${path.slice(0, index)}%${upper ? hex.toUpperCase() : hex}${path.slice(index + 1)}`;
		}),
	)
	// Node decodes each non-ASCII byte of a request as one character.
	.map((path) => Buffer.from(path).toString('latin1'));

describe('Access rules', () => {
	it('cover exactly the built-in modules', () => {
		assert.deepEqual(Object.keys(BUILT_IN_MODULE_PATHS).sort(), BUILT_IN_MODULES.map(({ id }) => id).sort());
	});

	const cases: [method: string, path: string, needs: string | null][] = [
		['GET', '/products', 'products'],
		['GET', '/products/', 'products'],
		['POST', '/products/PRD-1/items', 'products'],
		['GET', '/products/PRD-1/usage/reports', 'usage'],
		['GET', '/products/PRD-1/taxonomies', 'pim'],
		['GET', '/productsX', 'nothing'],
		['GET', '/assets/AS-1/usage', 'usage'],
		['GET', '/tier/accounts/TA-1', 'customers'],
		['GET', '/tier/configs', 'tier-config'],
		['GET', '/tier', 'nothing'],
		['GET', '/offers-ns/x', 'offers'],
		['GET', '/notifications/webhooks', 'MD-0007'],
		['GET', '/modules', null],
		['DELETE', '/auth/context/deep', null],
		['GET', '/auth/tokens', 'MD-0007'],
		['GET', '/accounts', null],
		['POST', '/accounts', 'MD-0001'],
		['HEAD', '/accounts', 'MD-0001'],
		['GET', '/accounts/', 'MD-0001'],
		['GET', '/accounts/PA-1', 'MD-0001'],
		['GET', '', 'nothing'],
		['GET', '/', 'nothing'],
	];
	for (const [method, path, needs] of cases) {
		it(`require ${needs === null ? 'no module' : needs === 'nothing' ? 'all modules' : needs} for ${method} ${path || 'the base path'}`, () => {
			const passing = BUILT_IN_MODULES.map(({ id }) => id).filter((id) => decideAccess(method, path, [id]).kind === 'allowed');
			assert.deepEqual(passing, needs === null ? BUILT_IN_MODULES.map(({ id }) => id) : needs === 'nothing' ? [] : [needs]);
			assert.deepEqual(
				decideAccess(method, path, []),
				needs === null ? { kind: 'allowed' } : needs === 'nothing' ? { kind: 'noModule' } : { kind: 'missingModule', modules: [needs] },
			);
			assert.deepEqual(decideAccess(method, path, [ALL_MODULES]), { kind: 'allowed' });
		});
	}

	it('allow a normalized path for tokens with a module of the longest path that covers it', () => {
		fc.assert(
			fc.property(plainPath, permissions, (path, owned) => {
				const owners = findCoveringModules(segmentsOf(path));
				const may = owners === 'everyone' || (owners !== 'none' && owners.some((id) => owned.includes(id)));
				assert.equal(decideAccess('PUT', path, owned).kind === 'allowed', may);
			}),
			{ numRuns: 2000 },
		);
	});

	it('deny a path unless the token has a module for every way a server may interpret it', () => {
		const inOrders = readings.flatMap((first) => readings.map((second) => (path: string) => second(first(decoded(path)))));
		fc.assert(
			fc.property(brokenPath, permissions, (path, owned) => {
				if (decideAccess('PUT', path, owned).kind !== 'allowed') {
					return;
				}
				// Most readings of a path are the same.
				for (const interpreted of new Set(inOrders.map((read) => resolveDots(read(path))))) {
					const owners = findCoveringModules(segmentsOf(interpreted));
					assert.ok(
						owners === 'everyone' || (owners !== 'none' && owners.some((id) => owned.includes(id))),
						`${path} may be interpreted as ${interpreted}`,
					);
				}
			}),
			{ numRuns: 4000 },
		);
	});

	it('deny path traversal for all tokens, no matter how the dots are encoded', () => {
		const dots = fc
			.constantFrom('.', '%2e', '%2E', '%252e', '%25252E')
			.chain((first) => fc.constantFrom('.', '%2e', '%2E', '%252e').map((second) => first + second));
		const slash = fc.constantFrom('/', '%2f', '%2F', '\\', '%5c', '%255C', '/;a/', ';/');
		fc.assert(
			fc.property(plainPath, dots, slash, slash, (path, up, before, after) => {
				for (const owned of [[ALL_MODULES], ['products']]) {
					assert.equal(decideAccess('GET', `${path}${before.replace(/^;/, '')}${up}${after}x`, owned).kind, 'pathTraversal');
				}
			}),
		);
		for (const path of ['/..', '/.', '/a/..;x/b', '/a/%2e%2e%3bx', '/..%2f..', '/%2e']) {
			assert.equal(decideAccess('GET', path, [ALL_MODULES]).kind, 'pathTraversal', path);
		}
	});

	it('allow paths without dot segments for tokens with all modules', () => {
		for (const path of ['/a..b', '/...', '/a//b', '/a;b', '/%00', '/%zz', '/a%2fb', '/.well-known', '/files/report.v1.', '/a%252fb']) {
			assert.equal(decideAccess('GET', path, [ALL_MODULES]).kind, 'allowed', path);
		}
	});

	it('allow only reading with read-only access, and nothing that full access would not', () => {
		const ids = [...BUILT_IN_MODULES.map(({ id }) => id), ALL_MODULES];
		const anyPath = fc.constantFrom(...Object.values(BUILT_IN_MODULE_PATHS).flat(), '/nothing', '/Devops', '/accounts', '/modules');
		const anyMethod = fc.constantFrom('GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'get', 'WEBSOCKET');
		const chosen = fc.uniqueArray(fc.constantFrom(...ids), { maxLength: 6 });
		fc.assert(
			fc.property(anyMethod, anyPath, chosen, chosen, (method, path, fullIds, readIds) => {
				const decide = (permissions: readonly string[]) => decideAccess(method, path, permissions).kind;
				const isReading = ['GET', 'HEAD', 'OPTIONS'].includes(method);
				const actual = decide([...fullIds, ...readIds.map((id) => `${id}:read`)]);
				const asFull = decide([...fullIds, ...readIds]);
				// Without any module, a token may use the shared paths, but one with modules that it may only read doesn't write there.
				const isReadOnly = fullIds.length === 0 && readIds.length > 0;
				assert.equal(actual === 'allowed', (isReading ? asFull : isReadOnly ? 'denied' : decide(fullIds)) === 'allowed');
				assert.equal(actual === 'readOnly', asFull === 'allowed' && actual !== 'allowed');
			}),
		);
	});

	it('let a token that may only read not write to shared paths', () => {
		for (const path of SHARED_PATHS) {
			assert.deepEqual(decideAccess('POST', path, ['products:read', 'usage:read']), { kind: 'readOnly', modules: ['products', 'usage'] });
			assert.deepEqual(decideAccess('DELETE', `${path}/1`, ['MD-0000:read']), { kind: 'readOnly', modules: [ALL_MODULES] });
			assert.deepEqual(decideAccess('WEBSOCKET', path, ['MD-0000:read']), { kind: 'readOnly', modules: [ALL_MODULES] });
			for (const permissions of [[], ['products'], ['products:read', 'usage']]) {
				assert.equal(decideAccess('POST', path, permissions).kind, 'allowed');
			}
			assert.equal(decideAccess('GET', path, ['products:read']).kind, 'allowed');
		}
	});

	it('name the modules that are read-only', () => {
		assert.deepEqual(decideAccess('POST', '/products', ['products:read']), { kind: 'readOnly', modules: ['products'] });
		assert.deepEqual(decideAccess('DELETE', '/nothing', ['MD-0000:read', 'products']), { kind: 'readOnly', modules: [ALL_MODULES] });
	});

	it('decode escapes in uppercase and lowercase', () => {
		for (const path of [
			'/%70roducts',
			'/product%73/PRD%2d1',
			'/product%73/PRD%2D1',
			'/products/caf%C3%A9',
			'/products/caf\xc3\xa9',
			'/products/a%20b',
			'/products/v1.2%2D3',
			'/products/5%25',
			'/products/5%254z',
		]) {
			assert.equal(decideAccess('GET', path, ['products']).kind, 'allowed', path);
			assert.deepEqual(decideAccess('GET', path, ['usage']), { kind: 'missingModule', modules: ['products'] }, path);
		}
	});

	it('report an ambiguous path', () => {
		const paths = [
			'//products',
			'/products//x',
			'/products;a',
			'/products%3ba',
			'/products\\x',
			'/products%5cx',
			'/products%2fx',
			'/products/%00',
			'/products/%1f',
		];
		paths.push(
			'/products/%2541',
			'/products/%',
			'/products/%4',
			'/products/%ff',
			'/products/\xff',
			'/Products',
			'/products/x/Usage',
			'/products/x/usage%20',
			'/products/x/usage.',
			'/products/x/usage%e2%80%8b',
			'//',
			'/products//caf%c3%a9',
			'/products/%20x',
			'/products/x%ef%bc%8fusage',
			'/products/x/u%c5%bfage',
			'/l%c4%b1stings',
		);
		for (const path of paths) {
			assert.equal(decideAccess('GET', path, ['products', 'usage']).kind, 'ambiguousPath', path);
		}
	});

	it('allow an encoded slash that can’t change the module', () => {
		const own = createAccessRules({ Projects: ['/projects'], Secrets: ['/projects/{id}/secrets'], Rest: ['/'] });
		const kind = (path: string, ...owned: string[]) => own('GET', path, owned).kind;
		for (const path of [
			'/projects/team%2Fapi',
			'/projects/team%2fapi/issues',
			'/projects/X/a%2fb%2Fc',
			'/projects/caf%c3%a9%2fx',
			'/other/a%2fb',
		]) {
			assert.equal(kind(path, 'Projects', 'Rest'), 'allowed', path);
			assert.equal(kind(path, 'Secrets'), 'missingModule', path);
		}
		for (const path of [
			...[
				'/projects/team%2Fsecrets',
				'/projects/team%2Fapi/secrets',
				'/projects%2Fteam',
				'/projects/X%2FSecrets',
				'/projects/X%2Fsecrets.json',
			],
			...[
				'/projects/team%2F',
				'/projects/%2Fteam',
				'/projects/a%2F%2Fb',
				'/projects/a%252Fb',
				'/projects/a%5Cb',
				'/projects/%20%2fsecrets',
			],
		]) {
			assert.equal(kind(path, 'Projects', 'Secrets', 'Rest'), 'ambiguousPath', path);
		}
		assert.equal(kind('/projects/X%2F..%2Fsecrets', 'Projects'), 'pathTraversal');
		assert.equal(kind('/projects/a%2Fb/secrets/x', 'Secrets'), 'ambiguousPath');
	});

	it('distinguish a module whose ID looks like a shared path’s', () => {
		const own = createAccessRules({ null: ['/a'], A: ['/a.b'] });
		assert.equal(own('GET', '/a.b', ['null']).kind, 'missingModule');
		assert.equal(own('GET', '/a.json', ['null', 'A']).kind, 'ambiguousPath');
	});

	it('apply custom modules, whose paths are not shared', () => {
		const own = createAccessRules({
			...BUILT_IN_MODULE_PATHS,
			Orders: ['/orders', 'carts/'],
			Numbers: ['/metrics'],
			People: ['/accounts'],
			Both: ['/orders'],
			Row: ['/{id}/rows'],
			Rest: ['/'],
		});
		const kind = (path: string, ...owned: string[]) => own('GET', path, owned).kind;
		assert.equal(kind('/orders/1', 'Orders'), 'allowed');
		assert.equal(kind('/orders/1', 'Both'), 'allowed');
		assert.equal(kind('/carts', 'Orders'), 'allowed');
		assert.equal(kind('/metrics', 'Orders'), 'missingModule');
		assert.equal(kind('/metrics', 'Numbers'), 'allowed');
		assert.equal(kind('/accounts', 'Orders'), 'missingModule');
		assert.equal(kind('/accounts', 'People'), 'allowed');
		assert.equal(kind('/anything/rows/1', 'Row'), 'allowed');
		assert.equal(kind('/anything/else', 'Row'), 'missingModule');
		assert.equal(kind('/anything/else', 'Rest'), 'allowed');
		assert.equal(kind('/', 'Rest'), 'allowed');
		assert.equal(kind('/modules', 'Orders'), 'allowed');
	});

	it('apply custom modules whose paths differ only in details', () => {
		const own = createAccessRules({
			Joined: ['/stockitems'],
			Nested: ['/stock/items'],
			Upper: ['/Orders'],
			Deep: ['/a'.repeat(10)],
			Deeper: ['/a'.repeat(11)],
			Less: ['/a'.repeat(9)],
			Brace: ['/{a/rows', '/b}/rows'],
			Metrics: ['/metrics/'],
			AnyRow: ['/{id}/rows'],
			Row: ['/items/rows'],
			Cell: ['/items/cells'],
			AnyCell: ['/{id}/cells'],
			Any: ['/{id}'],
			Short: ['/s'],
			Cafe: ['/café'],
		});
		const kind = (path: string, ...owned: string[]) => own('GET', path, owned).kind;
		assert.deepEqual([kind('/stockitems', 'Joined'), kind('/stockitems', 'Nested')], ['allowed', 'missingModule']);
		assert.deepEqual([kind('/stock/items', 'Nested'), kind('/stock/items', 'Joined')], ['allowed', 'missingModule']);
		assert.deepEqual([kind('/Orders/1', 'Upper'), kind('/orders/1', 'Upper')], ['allowed', 'ambiguousPath']);
		assert.deepEqual([kind('/a'.repeat(10), 'Deep'), kind('/a'.repeat(10), 'Less')], ['allowed', 'missingModule']);
		assert.deepEqual([kind('/a'.repeat(9), 'Less'), kind('/a'.repeat(9), 'Deep')], ['allowed', 'missingModule']);
		assert.deepEqual(
			[kind('/{a/rows', 'Brace'), kind('/b}/rows', 'Brace'), kind('/c/rows', 'Brace')],
			['allowed', 'allowed', 'missingModule'],
		);
		assert.deepEqual([kind('/metrics', 'Metrics'), kind('/metrics', 'Upper')], ['allowed', 'missingModule']);
		assert.deepEqual([kind('/items/rows', 'Row'), kind('/items/rows', 'AnyRow')], ['allowed', 'missingModule']);
		assert.deepEqual([kind('/items/cells', 'Cell'), kind('/items/cells', 'AnyCell')], ['allowed', 'missingModule']);
		assert.deepEqual([kind('/x', 'Any'), kind('/', 'Any')], ['allowed', 'noModule']);
		assert.deepEqual([kind('/s', 'Short'), kind('/%c5%bf', 'Short')], ['allowed', 'ambiguousPath']);
		assert.deepEqual([kind('/caf\xc3\xa9', 'Cafe'), kind('/caf', 'Cafe')], ['allowed', 'missingModule']);
	});

	it('handle very long paths quickly', () => {
		for (const part of ['%25', '%2525', '/..', '/a', ';', '%2e', '%']) {
			decideAccess('GET', `/${part.repeat(60_000 / part.length)}`, ['products']);
		}
	});
});

describe('Remembered access rules', () => {
	/** Module paths whose names differ only in ways that some servers ignore, at any depth. */
	const name = fc.constantFrom('a', 'A', 'b', 'ab', 'a-b', 'v1', 'v1.2', 'k', 'K', 'ſ', 's', '{id}', '{x}');
	const modulePath = fc.array(name, { maxLength: 4 }).map((segments) => `/${segments.join('/')}`);
	const moduleIds = fc.constantFrom('One', 'Two', 'Three', 'products', 'constructor');
	const modulePaths = fc
		.uniqueArray(fc.tuple(moduleIds, fc.array(modulePath, { minLength: 1, maxLength: 3 })), { selector: ([id]) => id, minLength: 1 })
		.map((entries): ModulePaths => Object.fromEntries(entries));
	const segment = fc.oneof(
		{ weight: 6, arbitrary: fc.constantFrom('a', 'A', 'b', 'B', 'ab', 'AB', 'a-b', 'v1', 'v1.2', 'V1', 'k', 'K', 's', 'S', 'x', 'y') },
		{ weight: 1, arbitrary: fc.constantFrom('', '%61', 'a.json', 'a;b', 'a%2fb', '%e2%84%aa', '%c5%bf', ' ', 'a%20b', '{id}') },
	);
	const somePath = fc.oneof(
		{
			weight: 8,
			arbitrary: fc.tuple(fc.array(segment, { maxLength: 6 }), fc.constantFrom('', '/')).map(([all, end]) => `/${all.join('/')}${end}`),
		},
		{ weight: 1, arbitrary: fc.constantFrom('', '/', '//', 'a', 'a/b') },
		{ weight: 1, arbitrary: fc.oneof(plainPath, brokenPath) },
	);
	const owned = fc.subarray(['One', 'Two:read', 'Three', 'products', 'constructor:read']);
	const method = fc.constantFrom('GET', 'POST', 'WEBSOCKET');

	it('decide like those that have seen no path before', () => {
		fc.assert(
			fc.property(
				modulePaths,
				fc.array(fc.tuple(method, somePath), { minLength: 2, maxLength: 30 }),
				owned,
				(modules, requests, permissions) => {
					const decide = createAccessRules(modules);
					const findUsedModule = createUsedModuleFinder(modules);
					for (const [requestMethod, path] of requests) {
						const seen = [decide(requestMethod, path, permissions), findUsedModule(requestMethod, path)];
						const unseen = [
							createAccessRules(modules)(requestMethod, path, permissions),
							createUsedModuleFinder(modules)(requestMethod, path),
						];
						assert.deepEqual(seen, unseen, path);
					}
				},
			),
			{ numRuns: 1500 },
		);
	});

	it('stay exact for more paths than are remembered', () => {
		const digits = Array.from({ length: 12 }, (_, index) => `d${index}`);
		// Each combination of names at five levels leads to other rules.
		const modules = Object.fromEntries(
			digits.map((digit, index) => [
				digit,
				Array.from({ length: 5 }, (_, depth) => `/${'{id}/'.repeat(depth)}${digit}${'/{id}'.repeat(index % 3)}`),
			]),
		);
		const decide = createAccessRules(modules);
		for (let count = 0; count < 20_000; count++) {
			const path = `/${[1, 12, 144, 1728, 20736].map((power) => digits[Math.floor((count * 7) / power) % 12]).join('/')}`;
			const actual = decide('GET', path, ['d3']);
			if (count % 200 === 0) {
				assert.deepEqual(actual, createAccessRules(modules)('GET', path, ['d3']), path);
			}
		}
	});
});

describe('The module that a request uses', () => {
	const findUsedModule = createUsedModuleFinder(BUILT_IN_MODULE_PATHS);
	const cases: readonly [method: string, path: string, expected: string | undefined][] = [
		['GET', '/products/PRD-1', 'products'],
		['GET', '/products/PRD-1/usage', 'usage'],
		['POST', '/tier/accounts', 'customers'],
		['GET', '/modules/1', undefined],
		['POST', '/modules', undefined],
		['GET', '/accounts', undefined],
		['POST', '/accounts', 'MD-0001'],
		['GET', '/accounts/PA-1', 'MD-0001'],
		['GET', '/nothing', 'MD-0000'],
		['GET', '/Products', 'MD-0000'],
		['GET', '/products//x', 'MD-0000'],
		['GET', '', 'MD-0000'],
	];
	for (const [method, path, expected] of cases) {
		it(`is ${String(expected)} for ${method} ${path || 'the base path'}`, () => assert.equal(findUsedModule(method, path), expected));
	}

	it('is unknown for a path that several modules share', () => {
		const find = createUsedModuleFinder({ Orders: ['/orders', '/carts'], Sales: ['/orders', '/orders/{id}/sales'], Own: ['/modules'] });
		assert.equal(find('GET', '/orders/1'), undefined);
		assert.equal(find('GET', '/orders/1/sales'), 'Sales');
		assert.equal(find('GET', '/carts'), 'Orders');
		assert.equal(find('GET', '/modules'), 'Own');
	});

	it('is one without which a token can’t make the request', () => {
		fc.assert(
			fc.property(fc.oneof(plainPath, brokenPath), fc.constantFrom('GET', 'PUT'), (path, method) => {
				const used = findUsedModule(method, path);
				if (used === undefined || decideAccess(method, path, [ALL_MODULES]).kind !== 'allowed') {
					return;
				}
				const others = BUILT_IN_MODULES.map(({ id }) => id).filter((id) => id !== used);
				assert.notEqual(decideAccess(method, path, others).kind, 'allowed');
				assert.equal(decideAccess(method, path, [used]).kind, 'allowed');
			}),
			{ numRuns: 2000 },
		);
	});
});
