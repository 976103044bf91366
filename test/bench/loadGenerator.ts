import { connect, type Socket } from 'node:net';

/** Results of generating load for a while. */
export interface Load {
	/** Responses per second. */
	readonly throughput: number;
	/** Response times in milliseconds, in ascending order. */
	readonly times: Float64Array;
}

/**
 * Sends `request` on several connections at the same time, on each again after the response.
 * Rejects if a response isn't 200 or a connection is closed.
 * @param duration in milliseconds
 */
export async function generateLoad(port: number, request: Buffer, connections: number, duration: number): Promise<Load> {
	const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
	const times: number[] = [];
	const start = performance.now();
	const end = start + duration;
	await Promise.all(sockets.map((socket) => sendRepeatedly(socket, request, end, times)));
	const throughput = times.length / ((performance.now() - start) / 1000);
	sockets.forEach((socket) => socket.destroy());
	return { throughput, times: Float64Array.from(times).sort() };
}

function open(port: number): Promise<Socket> {
	return new Promise((resolve, reject) => {
		const socket = connect(port, '127.0.0.1', () => resolve(socket)).setNoDelay(true);
		socket.once('error', reject);
	});
}

function sendRepeatedly(socket: Socket, request: Buffer, end: number, times: number[]): Promise<void> {
	return new Promise((resolve, reject) => {
		let sentAt = performance.now();
		let receivedBytes = 0;
		let expectedBytes = Infinity;
		socket.once('error', reject);
		socket.once('close', () => reject(new Error('The server closed a connection.')));
		socket.on('data', (chunk) => {
			if (receivedBytes === 0) {
				const headers = chunk.toString('latin1');
				const [, length] = /^HTTP\/1\.1 200 [^]*\r\ncontent-length: (\d+)\r\n/i.exec(headers) ?? [];
				const headersEnd = headers.indexOf('\r\n\r\n');
				if (length === undefined || headersEnd === -1) {
					reject(new Error(`Unexpected response: ${headers.slice(0, 300)}`));
					return;
				}
				expectedBytes = headersEnd + 4 + Number(length);
			}
			receivedBytes += chunk.length;
			if (receivedBytes >= expectedBytes) {
				const now = performance.now();
				times.push(now - sentAt);
				receivedBytes = 0;
				if (now >= end) {
					socket.removeAllListeners('close');
					resolve();
					return;
				}
				sentAt = now;
				socket.write(request);
			}
		});
		socket.write(request);
	});
}
