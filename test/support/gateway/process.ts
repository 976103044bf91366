import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { GatewayConfiguration, WorkerMessage } from '../../../src/gateway/messages';
import { root } from '../../host/paths';
import { configuration } from './gateway';

type Said = WorkerMessage | { readonly kind: 'memory'; readonly bytes: number };

/** The gateway's worker, as it is shipped, in a process of its own. */
export class GatewayProcess {
	readonly process: ChildProcess;
	/** Everything it said: to its host, and where logs go. */
	readonly said: Said[] = [];
	log = '';
	readonly #exited: Promise<unknown>;

	constructor(changes: Partial<GatewayConfiguration>) {
		this.process = fork(join(root, 'out/test/support/gateway/child.js'), [JSON.stringify(configuration(changes))], { silent: true });
		this.#exited = once(this.process, 'exit');
		this.process.on('message', (message) => this.said.push(message as Said));
		for (const stream of [this.process.stdout!, this.process.stderr!]) {
			stream.setEncoding('utf8').on('data', (text: string) => (this.log += text));
		}
	}

	/** Resolves with the port on which it listens. */
	async listening(): Promise<number> {
		const message = await this.#hear('listening');
		return message.port;
	}

	/** Resolves with its memory in bytes. */
	async memory(): Promise<number> {
		this.said.splice(0);
		this.process.send('memory');
		return (await this.#hear('memory')).bytes;
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

	async #hear<K extends Said['kind']>(kind: K): Promise<Extract<Said, { kind: K }>> {
		for (;;) {
			const heard = this.said.find((message): message is Extract<Said, { kind: K }> => message.kind === kind);
			if (heard) {
				return heard;
			}
			await Promise.race([once(this.process, 'message'), this.#exited]);
			if (this.process.exitCode !== null) {
				throw new Error(`The gateway ended: ${JSON.stringify(this.said)} ${this.log}`);
			}
		}
	}
}
