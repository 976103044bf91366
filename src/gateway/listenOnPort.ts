import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getErrorCode } from '../storage/fileErrors';

export interface ListenOptions {
	/** The address to listen on; 127.0.0.1 by default. */
	readonly address?: string | undefined;
	/** How many ports after the first one to try if it's in use. */
	readonly maxExtraPorts: number;
	/** Whether a port is passed over even if it's free. */
	readonly isSkipped: (port: number) => boolean;
}

/**
 * Starts listening on `port`, or on the next free one, and returns the port.
 * Rejects with the system's error if no port is free or the system doesn't allow it.
 */
export async function listenOnPort(server: Server, port: number, options: ListenOptions): Promise<number> {
	const { address = '127.0.0.1', maxExtraPorts, isSkipped } = options;
	for (let candidate = port; ; candidate++) {
		if (isSkipped(candidate)) {
			continue;
		}
		try {
			await new Promise<void>((resolve, reject) => {
				server.once('error', reject).listen(candidate, address, () => {
					server.off('error', reject);
					resolve();
				});
			});
			return (server.address() as AddressInfo).port;
		} catch (error) {
			if (getErrorCode(error) !== 'EADDRINUSE' || candidate >= port + maxExtraPorts) {
				throw error;
			}
		}
	}
}
