// A worker for the controller's tests: does what its configuration names as the upstream, and counts the starts in a file of its folder.
import { appendFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { GatewayConfiguration, WorkerMessage } from '../../../src/gateway/workerMessages';

const { folder, port, upstream } = workerData as GatewayConfiguration;
const wish = upstream === null ? '' : new URL(upstream).hostname;
appendFileSync(join(folder, 'starts'), '.');

if (wish === 'throws-at-once') {
	throw new Error('This worker cannot even begin.');
}
if (wish === 'fails') {
	tell({ kind: 'failed', template: "Port {0} isn't available.", args: [port] });
	process.exit(1);
}

const server = createServer((request, response) => {
	if (request.url === '/crash') {
		throw new Error('This worker crashes.');
	}
	response.end();
});
server.listen(0, '127.0.0.1', () => tell({ kind: 'listening', port: (server.address() as { port: number }).port }));

parentPort!.on('message', () => {
	if (wish !== 'ignores-stop') {
		writeFileSync(join(folder, 'stopped'), '');
		process.exit(0);
	}
});

function tell(message: WorkerMessage): void {
	parentPort!.postMessage(message);
}
