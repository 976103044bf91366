import type { Socket } from 'node:net';
import type { Exchange } from './exchange';

/** Calls `handleClose` once the response has been sent or the client is gone. */
export function onClientClose({ request, response }: Pick<Exchange, 'request' | 'response'>, handleClose: () => void): void {
	response.once('close', handleClose);
	if (response.socket === null) {
		// A pipelined response gets its socket after those before it, and until then isn't notified if the connection closes.
		request.socket.once('close', handleClose);
		response.once('close', () => request.socket.off('close', handleClose));
	}
}

/**
 * Notices that the client that asked for an upgrade is gone, and closes its connection. Until the upgrade, nothing else reads from it.
 * @returns a function that ends this
 */
export function watchUpgradeSocket(socket: Socket): () => void {
	const detectClose = () => void socket.read(0);
	const destroy = () => void socket.destroy();
	socket.on('readable', detectClose).once('end', destroy);
	return () => void socket.off('readable', detectClose).off('end', destroy);
}
