/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
	mutate: [
		'src/domain/**/*.ts',
		'src/requestFiles/**/*.ts',
		// What the gateway decides. The rest of it moves data, which is tested with real servers and clients.
		'src/gateway/{authorize,clientErrors,currentTokens,errorResponse,gatewayCredential,headers,overrideHeaders,tokenAuthenticator,upstreamErrors,validateRequest}.ts',
		// Lists of names and paths: a test could only repeat them.
		'!src/domain/catalog.ts',
		'!src/domain/modulePaths.ts',
	],
	testRunner: 'mocha',
	plugins: ['./test/mutation/mochaRunner.mjs'],
	mochaRunner: {
		testFiles: [
			'test/unit/domain',
			'test/unit/requestFiles',
			'test/attacks/overrideHeaders.test.ts',
			'test/attacks/pathReadings.test.ts',
			'test/gateway/authorize.test.ts',
			'test/gateway/currentTokens.test.ts',
			'test/gateway/errorResponses.test.ts',
			'test/gateway/gatewayCredential.test.ts',
			'test/gateway/headers.test.ts',
			'test/gateway/tokenAuthenticator.test.ts',
		],
		// Property tests try fewer values than usual, because each mutant runs them again.
		propertyRuns: 25,
		// Titles, or parts of them, of tests that would take most of the time: they start servers or programs, or measure only how long
		// something takes. Faster tests decide the same.
		ignoredTests: [
			'Owner of an API key',
			'CachedKeyReader',
			'calls the API with the key from the environment',
			'are sent by httpYac',
			'accepts both keys of a renewed token until',
			'responds the same way to all invalid keys',
			'handles thousands of generated headers',
			'applies each change of a token',
			'denies all requests while the tokens',
			'handle very long paths quickly',
			'masks a megabyte of hostile text',
			'in linear time',
			'takes linear time',
			'supports very long lines',
		],
	},
	coverageAnalysis: 'perTest',
	ignorePatterns: ['.vscode-test', 'out', 'coverage', 'docs', 'media', '*.vsix'],
	tempDirName: '.vscode-test/mutation/sandbox',
	incremental: true,
	incrementalFile: '.vscode-test/mutation/incremental.json',
	reporters: ['progress-append-only', 'clear-text', 'html', 'json'],
	htmlReporter: { fileName: '.vscode-test/mutation/report.html' },
	jsonReporter: { fileName: '.vscode-test/mutation/report.json' },
	concurrency: 1,
	// A regression fails the command. Raise this after a complete run.
	thresholds: { high: 95, low: 90, break: 85 },
};
