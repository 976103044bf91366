/**
 * A host for the gateway's worker, in a process of its own: node gatewayChild.js CONFIGURATION
 * It passes on what the worker says, and answers "memory" with the memory of the process in bytes; "stop" goes to the worker.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { repositoryRoot } from '../../host/paths';

const worker = new Worker(join(repositoryRoot, 'out/gateway.js'), {
	workerData: { ...(JSON.parse(process.argv[2] ?? '') as object), changes: new SharedArrayBuffer(4) },
});
worker.on('message', (message: unknown) => process.send?.(message));
worker.on('error', (error) => console.error(error));
worker.on('exit', (code) => process.exit(code));
process.on('message', (asked) => {
	if (asked === 'memory') {
		process.send?.({ kind: 'memory', bytes: process.memoryUsage.rss() });
	} else {
		worker.postMessage({ kind: asked });
	}
});
process.on('disconnect', () => process.exit());
