// Runs one suite in Node.js: node out/test/suite.js <suite>
import { join } from 'node:path';
import { runMocha } from './support/runner/runMocha';

/** How long the process may take to exit after its tests, in milliseconds. After that, the run counts as failed. */
const EXIT_TIMEOUT_MS = 10_000;

/**
 * Suites whose files run in parallel, each with the files that take longest, which start first. A suite that starts a browser isn't
 * faster in parallel.
 */
const PARALLEL_SUITES: Record<string, readonly string[]> = {
	unit: [
		'cli/commands',
		'sources/workspace/storeMigration',
		'cli/mcpServer',
		'broker/commandLine',
		'package/vsix',
		'cli/policyCommand',
		'sources/workspace/usageFile',
		'sources/workspace/storeRecovery',
		'sources/workspace/storeCrash',
		'cli/readme',
		'vaults/switchCrash',
		'domain/accessRules',
		'requestFiles/httpYacImports',
		'sources/workspace/adoptionCrash',
		'requestFiles/codeSnippets',
		'requestFiles/authorizationEdits.fuzz',
		'requestFiles/plainTextKeys',
		'vaults/keychainVault',
	],
	attacks: ['hostileRequestFiles', 'platformResponses', 'openStreams', 'requestHeads.fuzz', 'commandLineSockets', 'pipelining'],
	gateway: [
		'haproxy/haproxyCluster',
		'gatewayWorker',
		'largeBodies',
		'tokenAuthenticator',
		'haproxy/haproxyPolicy',
		'gatewayController',
		'headlessGateway',
		'haproxy/differential',
		'haproxy/haproxyNames',
		'validateRequest',
		'jsonRpcDenial',
		'haproxy/haproxyPush',
	],
};

const suite = process.argv[2] ?? '';
const slowFiles = PARALLEL_SUITES[suite];
void runMocha(join(__dirname, suite), slowFiles ? { jobs: 2, slowFiles } : {}).then((failures) => {
	process.exitCode = failures > 0 ? 1 : 0;
	setTimeout(() => {
		console.error('The tests finished, but something they started keeps the process running.');
		process.exit(1);
	}, EXIT_TIMEOUT_MS).unref();
});
