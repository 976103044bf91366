// The benchmark: node out/test/bench/run.js, after a production build. Figures, not tests: nothing here passes or fails.
import { measureActivation } from './activation';
import { measureFindings } from './findings';
import { measureGateway } from './gateway';
import { measureInsertion } from './insertion';
import { measureManaging } from './manage';
import { measureSizes } from './sizes';
import { measureStore } from './store';
import { printTable } from './table';
import { measureTree } from './tree';

const COUNTS = [10, 1_000, 10_000];

async function main(): Promise<void> {
	printTable('Size', await measureSizes());
	printTable('Store (medians of 9)', await measureStore(COUNTS));
	printTable('Request files (medians of 25)', await measureInsertion(20_000));
	printTable('Findings', await measureFindings(20_000, 50_000));
	await measureGateway();
	printTable('Activation in the extension host (medians of 6 fresh starts)', await measureActivation(6));
	printTable('Tree in the workbench, with activation', await measureTree(COUNTS));
	printTable('Managing in the workbench', await measureManaging([100, 1_000, 10_000]));
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
