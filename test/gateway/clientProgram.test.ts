import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { findClientProgram } from '../../src/gateway/clientProgram';

/** A loaded machine takes longer than a question waits. */
const TIMEOUT_MS = 60_000;

describe('The program that made a request', () => {
	let server: Server;
	let accepted: Socket;

	before(function () {
		if (process.platform !== 'linux') {
			this.skip();
		}
	});
	afterEach(async () => {
		const closed = once(server, 'close');
		accepted.destroy();
		server.close();
		await closed;
	});

	/** Listens, runs `connectTo` with the port, and returns the server's end of the connection. */
	async function accept(host: string, connectTo: (port: number) => unknown): Promise<Socket> {
		server = createServer().listen(0, host);
		await once(server, 'listening');
		connectTo((server.address() as AddressInfo).port);
		[accepted] = (await once(server, 'connection')) as [Socket];
		return accepted;
	}

	const findFor = ({ remotePort = 0, localPort = 0 }: Pick<Socket, 'remotePort' | 'localPort'>) =>
		findClientProgram({ clientPort: remotePort, gatewayPort: localPort }, TIMEOUT_MS);

	for (const host of ['127.0.0.1', '::1']) {
		it(`is found by its connection to ${host}, with the name of its executable and its process ID`, async () => {
			const code = (port: number) => `process.title = 'harmless'; require('node:net').connect(${port}, '${host}')`;
			let child!: ReturnType<typeof spawn>;
			const socket = await accept(host, (port) => (child = spawn(process.execPath, ['-e', code(port)])));
			assert.deepEqual(await findFor(socket), { name: 'node', processId: child.pid });
			const exited = once(child, 'exit');
			child.kill();
			await exited;
		});
	}

	it('is not found once it has closed the connection, and for a connection between other ports', async () => {
		let client!: Socket;
		const socket = await accept('127.0.0.1', (port) => (client = connect(port, '127.0.0.1')));
		assert.equal((await findFor(socket))?.processId, process.pid);
		assert.equal(await findFor({ remotePort: socket.remotePort!, localPort: socket.localPort! - 1 }), undefined);
		const ended = once(socket, 'close');
		client.destroy();
		socket.resume();
		await ended;
		assert.equal(await findFor(socket), undefined);
	});
});
