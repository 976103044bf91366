import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { GatewayConfiguration, WorkerMessage } from '../../../src/gateway/workerMessages';
import { repositoryRoot } from '../../host/paths';
import { createConfiguration } from './gatewayServers';

type ChildMessage = WorkerMessage | { readonly kind: 'memory'; readonly bytes: number };

/** The bundled gateway worker in a separate process. */
export class GatewayProcess {
	readonly process: ChildProcess;
	/** All messages from the worker. */
	readonly messages: ChildMessage[] = [];
	/** Everything that was written to stdout and stderr. */
	output = '';
	readonly #exited: Promise<unknown>;

	constructor(changes: Partial<GatewayConfiguration>) {
		this.process = fork(join(repositoryRoot, 'out/test/support/gateway/gatewayChild.js'), [JSON.stringify(createConfiguration(changes))], {
			silent: true,
		});
		this.#exited = once(this.process, 'exit');
		this.process.on('message', (message) => this.messages.push(message as ChildMessage));
		for (const stream of [this.process.stdout!, this.process.stderr!]) {
			stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
		}
	}

	/** Resolves with the port once the gateway listens on it. */
	async listening(): Promise<number> {
		const message = await this.#waitForMessage('listening');
		return message.port;
	}

	/** Resolves with the memory of the process in bytes. */
	async memory(): Promise<number> {
		this.messages.splice(0);
		this.process.send('memory');
		return (await this.#waitForMessage('memory')).bytes;
	}

	/** Stops the gateway. Resolves with the exit code of the process. */
	async stop(): Promise<number | null> {
		this.process.send('stop');
		await this.#exited;
		return this.process.exitCode;
	}

	/** Kills the process. */
	async kill(): Promise<void> {
		this.process.kill('SIGKILL');
		await this.#exited;
	}

	async #waitForMessage<K extends ChildMessage['kind']>(kind: K): Promise<Extract<ChildMessage, { kind: K }>> {
		for (;;) {
			const found = this.messages.find((message): message is Extract<ChildMessage, { kind: K }> => message.kind === kind);
			if (found) {
				return found;
			}
			await Promise.race([once(this.process, 'message'), this.#exited]);
			if (this.process.exitCode !== null) {
				throw new Error(`The gateway exited: ${JSON.stringify(this.messages)} ${this.output}`);
			}
		}
	}
}
