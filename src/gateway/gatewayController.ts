import { Worker } from 'node:worker_threads';
import * as v from 'valibot';
import { Emitter } from '../domain/emitter';
import type { Clock, Disposable, GatewayState } from '../domain/ports';
import { problem, ProblemError, type Problem } from '../domain/problems';
import { workerMessageSchema, type GatewayConfiguration, type HostMessage, type WorkerMessage } from './workerMessages';

export type GatewayPhase =
	| { readonly kind: 'stopped' }
	| { readonly kind: 'starting' }
	| { readonly kind: 'running'; /** The upstream's path at the gateway's address. */ readonly url: string }
	/** It stopped by itself and is not started again. */
	| { readonly kind: 'failed'; readonly problem: Problem };

/** So many times within `CRASH_WINDOW` a gateway that stopped by itself is started again. */
const MAX_RESTARTS = 3;
/** In milliseconds. */
const CRASH_WINDOW_MS = 60_000;
/** How long a gateway may take to write down its counts and end its connections, in milliseconds. */
const STOP_TIMEOUT_MS = 5_000;

const CRASHED_MESSAGE = 'The gateway stopped unexpectedly and was restarted. Requests in progress failed.';
const CRASHED_TOO_OFTEN_MESSAGE =
	"The gateway stopped unexpectedly {0} times within a minute and wasn't restarted. Start it again, and report an issue if the problem persists.";
const START_FAILED_MESSAGE = "Couldn't start the gateway ({0}). Reload the window and try again.";
const PORT_IN_USE_MESSAGE =
	'Port {0} is in use, so the gateway is listening on {1}. To keep the same address, choose another port in the connectTokens.gateway.port setting.';

/** Starts and stops the worker thread that is the gateway, and starts it again when it stops by itself. */
export class GatewayController implements GatewayState, Disposable {
	readonly #changeEmitter = new Emitter();
	readonly #warningEmitter = new Emitter<Problem>();
	#phase: GatewayPhase = { kind: 'stopped' };
	#worker: Worker | undefined;
	#queue: Promise<unknown> = Promise.resolve();
	readonly #tokenChangeCounter = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
	/** When the gateway stopped by itself, in milliseconds since the epoch. */
	#crashTimes: number[] = [];

	/**
	 * @param workerPath path of the worker's script
	 * @param loadConfiguration what to start with, asked for at every start; may reject with a ProblemError
	 */
	constructor(
		private readonly workerPath: string,
		private readonly loadConfiguration: () => Promise<Omit<GatewayConfiguration, 'changes'>>,
		private readonly clock: Clock,
	) {}

	get phase(): GatewayPhase {
		return this.#phase;
	}

	get url(): string | undefined {
		return this.#phase.kind === 'running' ? this.#phase.url : undefined;
	}

	onDidChange(listener: () => void): Disposable {
		return this.#changeEmitter.on(listener);
	}

	/** Calls `listener` with what a person should know about a gateway that goes on, or does not. */
	onDidWarn(listener: (warning: Problem) => void): Disposable {
		return this.#warningEmitter.on(listener);
	}

	/** Lets the gateway look at the tokens anew before it takes another request. */
	notifyTokensChanged(): void {
		Atomics.add(this.#tokenChangeCounter, 0, 1);
	}

	/**
	 * Starts the gateway unless it runs, and returns its URL.
	 * @throws ProblemError when it cannot be started
	 */
	start(): Promise<string> {
		return this.#enqueue(async () => {
			this.#crashTimes = [];
			return this.url ?? (await this.#start());
		});
	}

	/** Writes down what has been counted and ends the gateway; no error when there is none. */
	stop(): Promise<void> {
		return this.#enqueue(() => this.#stop());
	}

	/** Stops the gateway and starts it with the configuration of now. */
	restart(): Promise<string> {
		return this.#enqueue(async () => {
			await this.#stop();
			return this.#start();
		});
	}

	dispose(): void {
		this.#changeEmitter.dispose();
		this.#warningEmitter.dispose();
		void this.stop();
	}

	async #start(): Promise<string> {
		this.#setPhase({ kind: 'starting' });
		try {
			const configuration = { ...(await this.loadConfiguration()), changes: this.#tokenChangeCounter.buffer };
			const { worker, port } = await this.#launch(configuration);
			this.#worker = worker;
			worker.once('exit', () => void this.#enqueue(() => this.#handleExit(worker)));
			const url = `http://127.0.0.1:${port}${getBasePath(configuration.upstream)}`;
			this.#setPhase({ kind: 'running', url });
			if (port !== configuration.port && configuration.port !== 0) {
				this.#warningEmitter.fire({ field: null, template: PORT_IN_USE_MESSAGE, args: [configuration.port, port] });
			}
			return url;
		} catch (error) {
			this.#setPhase({ kind: 'stopped' });
			throw error instanceof ProblemError ? error : problem(START_FAILED_MESSAGE, error instanceof Error ? error.message : String(error));
		}
	}

	/** Resolves once the worker takes requests. */
	#launch(configuration: GatewayConfiguration): Promise<{ worker: Worker; port: number }> {
		const worker = new Worker(this.workerPath, { workerData: configuration });
		return new Promise((resolve, reject) => {
			worker.on('message', (message: unknown) => {
				const parsed = v.parse(workerMessageSchema, message);
				if (parsed.kind === 'listening') {
					resolve({ worker, port: parsed.port });
				} else if (parsed.kind === 'failed') {
					reject(new ProblemError([toProblem(parsed)]));
				} else {
					this.#warningEmitter.fire(toProblem(parsed));
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
			const exited = new Promise((resolve) => worker.once('exit', resolve));
			const timer = setTimeout(() => void worker.terminate(), STOP_TIMEOUT_MS);
			worker.postMessage({ kind: 'stop' } satisfies HostMessage);
			await exited;
			clearTimeout(timer);
		}
		this.#setPhase({ kind: 'stopped' });
	}

	/** What a worker's end calls for: nothing when it was asked for. */
	async #handleExit(worker: Worker): Promise<void> {
		if (this.#worker !== worker) {
			return;
		}
		this.#worker = undefined;
		const now = this.clock().getTime();
		this.#crashTimes = [...this.#crashTimes.filter((at) => now - at < CRASH_WINDOW_MS), now];
		if (this.#crashTimes.length > MAX_RESTARTS) {
			this.#fail({ field: null, template: CRASHED_TOO_OFTEN_MESSAGE, args: [this.#crashTimes.length] });
			return;
		}
		try {
			await this.#start();
			this.#warningEmitter.fire({ field: null, template: CRASHED_MESSAGE, args: [] });
		} catch (error) {
			this.#fail((error as ProblemError).problems[0]!);
		}
	}

	#fail(problem: Problem): void {
		this.#setPhase({ kind: 'failed', problem });
		this.#warningEmitter.fire(problem);
	}

	#setPhase(phase: GatewayPhase): void {
		this.#phase = phase;
		this.#changeEmitter.fire();
	}

	/** One start or stop at a time. */
	#enqueue<T>(action: () => Promise<T>): Promise<T> {
		const turn = this.#queue.then(action);
		this.#queue = turn.catch(() => undefined);
		return turn;
	}
}

function toProblem({ template, args }: Extract<WorkerMessage, { template: string }>): Problem {
	return { field: null, template, args };
}

function getBasePath(upstream: string | null): string {
	return upstream === null ? '' : new URL(upstream).pathname.replace(/\/+$/, '');
}
