// Runs in the extension host: activates each extension once and writes the figures to the file named by BENCH_OUTPUT.
import { writeFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as vscode from 'vscode';

/** How long an extension is given to do what it has put off, in milliseconds. */
const SETTLE_MS = 500;

export interface Activation {
	readonly id: string;
	/** From the call of `activate()` by another extension to its settled promise, in milliseconds. */
	readonly awaited: number;
	/** Growth of heap and external memory, each after a collection, in bytes. */
	readonly bytes: number;
	/** The same once it has done what it had put off. */
	readonly settledBytes: number;
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
		const bytes = used() - before;
		// What an activation leaves for later must not count for the next one.
		await setTimeout(SETTLE_MS);
		activations.push({ id, awaited, bytes, settledBytes: used() - before });
	}
	await writeFile(process.env.BENCH_OUTPUT!, JSON.stringify(activations));
}
