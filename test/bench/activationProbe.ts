// Runs in the extension host. Activates each extension in BENCH_EXTENSIONS once and writes the results to the file BENCH_OUTPUT.
import { writeFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as vscode from 'vscode';

/** How long to wait for an extension's background work after activation, in milliseconds. */
const SETTLE_MS = 500;

export interface Activation {
	readonly id: string;
	/** Time from calling `activate()` until its promise settles, in milliseconds. */
	readonly awaited: number;
	/** Growth of heap and external memory, measured after garbage collection, in bytes. */
	readonly bytes: number;
	/** The same after the extension's background work. */
	readonly settledBytes: number;
}

export async function run(): Promise<void> {
	setFlagsFromString('--expose-gc');
	const collectGarbage = runInNewContext('gc') as () => void;
	const measureMemory = () => {
		collectGarbage();
		const { heapUsed, external } = process.memoryUsage();
		return heapUsed + external;
	};
	const activations: Activation[] = [];
	for (const id of JSON.parse(process.env.BENCH_EXTENSIONS!) as string[]) {
		const extension = vscode.extensions.getExtension(id)!;
		const before = measureMemory();
		const start = performance.now();
		await extension.activate();
		const awaited = performance.now() - start;
		const bytes = measureMemory() - before;
		// Otherwise, background work of this extension would count for the next one.
		await setTimeout(SETTLE_MS);
		activations.push({ id, awaited, bytes, settledBytes: measureMemory() - before });
	}
	await writeFile(process.env.BENCH_OUTPUT!, JSON.stringify(activations));
}
