import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';
import * as v from 'valibot';
import type { PendingApproval } from '../domain/approvalRequest';
import { Emitter } from '../domain/emitter';
import type { GatewayPhase } from '../domain/gatewayPhase';
import { logFailure, type Log } from '../domain/log';
import type { Clock, Disposable, GatewayState } from '../domain/ports';
import { formatProblem, ProblemError, solvableProblem, type Problem } from '../domain/problems';
import { ApprovalChannel } from './approvalChannel';
import { getBasePath } from './basePath';
import { HandledRequests } from './handledRequests';
import { workerMessageSchema, type GatewayConfiguration, type HostMessage, type WorkerMessage } from './workerMessages';

/** Maximum number of restarts after crashes within `CRASH_WINDOW_MS`. */
const MAX_RESTARTS = 3;
const CRASH_WINDOW_MS = 60_000;
/** How long the worker may take to save usage and close its connections. */
const STOP_TIMEOUT_MS = 5_000;

const CRASHED_MESSAGE = 'The gateway stopped unexpectedly and was restarted. Requests in progress failed.';
const CRASHED_TOO_OFTEN_MESSAGE =
	"The gateway stopped unexpectedly {0} times within a minute and wasn't restarted. Start it again, and report an issue if the problem persists.";
const START_FAILED_MESSAGE = "Couldn't start the gateway ({0}). Reload the window and try again.";
const PORT_IN_USE_MESSAGE =
	'Port {0} is in use, so the gateway is listening on {1}. To keep the same address, choose another port in the connectTokens.gateway.port setting.';

export interface GatewayControllerOptions {
	/** Path of the worker's script. */
	readonly workerPath: string;
	/** Reads the configuration. Called for each start. May reject with a ProblemError. */
	readonly loadConfiguration: () => Promise<Omit<GatewayConfiguration, 'changes'>>;
	readonly clock: Clock;
	readonly log: Log;
}

/** A worker that accepts requests, or did so before it exited. */
interface LaunchedWorker {
	readonly worker: Worker;
	readonly port: number;
	/** Resolves with the exit code, also if the worker exited right after its last message. */
	readonly exited: Promise<number>;
}

/** Starts and stops the gateway's worker thread, and restarts it after a crash. */
export class GatewayController implements GatewayState, Disposable {
	/** The requests that this window's gateway has handled. */
	readonly requests = new HandledRequests();
	readonly #changeEmitter = new Emitter();
	readonly #warningEmitter = new Emitter<Problem>();
	readonly #approvalEmitter = new Emitter<PendingApproval>();
	#phase: GatewayPhase = { kind: 'stopped' };
	#launched: LaunchedWorker | undefined;
	/** The worker that was started last. It may accept requests before its message about that arrives, so changes are signaled to it from its start. */
	#latestWorker: Worker | undefined;
	/** Starts and stops run one at a time. */
	readonly #limit = pLimit(1);
	readonly #tokenChangeCounter = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
	/** When the gateway crashed, in milliseconds since 1970. */
	#crashTimes: number[] = [];
	readonly #log: Log;

	constructor(private readonly options: GatewayControllerOptions) {
		this.#log = options.log;
	}

	get phase(): GatewayPhase {
		return this.#phase;
	}

	get url(): string | undefined {
		return this.#phase.kind === 'running' ? this.#phase.url : undefined;
	}

	onDidChange(listener: () => void): Disposable {
		return this.#changeEmitter.on(listener);
	}

	/** Calls `listener` with each warning for the user: another port, a crash, or usage that can't be saved. */
	onDidWarn(listener: (warning: Problem) => void): Disposable {
		return this.#warningEmitter.on(listener);
	}

	/** Calls `listener` with each request that waits for the user's approval. */
	onDidHoldRequest(listener: (pending: PendingApproval) => void): Disposable {
		return this.#approvalEmitter.on(listener);
	}

	/** Signals that tokens have changed. The gateway reads them before it handles another request, and checks the requests in progress. */
	notifyTokensChanged(): void {
		Atomics.add(this.#tokenChangeCounter, 0, 1);
		this.#latestWorker?.postMessage({ kind: 'tokensChanged' } satisfies HostMessage);
	}

	/**
	 * Starts the gateway unless it's running, and returns its URL.
	 * @throws ProblemError if it can't be started
	 */
	start(): Promise<string> {
		return this.#limit(async () => {
			this.#crashTimes = [];
			return this.url ?? (await this.#start());
		});
	}

	/** Saves usage and stops the gateway. Does nothing if it isn't running. */
	stop(): Promise<void> {
		return this.#limit(() => this.#stop());
	}

	/**
	 * Stops the gateway and starts it with the current configuration. Returns its URL.
	 * @throws ProblemError if it can't be started
	 */
	restart(): Promise<string> {
		return this.#limit(async () => {
			await this.#stop();
			return this.#start();
		});
	}

	dispose(): void {
		this.#changeEmitter.dispose();
		this.#warningEmitter.dispose();
		this.#approvalEmitter.dispose();
		void this.stop();
	}

	async #start(): Promise<string> {
		this.#setPhase({ kind: 'starting' });
		try {
			const configuration = { ...(await this.options.loadConfiguration()), changes: this.#tokenChangeCounter.buffer };
			const launched = await this.#launch(configuration);
			this.#launched = launched;
			void launched.exited.then((code) => this.#limit(() => this.#handleExit(launched, code)));
			const { port } = launched;
			const { upstream } = configuration;
			const url = `http://127.0.0.1:${port}${getBasePath(upstream)}`;
			this.#log.info(`Gateway is listening on port ${port}`);
			this.#setPhase({ kind: 'running', url });
			if (port !== configuration.port && configuration.port !== 0) {
				this.#warn({ field: null, template: PORT_IN_USE_MESSAGE, args: [configuration.port, port], topic: 'otherPort' });
			}
			return url;
		} catch (error) {
			logFailure(this.#log, 'start the gateway')(error);
			this.#setPhase({ kind: 'stopped' });
			throw error instanceof ProblemError
				? error
				: solvableProblem('crash', START_FAILED_MESSAGE, error instanceof Error ? error.message : String(error));
		}
	}

	/** Starts a worker. Resolves when it accepts requests. */
	#launch(configuration: GatewayConfiguration): Promise<LaunchedWorker> {
		const worker = new Worker(this.options.workerPath, { workerData: configuration });
		this.#latestWorker = worker;
		this.requests.attach((message) => worker.postMessage(message));
		const exited = new Promise<number>((resolve) => worker.once('exit', resolve));
		const approvals = new ApprovalChannel(
			(pending) => this.#approvalEmitter.fire(pending),
			(message) => worker.postMessage(message),
		);
		void exited.then(() => approvals.close());
		return new Promise((resolve, reject) => {
			worker.on('message', (message: unknown) => {
				const parsed = v.parse(workerMessageSchema, message);
				switch (parsed.kind) {
					case 'listening':
						resolve({ worker, port: parsed.port, exited });
						break;
					case 'failed':
						reject(new ProblemError([{ ...toProblem(parsed), topic: 'port' }]));
						break;
					case 'warning':
						this.#warn(toProblem(parsed));
						break;
					case 'requests':
						this.requests.add(parsed.requests);
						break;
					case 'log':
						this.#log[parsed.level](`Gateway: ${parsed.message}`);
						break;
					case 'approvalRequested':
						approvals.ask(parsed.request);
						break;
					case 'approvalEnded':
						approvals.end(parsed.id, parsed.end);
						break;
				}
			});
			// An error ends the worker, and `exit` follows.
			worker.on('error', (error: unknown) => {
				this.#log.error('Gateway failed', error);
				reject(error instanceof Error ? error : new Error(String(error)));
			});
			void exited.then((code) => reject(new Error(`exit code ${code}`)));
		});
	}

	async #stop(): Promise<void> {
		const launched = this.#launched;
		this.#launched = undefined;
		if (launched) {
			const { worker, exited } = launched;
			const timer = setTimeout(() => {
				this.#log.warn("Gateway didn't stop in time");
				void worker.terminate();
			}, STOP_TIMEOUT_MS);
			worker.postMessage({ kind: 'stop' } satisfies HostMessage);
			await exited;
			clearTimeout(timer);
			this.#log.info('Gateway stopped');
		}
		this.#setPhase({ kind: 'stopped' });
	}

	/** Restarts the gateway if its worker exited without being stopped. */
	async #handleExit(launched: LaunchedWorker, exitCode: number): Promise<void> {
		if (this.#launched !== launched) {
			return;
		}
		this.#launched = undefined;
		const now = this.options.clock().getTime();
		this.#crashTimes = [...this.#crashTimes.filter((time) => now - time < CRASH_WINDOW_MS), now];
		this.#log.error(`Gateway exited with code ${exitCode}`);
		if (this.#crashTimes.length > MAX_RESTARTS) {
			this.#fail({ field: null, template: CRASHED_TOO_OFTEN_MESSAGE, args: [this.#crashTimes.length], topic: 'crash' });
			return;
		}
		try {
			await this.#start();
			this.#warn({ field: null, template: CRASHED_MESSAGE, args: [] });
		} catch (error) {
			this.#fail((error as ProblemError).problems[0]!);
		}
	}

	#fail(problem: Problem): void {
		this.#setPhase({ kind: 'failed', problem });
		this.#warn(problem);
	}

	#warn(warning: Problem): void {
		this.#log.warn(formatProblem(warning));
		this.#warningEmitter.fire(warning);
	}

	#setPhase(phase: GatewayPhase): void {
		this.#phase = phase;
		this.#changeEmitter.fire();
	}
}

function toProblem({ template, args }: Extract<WorkerMessage, { template: string }>): Problem {
	return { field: null, template, args };
}
