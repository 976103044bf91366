/**
 * Runs the gateway's worker in a separate process: node gatewayChild.js CONFIGURATION
 * Forwards the worker's messages to the parent process. Responds to "memory" with the memory of the process in bytes, and forwards "stop" to
 * the worker.
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
process.on('message', (request) => {
	if (request === 'memory') {
		process.send?.({ kind: 'memory', bytes: process.memoryUsage.rss() });
	} else {
		worker.postMessage({ kind: request });
	}
});
process.on('disconnect', () => process.exit());
