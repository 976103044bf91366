import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createAccessRules } from '../../src/domain/accessRules';
import { ALL_MODULES } from '../../src/domain/catalog';
import { BUILT_IN_MODULE_PATHS, SHARED_PATHS, type ModulePaths } from '../../src/domain/modulePaths';
import { targetBelowBase } from '../../src/gateway/basePath';
import { proxies, servers } from '../support/paths/pathServers';

const MODULE_PATHS: ModulePaths = { ...BUILT_IN_MODULE_PATHS, Projects: ['/projects', '/v1.2'], Secrets: ['/projects/{id}/secrets'] };
const decideAccess = createAccessRules(MODULE_PATHS);

/** Longer routes first. */
const ROUTES = [...Object.entries(MODULE_PATHS), ['everyone', SHARED_PATHS] as const]
	.flatMap(([id, paths]) => paths.map((path) => ({ id, parts: path.slice(1).split('/') })))
	.sort((first, second) => second.parts.length - first.parts.length);

/** Returns the module whose route a server finds for these segments; `everyone` for a shared route, undefined if there's no route. */
function findRoute(segments: readonly string[]): string | undefined {
	return ROUTES.find(
		({ parts }) => parts.length <= segments.length && parts.every((part, index) => part === '{id}' || part === segments[index]),
	)?.id;
}

const readers = Object.entries(proxies).flatMap(([proxy, rewrite]) =>
	Object.entries(servers).map(([server, read]) => ({
		name: `${server} behind ${proxy}`,
		read: (target: string) => {
			const rewritten = rewrite(target);
			return rewritten === undefined ? undefined : read(rewritten);
		},
	})),
);

/** Asserts that every server routes an allowed request to a module of the token, and that no server leaves the base path. */
function assertEveryReaderAgrees(target: string, owned: readonly string[]): void {
	const path = targetBelowBase('/public/v1', target);
	if (decideAccess('PUT', path, owned).kind !== 'allowed') {
		return;
	}
	const forwarded = `/public/v1${path}`;
	for (const { name, read } of readers) {
		const segments = read(forwarded);
		if (segments === undefined) {
			continue;
		}
		const description = `${name} reads ${JSON.stringify(forwarded)} as ${JSON.stringify(segments)}`;
		assert.deepEqual(segments.slice(0, 2), ['public', 'v1'], description);
		assert.ok(!segments.some((segment) => /^\.{1,2}$/.test(segment)), description);
		const route = findRoute(segments.slice(2));
		assert.ok(
			route === undefined || route === 'everyone' || owned.includes(ALL_MODULES) || owned.includes(route),
			`${description}: ${route}`,
		);
	}
}

const encode = (text: string) => Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

/** Everything that some server treats specially, plain and encoded once, twice, partly, or longer than needed. */
const special = fc
	.constantFrom(...Array.from("./\\;?#%: ,~+@!$&'()*=\t\n\0"), '..', '．', '／', '\u200b', 'é')
	.chain((text) =>
		fc.constantFrom(
			/^[?#%\s\0]|[^\0-\x7f]/.test(text) ? encode(text) : text,
			encode(text),
			encode(text).toUpperCase(),
			encode(encode(text)),
			encode(text).replaceAll('%', '%25'),
			text.length === 1 && text < '\x80' ? `%u00${encode(text).slice(1)}` : encode(text),
			text.length === 1 && text < '\x80' ? `%c${text < '@' ? 0 : 1}%${(0x80 | (text.charCodeAt(0) & 0x3f)).toString(16)}` : encode(text),
		),
	);
const word = fc.constantFrom(
	'products',
	'Products',
	'usage',
	'taxonomies',
	'assets',
	'projects',
	'secrets',
	'v1.2',
	'PRD-1',
	'json',
	'x',
	'',
	'%75sage',
);
const segment = fc.oneof(
	word,
	fc.tuple(word, special).map((parts) => parts.join('')),
	fc.array(fc.oneof(word, special), { maxLength: 4 }).map((parts) => parts.join('')),
);
const path = fc
	.tuple(fc.constantFrom('products', 'assets', 'projects', 'modules', 'v1.2', ''), fc.array(segment, { maxLength: 4 }))
	.map(([first, rest]) => `/${[first, ...rest].join('/')}`);
const permissions = fc.oneof(
	fc.constantFrom(...['products', 'usage', 'pim', 'subscriptions', 'Projects', 'Secrets'].map((id) => [id]), [ALL_MODULES]),
	fc.subarray(['products', 'usage', 'pim', 'subscriptions', 'Projects', 'Secrets']),
);

describe('A path that servers read differently', () => {
	it('never reaches another module, or leaves the base path, on any of them', () => {
		fc.assert(fc.property(path, permissions, assertEveryReaderAgrees), { numRuns: 5_000 });
	});

	it('never leaves the base path or reaches another module by a spelling of the base path', () => {
		const spellings = [
			...['', '/public/v1', '/public', '/public/v1/public/v1', '/PUBLIC/v1', '/public/v1.json', '/public/v10', '/v1', '//public/v1'],
			...['/public//v1', '/public/v1/', '/public/v1;x', '/public;x/v1', '/%70ublic/v1', '/public%2fv1', '/public%2Fv1', '/public%252fv1'],
			...['/public/v1%2f', '/public/v1%20', '/public/v1%3f', '/public/v1%23', '/public/v1%00', '/public\\v1', '/public/v1%5c'],
			...['/./public/v1', '/public/./v1', '/public/v1/..', '/public/v1/../..', '/public/v1/%2e%2e', '/..%2fpublic/v1', '/public%u002fv1'],
		];
		fc.assert(
			fc.property(fc.constantFrom(...spellings), path, permissions, (spelling, below, owned) => {
				assertEveryReaderAgrees(spelling + below, owned);
				assert.ok(
					spelling === '' ||
						spelling === '/public/v1' ||
						spelling === '/public/v1/' ||
						owned.includes(ALL_MODULES) ||
						decideAccess('PUT', targetBelowBase('/public/v1', spelling + below), owned).kind !== 'allowed',
					`${spelling}${below} is another path than ${below}`,
				);
			}),
			{ numRuns: 5_000 },
		);
	});

	it('doesn’t give a token of one module access to a nested one', () => {
		const suffixes = [
			'.json',
			'.xml',
			'%3f',
			'%3F',
			'%23',
			'%3fx=1',
			'.',
			'%2e',
			'%2ejson',
			':',
			',x',
			'~',
			'%20',
			'%20x',
			'%00',
			'%09',
			';x',
			'%3b',
		];
		for (const suffix of [...suffixes, '(1)', '@2', '=', '+', '!', '*', "'", '%c3%a9', '%2f', '%2Fx', '%5c', '%252f', '%u002f', '%c0%af']) {
			for (const rest of ['', '/', '/UR-1']) {
				for (const name of ['usage', 'Usage', 'taxonomies', '%75sage']) {
					const target = `/products/PRD-1/${name}${suffix}${rest}`;
					assert.equal(decideAccess('GET', target, ['products']).kind, 'ambiguousPath', target);
					assertEveryReaderAgrees(target, ['usage', 'pim']);
				}
				assert.equal(decideAccess('GET', `/products${suffix}${rest}`, ['usage']).kind, 'ambiguousPath', suffix);
			}
		}
		assert.equal(decideAccess('GET', '/products/X/u%73age', ['usage']).kind, 'ambiguousPath', 'a server may compare it without decoding');
	});

	it('isn’t suspected where no rule has a name that it could be read as', () => {
		for (const target of [
			...[
				'/products/PRD-1/items.json',
				'/products/PRD.1',
				'/products/PRD-1/usage-records',
				'/products/PRD-1/usages',
				'/products/PRD-1/usage_2',
			],
			...['/products/report.v1.pdf', '/products/a:b', '/products/a@b.example', '/products/caf%c3%a9', '/products/a%20b'],
		]) {
			assert.equal(decideAccess('GET', target, ['products']).kind, 'allowed', target);
		}
		for (const target of ['/v1.2', '/v1.2/x', '/projects/X/secrets2']) {
			assert.equal(decideAccess('GET', target, ['Projects']).kind, 'allowed', target);
		}
		assert.equal(decideAccess('GET', '/v1.2.json', ['Projects']).kind, 'ambiguousPath');
	});

	it('never leaves the base path, even for a token with all modules', () => {
		const dots = ['.', '..', '%2e', '%2e.', '%252e%252e', '%25%32%65%25%32%65', '%c0%ae%c0%ae', '%c0%2e%c0%2e', '%e0%80%ae%e0%80%ae'];
		const wideDots = [
			'%u002e%u002e',
			'%U002E.',
			'%uff0e%uff0e',
			'%ef%bc%8e%ef%bc%8e',
			'%E2%80%A5',
			'%f0%80%80%ae.',
			'%25u002e.',
			'%2%65%2%65',
		];
		const endings = [
			'',
			'%20',
			'%2520',
			'%09',
			'%00',
			'%00x',
			'%2500',
			';x',
			'%3b',
			'%3f',
			'%23x',
			'%c2%a0',
			'%e2%80%8b',
			'%20.',
			'%0d%0a',
		];
		for (const dot of [...dots, ...wideDots]) {
			for (const ending of endings) {
				for (const target of [
					`/${dot}${ending}`,
					`/products/${dot}${ending}/x`,
					`/x%2f${dot}${ending}%2fy`,
					`/x%c0%af${dot}${ending}%5cy`,
					// nginx inserts a slash after a location's name if what the location is replaced with ends with one.
					...(/^(?:\.|%2e)$/.test(dot) ? [] : [`/products${dot}${ending}/x`]),
				]) {
					assert.equal(decideAccess('GET', target, [ALL_MODULES]).kind, 'pathTraversal', target);
				}
			}
		}
		assert.equal(decideAccess('GET', `/%${'25'.repeat(50)}2e`, [ALL_MODULES]).kind, 'pathTraversal', 'nested too deeply');
	});

	it('is read quickly, however long it is', () => {
		for (const part of [
			'%25',
			'%2525',
			'%25%32%35',
			'%u002e',
			'%c0%ae',
			'%ef%b7%ba',
			'/..%20',
			'usage.',
			'%2f',
			'x%20/',
			'%ef%bc%85',
			'%',
		]) {
			for (const owned of [[ALL_MODULES], ['products']]) {
				decideAccess('GET', `/products/${part.repeat(60_000 / part.length)}`, owned);
			}
		}
	}).timeout(10_000);
});
