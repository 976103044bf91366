import { createServer, type IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** A request that the server received. */
export interface ReceivedRequest {
	readonly method: string;
	readonly url: string;
	readonly headers: IncomingHttpHeaders;
}

export interface RecordingServer {
	readonly origin: string;
	/** The requests so far. */
	readonly received: ReceivedRequest[];
	stop(): Promise<unknown>;
}

/** Starts an API on a free port of 127.0.0.1 that responds to every request with 200 and `{}`, and records the requests. */
export async function startRecordingServer(): Promise<RecordingServer> {
	const received: ReceivedRequest[] = [];
	const server = createServer(({ method = '', url = '', headers }, response) => {
		received.push({ method, url, headers });
		response.setHeader('Content-Type', 'application/json').end('{}');
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const stop = async () => {
		server.closeAllConnections();
		server.close();
		await once(server, 'close');
	};
	return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received, stop };
}
