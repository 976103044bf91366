import { readdirSync } from 'node:fs';
import { defineConfig } from 'oxlint';

/**
 * Dependency rules: which other folders and which packages the files in a folder may import. `types` lists folders of which only types
 * may be imported. A later rule for a single file replaces the rule of its folder. TypeScript's project references restrict relative
 * imports in the same way, so a new folder needs a rule here and a tsconfig.json.
 */
const dependencyRules = [
	{ path: 'src/domain', folders: [], packages: ['node:crypto', 'node:url', 'valibot'] },
	{ path: 'src/protocol', folders: [], types: ['domain'], packages: ['valibot'] },
	{ path: 'src/storage', folders: ['domain'], packages: ['node:*', 'ignore', 'p-limit', 'proper-lockfile', 'valibot'] },
	{ path: 'src/sources/workspace', folders: ['domain', 'storage'], packages: ['node:*', 'p-limit', 'valibot', 'vscode-uri'] },
	{ path: 'src/sources/connect', folders: ['domain', 'storage'], packages: ['node:*', 'p-limit', 'valibot'] },
	{ path: 'src/vaults', folders: ['domain'], packages: ['node:*', 'p-limit'] },
	{ path: 'src/vaults/secretStorageVault.ts', folders: ['domain'], packages: ['vscode'] },
	{ path: 'src/gateway', folders: ['domain', 'storage'], packages: ['node:*', 'p-limit', 'undici', 'valibot'] },
	{ path: 'src/requestFiles', folders: ['domain'], packages: ['valibot'] },
	{ path: 'src/keysOnDisk', folders: ['domain', 'storage', 'requestFiles'], packages: ['node:*', 'jsonc-parser', 'valibot'] },
	{ path: 'src/openApi', folders: ['domain'], packages: ['valibot', 'yaml'] },
	{ path: 'src/broker', folders: ['domain', 'storage'], packages: ['node:*', 'p-limit', 'valibot'] },
	{ path: 'src/agents', folders: ['domain', 'broker'], packages: ['node:*', 'p-limit', 'valibot'] },
	{ path: 'src/policy', folders: ['domain', 'storage', 'policy'], packages: ['node:*', 'valibot'] },
	{ path: 'src/cli', folders: ['domain', 'broker'], packages: ['node:*', 'valibot'] },
	{ path: 'src/cli/mcp.ts', folders: ['domain', 'broker'], packages: ['node:*', '@modelcontextprotocol/sdk', 'p-limit'] },
	{ path: 'src/models', folders: ['domain', 'protocol'], types: ['broker', 'keysOnDisk', 'agents'], packages: ['@vscode/l10n', 'valibot'] },
	{
		path: 'webview',
		folders: ['shared', 'protocol', 'models'],
		types: ['domain'],
		packages: ['preact', 'valibot', 'd3-scale', 'd3-shape', '@vscode/l10n', '@vscode/codicons/dist/codicon.css'],
	},
];

/** Everything that a file in `src` or `webview` could import from another folder: the names of folders, and of the files beside them. */
const importable = ['src', 'src/sources', 'webview']
	.flatMap((folder) => readdirSync(new URL(folder, import.meta.url)))
	.map((name) => name.replace(/\.tsx?$/, ''));

export default defineConfig({
	plugins: ['typescript'],
	ignorePatterns: ['out/', 'docs/', 'coverage/', '.vscode-test/', 'test/**/extension.js'],
	options: { typeAware: true, reportUnusedDisableDirectives: 'error' },
	categories: { correctness: 'error' },
	rules: {
		eqeqeq: 'error',
		'no-array-constructor': 'error',
		'no-case-declarations': 'error',
		'no-console': 'error',
		'no-empty': 'error',
		'no-empty-function': 'error',
		'no-fallthrough': 'error',
		'no-prototype-builtins': 'error',
		'no-regex-spaces': 'error',
		'no-unexpected-multiline': 'error',
		'no-useless-constructor': 'error',
		'no-var': 'error',
		'prefer-const': 'error',
		'prefer-rest-params': 'error',
		'prefer-spread': 'error',
		'preserve-caught-error': 'error',
		'no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
	},
	overrides: [
		{
			files: ['**/*.{ts,tsx}'],
			rules: {
				'typescript/adjacent-overload-signatures': 'error',
				'typescript/array-type': 'error',
				'typescript/ban-tslint-comment': 'error',
				'typescript/class-literal-property-style': 'error',
				'typescript/consistent-generic-constructors': 'error',
				'typescript/consistent-indexed-object-style': 'error',
				'typescript/consistent-type-assertions': 'error',
				'typescript/consistent-type-definitions': 'error',
				'typescript/consistent-type-imports': 'error',
				'typescript/dot-notation': 'error',
				'typescript/no-confusing-non-null-assertion': 'error',
				'typescript/no-deprecated': 'error',
				'typescript/no-dynamic-delete': 'error',
				'typescript/no-empty-object-type': 'error',
				'typescript/no-explicit-any': 'error',
				'typescript/no-extraneous-class': 'error',
				'typescript/no-generated-empty-object-type': 'error',
				'typescript/no-inferrable-types': 'error',
				'typescript/no-invalid-void-type': 'error',
				'typescript/no-misused-promises': 'error',
				'typescript/no-mixed-enums': 'error',
				'typescript/no-namespace': 'error',
				'typescript/no-non-null-asserted-nullish-coalescing': 'error',
				'typescript/no-require-imports': 'error',
				'typescript/no-unnecessary-boolean-literal-compare': 'error',
				'typescript/no-unnecessary-condition': 'error',
				'typescript/no-unnecessary-template-expression': 'error',
				'typescript/no-unnecessary-type-arguments': 'error',
				'typescript/no-unnecessary-type-assertion': 'error',
				'typescript/no-unnecessary-type-constraint': 'error',
				'typescript/no-unnecessary-type-conversion': 'error',
				'typescript/no-unnecessary-type-parameters': 'error',
				'typescript/no-unsafe-argument': 'error',
				'typescript/no-unsafe-assignment': 'error',
				'typescript/no-unsafe-call': 'error',
				'typescript/no-unsafe-enum-assignment': 'error',
				'typescript/no-unsafe-enum-comparison': 'error',
				'typescript/no-unsafe-function-type': 'error',
				'typescript/no-unsafe-member-access': 'error',
				'typescript/no-unsafe-return': 'error',
				'typescript/non-nullable-type-assertion-style': 'error',
				'typescript/only-throw-error': 'error',
				'typescript/prefer-find': 'error',
				'typescript/prefer-for-of': 'error',
				'typescript/prefer-function-type': 'error',
				'typescript/prefer-includes': 'error',
				'typescript/prefer-literal-enum-member': 'error',
				'typescript/prefer-nullish-coalescing': 'error',
				'typescript/prefer-promise-reject-errors': 'error',
				'typescript/prefer-reduce-type-parameter': 'error',
				'typescript/prefer-regexp-exec': 'error',
				'typescript/prefer-return-this-type': 'error',
				'typescript/prefer-string-starts-ends-with': 'error',
				'typescript/related-getter-setter-pairs': 'error',
				'typescript/require-await': 'error',
				'typescript/unified-signatures': 'error',
				'typescript/use-unknown-in-catch-callback-variable': 'error',
				// Lists of strings are sorted by UTF-16 code units on purpose.
				'typescript/require-array-sort-compare': 'off',
				'typescript/ban-ts-comment': ['error', { minimumDescriptionLength: 10 }],
				'typescript/restrict-plus-operands': [
					'error',
					{ allowAny: false, allowBoolean: false, allowNullish: false, allowNumberAndString: false, allowRegExp: false },
				],
				'typescript/restrict-template-expressions': ['error', { allowNumber: true }],
				'typescript/return-await': ['error', 'error-handling-correctness-only'],
			},
		},
		...dependencyRules.map(({ path, folders, types = [], packages }) => ({
			files: [path.endsWith('.ts') ? path : `${path}/**/*.{ts,tsx}`],
			rules: {
				'no-restricted-imports': [
					'error',
					{
						patterns: [
							{
								regex: importFrom(importable.filter((name) => ![...folders, ...types].includes(name))),
								message: `${path} may import only from: ${[...folders, ...types.map((folder) => `${folder} (types)`), 'itself'].join(', ')}.`,
							},
							...types.map((folder) => ({
								regex: importFrom([folder]),
								allowTypeImports: true,
								message: `${path} may import only types from ${folder}.`,
							})),
							{
								group: ['**', '!./**', '!../**', ...packages.flatMap((name) => [`!${name}`, `!${name}/**`])],
								message: `${path} may use only these packages: ${packages.join(', ')}.`,
							},
						],
					},
				],
			},
		})),
		{
			// The toolkit is deprecated, so replacing it must be a one-file change.
			files: ['webview/shared/toolkit.ts'],
			rules: { 'no-restricted-imports': 'off' },
		},
		{
			// The build scripts and the configuration of Stryker aren't part of a TypeScript project.
			files: ['**/*.mjs'],
			rules: { 'no-console': 'off' },
		},
		{
			files: ['test/**/*.ts'],
			rules: {
				'no-console': 'off',
				// A Playwright fixture names the fixtures that it uses in a pattern, even if it uses none.
				'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }],
				'typescript/no-floating-promises': ['error', { allowForKnownSafeCalls: ['describe', 'it'] }],
			},
		},
	],
});

/** Returns a pattern for relative imports from the given folders. */
function importFrom(folders) {
	return `^(?:\\.\\./)+(?:src/)?(?:${folders.join('|')})(?:/|$)`;
}
