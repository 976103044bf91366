// Runs all benchmarks, or the named ones, on a production build: node out/test/bench/runBenchmarks.js [name…]
// They only print figures. Nothing here passes or fails.
import { measureAccount } from './accountBench';
import { measureActivation } from './activationBench';
import { measureCommandLine } from './commandLineBench';
import { measureFindings } from './findingsBench';
import { measureGateway } from './gatewayBench';
import { measureHaproxy } from './haproxyBench';
import { measureInsertion } from './insertionBench';
import { measureTreeActions } from './treeActionsBench';
import { measureRequests } from './requestsBench';
import { measureSizes } from './bundleSizesBench';
import { measureStore } from './storeBench';
import { printTable } from './resultTable';
import { measureTree } from './treeBench';

const TOKEN_COUNTS = [10, 1_000, 10_000];

const BENCHMARKS: Record<string, () => Promise<void>> = {
	size: async () => printTable('Size', await measureSizes()),
	store: async () => printTable('Store (medians of 9)', await measureStore(TOKEN_COUNTS)),
	account: async () => printTable('Connect account with a latency of 50 ms (medians of 5)', await measureAccount(TOKEN_COUNTS)),
	insertion: async () => printTable('Request files (medians of 25)', await measureInsertion(20_000)),
	findings: async () => printTable('Findings', await measureFindings(20_000, 50_000)),
	gateway: measureGateway,
	haproxy: measureHaproxy,
	commandLine: async () => printTable('Command line (medians of 50)', await measureCommandLine(50, 200)),
	activation: async () => printTable('Activation in the extension host (medians of 6 starts)', await measureActivation(6)),
	tree: async () => printTable('Tree in the workbench, including activation', await measureTree(TOKEN_COUNTS)),
	requests: async () => printTable('Request log', await measureRequests(1_000_000)),
	treeActions: async () => printTable('Managing tokens in the workbench', await measureTreeActions([100, 1_000, 10_000])),
};

async function main(): Promise<void> {
	const names = process.argv.slice(2);
	for (const [name, measure] of Object.entries(BENCHMARKS)) {
		if (names.length === 0 || names.includes(name)) {
			await measure();
		}
	}
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
