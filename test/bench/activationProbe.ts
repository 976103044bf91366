// Runs in the extension host: activates each extension once and writes the figures to the file named by BENCH_OUTPUT.
import { writeFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as vscode from 'vscode';

export interface Activation {
	readonly id: string;
	/** From the call of `activate()` by another extension to its settled promise, in milliseconds. */
	readonly awaited: number;
	/** Growth of heap and external memory, each after a collection, in bytes. */
	readonly bytes: number;
}

export async function run(): Promise<void> {
	setFlagsFromString('--expose-gc');
	const collect = runInNewContext('gc') as () => void;
	const used = () => {
		collect();
		const { heapUsed, external } = process.memoryUsage();
		return heapUsed + external;
	};
	const activations: Activation[] = [];
	for (const id of JSON.parse(process.env.BENCH_EXTENSIONS!) as string[]) {
		const extension = vscode.extensions.getExtension(id)!;
		const before = used();
		const start = performance.now();
		await extension.activate();
		const awaited = performance.now() - start;
		activations.push({ id, awaited, bytes: used() - before });
	}
	await writeFile(process.env.BENCH_OUTPUT!, JSON.stringify(activations));
}
