import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * Dependency rules: which other folders and which packages the files in a folder may import. `types` lists folders of which only types
 * may be imported. A later rule for a single file replaces the rule of its folder. TypeScript's project references restrict relative
 * imports in the same way, so a new folder needs a rule here and a tsconfig.json.
 */
const dependencyRules = [
	{ path: 'src/domain', folders: [], packages: ['node:crypto', 'valibot'] },
	{ path: 'src/protocol', folders: [], types: ['domain'], packages: ['valibot'] },
	{ path: 'src/storage', folders: ['domain'], packages: ['node:.+', 'ignore', 'p-limit', 'proper-lockfile', 'valibot'] },
	{ path: 'src/sources/workspace', folders: ['domain', 'storage'], packages: ['node:.+', 'p-limit', 'valibot', 'vscode-uri'] },
	{ path: 'src/sources/connect', folders: ['domain', 'storage'], packages: ['node:.+', 'p-limit', 'valibot'] },
	{ path: 'src/vaults', folders: ['domain'], packages: ['node:.+', 'p-limit'] },
	{ path: 'src/vaults/secretStorageVault.ts', folders: ['domain'], packages: ['vscode'] },
	{ path: 'src/gateway', folders: ['domain', 'storage'], packages: ['node:.+', 'p-limit', 'undici', 'valibot'] },
	{ path: 'src/requestFiles', folders: ['domain'], packages: ['valibot'] },
	{ path: 'src/models', folders: ['domain', 'protocol'], packages: ['@vscode/l10n', 'valibot'] },
	{
		path: 'webview',
		folders: ['shared', 'protocol', 'models'],
		types: ['domain'],
		packages: ['preact', 'preact/hooks', 'valibot', 'd3-scale', 'd3-shape', '@vscode/l10n', '@vscode/codicons/dist/codicon.css'],
	},
];

export default defineConfig(
	globalIgnores(['out/', 'docs/', 'coverage/', '.vscode-test/', 'node_modules/', 'test/**/extension.js']),
	eslint.configs.recommended,
	tseslint.configs.strictTypeChecked,
	tseslint.configs.stylisticTypeChecked,
	{
		// One program for all files, because each of the projects would check the types of the files that it references again.
		languageOptions: { parserOptions: { project: './tsconfig.lint.json', tsconfigRootDir: import.meta.dirname } },
		linterOptions: { reportUnusedDisableDirectives: 'error' },
		rules: {
			eqeqeq: 'error',
			'no-console': 'error',
			'@typescript-eslint/consistent-type-imports': 'error',
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
			'@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
			'@typescript-eslint/no-confusing-void-expression': 'off',
			// With `noUncheckedIndexedAccess`, elements that are known to exist need an assertion.
			'@typescript-eslint/no-non-null-assertion': 'off',
		},
	},
	...dependencyRules.map(({ path, folders, types = [], packages }) => ({
		files: [path.endsWith('.ts') ? path : `${path}/**/*.{ts,tsx}`],
		rules: {
			'@typescript-eslint/no-restricted-imports': [
				'error',
				{
					patterns: [
						{
							regex: importFromOtherFolder([...folders, ...types]),
							message: `${path} may import only from: ${[...folders, ...types.map((folder) => `${folder} (types)`), 'itself'].join(', ')}.`,
						},
						...types.map((folder) => ({
							regex: `(^|/)${folder}/`,
							allowTypeImports: true,
							message: `${path} may import only types from ${folder}.`,
						})),
						{
							regex: `^(?!\\.|(?:${packages.join('|')})$)`,
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
		rules: { '@typescript-eslint/no-restricted-imports': 'off' },
	},
	{
		// The build scripts and the configuration of Stryker aren't part of a TypeScript project.
		files: ['*.mjs', 'test/mutation/*.mjs'],
		extends: [tseslint.configs.disableTypeChecked],
		languageOptions: { globals: { console: 'readonly', process: 'readonly' } },
		rules: { 'no-console': 'off' },
	},
	{
		files: ['test/**/*.ts'],
		rules: {
			'no-console': 'off',
			// A Playwright fixture names the fixtures that it uses in a pattern, even if it uses none.
			'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }],
			'@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: ['describe', 'it'] }],
		},
	},
);

/** Returns a pattern for relative imports from folders other than the given ones. */
function importFromOtherFolder(folders) {
	return `^(?:\\.\\./)+(?!\\.\\./|(?:src/)?(?:${folders.join('|') || '$.'})/)`;
}
