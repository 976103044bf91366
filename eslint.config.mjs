import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * The walls of the house: what each folder may import from its neighbours and which packages it may use.
 * TypeScript's project references hold the same walls for relative imports; a new folder needs a line here and a tsconfig there.
 */
const walls = [
	{ folder: 'src/domain', neighbours: [], packages: ['node:crypto', 'valibot'] },
	{ folder: 'src/protocol', neighbours: [], types: ['domain'], packages: ['valibot'] },
	{ folder: 'src/storage', neighbours: ['domain'], packages: ['node:.+', 'ignore', 'proper-lockfile', 'valibot'] },
	{
		folder: 'src/sources/workspace',
		neighbours: ['domain', 'storage'],
		packages: ['node:.+', 'p-limit', 'valibot', 'vscode-uri'],
	},
	{ folder: 'src/sources/connect', neighbours: ['domain', 'storage'], packages: ['node:.+', 'p-limit', 'valibot'] },
	{ folder: 'src/vaults', neighbours: ['domain'], packages: ['node:.+', 'p-limit', 'vscode'] },
	{ folder: 'src/gateway', neighbours: ['domain', 'storage'], packages: ['node:.+', 'p-limit', 'undici', 'valibot'] },
	{ folder: 'src/requestFiles', neighbours: ['domain'], packages: ['valibot'] },
	{ folder: 'src/models', neighbours: ['domain', 'protocol'], packages: ['@vscode/l10n', 'valibot'] },
	{
		folder: 'webview',
		neighbours: ['shared', 'protocol', 'models'],
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
		languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['*.mjs'] } } },
		linterOptions: { reportUnusedDisableDirectives: 'error' },
		rules: {
			eqeqeq: 'error',
			'no-console': 'error',
			'@typescript-eslint/consistent-type-imports': 'error',
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
			'@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
			'@typescript-eslint/no-confusing-void-expression': 'off',
			// Checked indexing makes an assertion the honest form where the line above has proved the element.
			'@typescript-eslint/no-non-null-assertion': 'off',
		},
	},
	...walls.map(({ folder, neighbours, types = [], packages }) => ({
		files: [`${folder}/**/*.{ts,tsx}`],
		rules: {
			'@typescript-eslint/no-restricted-imports': [
				'error',
				{
					patterns: [
						{
							regex: outside([...neighbours, ...types]),
							message: `${folder} may import only: ${[...neighbours, ...types.map((one) => `types of ${one}`), 'itself'].join(', ')}.`,
						},
						...types.map((one) => ({
							regex: `(^|/)${one}/`,
							allowTypeImports: true,
							message: `${folder} may import only types of ${one}.`,
						})),
						{
							regex: `^(?!\\.|(?:${packages.join('|')})$)`,
							message: `${folder} may use only these packages: ${packages.join(', ') || 'none'}.`,
						},
					],
				},
			],
		},
	})),
	{
		// The toolkit is frozen upstream; its successor must be a one-file change.
		files: ['webview/shared/toolkit.ts'],
		rules: { '@typescript-eslint/no-restricted-imports': 'off' },
	},
	{
		// Scripts of the build are few and read by eye.
		files: ['*.mjs'],
		extends: [tseslint.configs.disableTypeChecked],
		languageOptions: { globals: { console: 'readonly', process: 'readonly' } },
		rules: { 'no-console': 'off' },
	},
	{
		files: ['test/**'],
		rules: { 'no-console': 'off', '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: ['describe', 'it'] }] },
	},
);

/** Relative imports that leave the folder for anything but the neighbours. */
function outside(neighbours) {
	return `^(?:\\.\\./)+(?!\\.\\./|(?:src/)?(?:${neighbours.join('|') || '$.'})/)`;
}
