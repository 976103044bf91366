import { connect, type Socket } from 'node:net';

/** What one stretch of load came to. */
export interface Load {
	/** Answers a second. */
	readonly throughput: number;
	/** In milliseconds, in ascending order. */
	readonly times: Float64Array;
}

/**
 * Sends `request` on so many connections at once, on each the next when the answer has come, for `duration` milliseconds.
 * Rejects when an answer is not 200 or a connection ends.
 */
export async function generateLoad(port: number, request: Buffer, connections: number, duration: number): Promise<Load> {
	const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
	const times: number[] = [];
	const begin = performance.now();
	const end = begin + duration;
	await Promise.all(sockets.map((socket) => sendRepeatedly(socket, request, end, times)));
	const throughput = times.length / ((performance.now() - begin) / 1000);
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
		let sent = performance.now();
		let received = 0;
		let awaited = Infinity;
		socket.once('error', reject);
		socket.once('close', () => reject(new Error('The server closed a connection.')));
		socket.on('data', (chunk) => {
			if (received === 0) {
				const head = chunk.toString('latin1');
				const [, length] = /^HTTP\/1\.1 200 [^]*\r\ncontent-length: (\d+)\r\n/i.exec(head) ?? [];
				const headEnd = head.indexOf('\r\n\r\n');
				if (length === undefined || headEnd === -1) {
					reject(new Error(`Unexpected answer: ${head.slice(0, 300)}`));
					return;
				}
				awaited = headEnd + 4 + Number(length);
			}
			received += chunk.length;
			if (received >= awaited) {
				const now = performance.now();
				times.push(now - sent);
				received = 0;
				if (now >= end) {
					socket.removeAllListeners('close');
					resolve();
					return;
				}
				sent = now;
				socket.write(request);
			}
		});
		socket.write(request);
	});
}
