import { Worker } from 'node:worker_threads';
import * as v from 'valibot';
import { Emitter } from '../domain/emitter';
import type { Clock, Disposable, GatewayState } from '../domain/ports';
import { problem, ProblemError, type Problem } from '../domain/problems';
import { workerMessage, type GatewayConfiguration, type HostMessage, type WorkerMessage } from './messages';

export type GatewayPhase =
	| { readonly kind: 'stopped' }
	| { readonly kind: 'starting' }
	| { readonly kind: 'running'; /** The upstream's path at the gateway's address. */ readonly url: string }
	/** It stopped by itself and is not started again. */
	| { readonly kind: 'failed'; readonly problem: Problem };

/** So many times within `CRASH_WINDOW` a gateway that stopped by itself is started again. */
const RESTARTS = 3;
/** In milliseconds. */
const CRASH_WINDOW = 60_000;
/** How long a gateway may take to write down its counts and end its connections, in milliseconds. */
const STOP_TIMEOUT = 5_000;

const CRASHED = 'The gateway stopped unexpectedly and was started again. Requests that were on their way have failed.';
const CRASHED_TOO_OFTEN =
	'The gateway stopped unexpectedly {0} times within a minute and was not started again. Start it once more, and report the problem if it comes back.';
const NOT_STARTED = 'The gateway could not be started ({0}). Restart the window and try again.';
const PORT_TAKEN =
	'Port {0} is taken, so the gateway listens on {1}. Choose another port in the setting connectTokens.gateway.port to keep the address the same.';

/** Starts and stops the worker thread that is the gateway, and starts it again when it stops by itself. */
export class GatewayController implements GatewayState, Disposable {
	readonly #changed = new Emitter();
	readonly #warned = new Emitter<Problem>();
	#phase: GatewayPhase = { kind: 'stopped' };
	#worker: Worker | undefined;
	#queue: Promise<unknown> = Promise.resolve();
	readonly #changes = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
	/** When the gateway stopped by itself, in milliseconds since the epoch. */
	#crashes: number[] = [];

	/**
	 * @param entry path of the worker's script
	 * @param configure what to start with, asked for at every start; may reject with a ProblemError
	 */
	constructor(
		private readonly entry: string,
		private readonly configure: () => Promise<Omit<GatewayConfiguration, 'changes'>>,
		private readonly clock: Clock,
	) {}

	get phase(): GatewayPhase {
		return this.#phase;
	}

	get url(): string | undefined {
		return this.#phase.kind === 'running' ? this.#phase.url : undefined;
	}

	onDidChange(listener: () => void): Disposable {
		return this.#changed.on(listener);
	}

	/** Calls `listener` with what a person should know about a gateway that goes on, or does not. */
	onDidWarn(listener: (warning: Problem) => void): Disposable {
		return this.#warned.on(listener);
	}

	/** Lets the gateway look at the tokens anew before it takes another request. */
	tokensChanged(): void {
		Atomics.add(this.#changes, 0, 1);
	}

	/**
	 * Starts the gateway unless it runs, and returns its URL.
	 * @throws ProblemError when it cannot be started
	 */
	start(): Promise<string> {
		return this.#inTurn(async () => {
			this.#crashes = [];
			return this.url ?? (await this.#start());
		});
	}

	/** Writes down what has been counted and ends the gateway; no error when there is none. */
	stop(): Promise<void> {
		return this.#inTurn(() => this.#stop());
	}

	/** Stops the gateway and starts it with the configuration of now. */
	restart(): Promise<string> {
		return this.#inTurn(async () => {
			await this.#stop();
			return this.#start();
		});
	}

	dispose(): void {
		this.#changed.dispose();
		this.#warned.dispose();
		void this.stop();
	}

	async #start(): Promise<string> {
		this.#become({ kind: 'starting' });
		try {
			const configuration = { ...(await this.configure()), changes: this.#changes.buffer };
			const { worker, port } = await this.#launch(configuration);
			this.#worker = worker;
			worker.once('exit', () => void this.#inTurn(() => this.#recover(worker)));
			const url = `http://127.0.0.1:${port}${basePath(configuration.upstream)}`;
			this.#become({ kind: 'running', url });
			if (port !== configuration.port && configuration.port !== 0) {
				this.#warned.fire({ field: null, template: PORT_TAKEN, args: [configuration.port, port] });
			}
			return url;
		} catch (error) {
			this.#become({ kind: 'stopped' });
			throw error instanceof ProblemError ? error : problem(NOT_STARTED, error instanceof Error ? error.message : String(error));
		}
	}

	/** Resolves once the worker takes requests. */
	#launch(configuration: GatewayConfiguration): Promise<{ worker: Worker; port: number }> {
		const worker = new Worker(this.entry, { workerData: configuration });
		return new Promise((resolve, reject) => {
			worker.on('message', (message: unknown) => {
				const told = v.parse(workerMessage, message);
				if (told.kind === 'listening') {
					resolve({ worker, port: told.port });
				} else if (told.kind === 'failed') {
					reject(new ProblemError([problemOf(told)]));
				} else {
					this.#warned.fire(problemOf(told));
				}
			});
			// An error ends the worker, and `exit` follows.
			worker.on('error', reject);
			worker.on('exit', (code) => reject(new Error(`exit code ${code}`)));
		});
	}

	async #stop(): Promise<void> {
		const worker = this.#worker;
		this.#worker = undefined;
		if (worker) {
			const ended = new Promise((resolve) => worker.once('exit', resolve));
			const timer = setTimeout(() => void worker.terminate(), STOP_TIMEOUT);
			worker.postMessage({ kind: 'stop' } satisfies HostMessage);
			await ended;
			clearTimeout(timer);
		}
		this.#become({ kind: 'stopped' });
	}

	/** What a worker's end calls for: nothing when it was asked for. */
	async #recover(worker: Worker): Promise<void> {
		if (this.#worker !== worker) {
			return;
		}
		this.#worker = undefined;
		const now = this.clock().getTime();
		this.#crashes = [...this.#crashes.filter((at) => now - at < CRASH_WINDOW), now];
		if (this.#crashes.length > RESTARTS) {
			this.#fail({ field: null, template: CRASHED_TOO_OFTEN, args: [this.#crashes.length] });
			return;
		}
		try {
			await this.#start();
			this.#warned.fire({ field: null, template: CRASHED, args: [] });
		} catch (error) {
			this.#fail((error as ProblemError).problems[0]!);
		}
	}

	#fail(problem: Problem): void {
		this.#become({ kind: 'failed', problem });
		this.#warned.fire(problem);
	}

	#become(state: GatewayPhase): void {
		this.#phase = state;
		this.#changed.fire();
	}

	/** One start or stop at a time. */
	#inTurn<T>(action: () => Promise<T>): Promise<T> {
		const turn = this.#queue.then(action);
		this.#queue = turn.catch(() => undefined);
		return turn;
	}
}

function problemOf({ template, args }: Extract<WorkerMessage, { template: string }>): Problem {
	return { field: null, template, args };
}

function basePath(upstream: string | null): string {
	return upstream === null ? '' : new URL(upstream).pathname.replace(/\/+$/, '');
}
