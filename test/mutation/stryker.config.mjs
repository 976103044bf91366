/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
	mutate: [
		'src/domain/**/*.ts',
		// Lists of names and paths: a test could only repeat them.
		'!src/domain/catalog.ts',
		'!src/domain/modulePaths.ts',
	],
	testRunner: 'mocha',
	plugins: ['./test/mutation/mochaRunner.mjs'],
	mochaRunner: { testFiles: ['test/unit/domain', 'test/unit/sources/tokenSources.test.ts'] },
	coverageAnalysis: 'perTest',
	ignorePatterns: ['.vscode-test', 'out', 'coverage', 'docs', 'media', '*.vsix'],
	tempDirName: '.vscode-test/mutation/sandbox',
	incremental: true,
	incrementalFile: '.vscode-test/mutation/incremental.json',
	reporters: ['progress-append-only', 'clear-text', 'html', 'json'],
	htmlReporter: { fileName: '.vscode-test/mutation/report.html' },
	jsonReporter: { fileName: '.vscode-test/mutation/report.json' },
	concurrency: 1,
};
