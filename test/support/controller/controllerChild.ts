// A worker for the controller's tests. The host name of the configured upstream selects its behavior. Appends a dot to the file `starts` in its
// folder each time it starts, and to `tokenChanges` for each message that tokens have changed.
import { appendFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { GatewayConfiguration, HostMessage, WorkerMessage } from '../../../src/gateway/workerMessages';

const { folder, port, upstream } = workerData as GatewayConfiguration;
const behavior = upstream === null ? '' : new URL(upstream).hostname;
appendFileSync(join(folder, 'starts'), '.');

if (behavior === 'throws-on-start') {
	throw new Error('This worker throws on start.');
}
if (behavior === 'fails') {
	send({ kind: 'failed', template: "Port {0} isn't available.", args: [port] });
	process.exit(1);
}

if (behavior === 'exits-when-listening') {
	send({ kind: 'listening', port: 1 });
	process.exit(1);
}

const server = createServer((request, response) => {
	if (request.url === '/crash') {
		throw new Error('This worker crashes.');
	}
	response.end();
});
server.listen(0, '127.0.0.1', () => {
	if (behavior === 'logs') {
		send({ kind: 'log', level: 'warn', message: 'Something was dropped' });
	}
	send({ kind: 'listening', port: (server.address() as { port: number }).port });
});

parentPort!.on('message', ({ kind }: HostMessage) => {
	if (kind === 'tokensChanged') {
		appendFileSync(join(folder, 'tokenChanges'), '.');
	} else if (behavior !== 'ignores-stop') {
		writeFileSync(join(folder, 'stopped'), '');
		process.exit(0);
	}
});

function send(message: WorkerMessage): void {
	parentPort!.postMessage(message);
}
