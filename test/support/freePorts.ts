import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** Returns ports that are free now, for programs that can't choose them themselves. */
export async function findFreePorts(count: number): Promise<readonly number[]> {
	const reserved = await Promise.all(
		Array.from({ length: count }, async () => {
			const server = createServer().listen(0, '127.0.0.1');
			await once(server, 'listening');
			return server;
		}),
	);
	const ports = reserved.map((server) => (server.address() as AddressInfo).port);
	await Promise.all(reserved.map((server) => once(server.close(), 'close')));
	return ports;
}
