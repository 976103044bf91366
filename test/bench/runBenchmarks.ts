// The benchmark, or the parts named: node out/test/bench/runBenchmarks.js [part…], after a production build. Figures, not tests: nothing here
// passes or fails.
import { measureAccount } from './accountBench';
import { measureActivation } from './activationBench';
import { measureFindings } from './findingsBench';
import { measureGateway } from './gatewayBench';
import { measureInsertion } from './insertionBench';
import { measureManaging } from './managingBench';
import { measureSizes } from './bundleSizesBench';
import { measureStore } from './storeBench';
import { printTable } from './resultTable';
import { measureTree } from './treeBench';

const COUNTS = [10, 1_000, 10_000];

const PARTS: Record<string, () => Promise<void>> = {
	size: async () => printTable('Size', await measureSizes()),
	store: async () => printTable('Store (medians of 9)', await measureStore(COUNTS)),
	account: async () => printTable('Connect account, 50 ms away (medians of 5)', await measureAccount(COUNTS)),
	insertion: async () => printTable('Request files (medians of 25)', await measureInsertion(20_000)),
	findings: async () => printTable('Findings', await measureFindings(20_000, 50_000)),
	gateway: measureGateway,
	activation: async () => printTable('Activation in the extension host (medians of 6 fresh starts)', await measureActivation(6)),
	tree: async () => printTable('Tree in the workbench, with activation', await measureTree(COUNTS)),
	managing: async () => printTable('Managing in the workbench', await measureManaging([100, 1_000, 10_000])),
};

async function main(): Promise<void> {
	const wanted = process.argv.slice(2);
	for (const [name, measure] of Object.entries(PARTS)) {
		if (wanted.length === 0 || wanted.includes(name)) {
			await measure();
		}
	}
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
