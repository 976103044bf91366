import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { GatewayConfiguration, WorkerMessage } from '../../../src/gateway/workerMessages';
import { repositoryRoot } from '../../host/paths';
import { createConfiguration } from './gatewayServers';

type ChildMessage = WorkerMessage | { readonly kind: 'memory'; readonly bytes: number };

/** The gateway's worker, as it is shipped, in a process of its own. */
export class GatewayProcess {
	readonly process: ChildProcess;
	/** Everything it said: to its host, and where logs go. */
	readonly messages: ChildMessage[] = [];
	log = '';
	readonly #exited: Promise<unknown>;

	constructor(changes: Partial<GatewayConfiguration>) {
		this.process = fork(join(repositoryRoot, 'out/test/support/gateway/gatewayChild.js'), [JSON.stringify(createConfiguration(changes))], {
			silent: true,
		});
		this.#exited = once(this.process, 'exit');
		this.process.on('message', (message) => this.messages.push(message as ChildMessage));
		for (const stream of [this.process.stdout!, this.process.stderr!]) {
			stream.setEncoding('utf8').on('data', (text: string) => (this.log += text));
		}
	}

	/** Resolves with the port on which it listens. */
	async listening(): Promise<number> {
		const message = await this.#waitForMessage('listening');
		return message.port;
	}

	/** Resolves with its memory in bytes. */
	async memory(): Promise<number> {
		this.messages.splice(0);
		this.process.send('memory');
		return (await this.#waitForMessage('memory')).bytes;
	}

	/** Resolves with its exit code once it has ended as it should. */
	async stop(): Promise<number | null> {
		this.process.send('stop');
		await this.#exited;
		return this.process.exitCode;
	}

	/** Ends it without a warning. */
	async kill(): Promise<void> {
		this.process.kill('SIGKILL');
		await this.#exited;
	}

	async #waitForMessage<K extends ChildMessage['kind']>(kind: K): Promise<Extract<ChildMessage, { kind: K }>> {
		for (;;) {
			const heard = this.messages.find((message): message is Extract<ChildMessage, { kind: K }> => message.kind === kind);
			if (heard) {
				return heard;
			}
			await Promise.race([once(this.process, 'message'), this.#exited]);
			if (this.process.exitCode !== null) {
				throw new Error(`The gateway ended: ${JSON.stringify(this.messages)} ${this.log}`);
			}
		}
	}
}
