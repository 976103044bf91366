import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { uninstrumentedEnvironment } from '../uninstrumentedEnvironment';

/** A report of a window that runs in its own process. */
export interface Report {
	readonly ready?: true;
	readonly created?: string;
	readonly deleting?: string;
	readonly deleted?: string;
	/** Number of listed tokens, and of change events. */
	readonly listed?: number;
	readonly changeEvents?: number;
	/** Why a creation failed; then the intact tokens, the file names in the folder, and the number of keys. */
	readonly failure?: string;
	readonly whole?: readonly string[];
	readonly names?: readonly string[];
	readonly keys?: number;
	/** Number of counts that were added. */
	readonly added?: number;
}

/** A process and its reports. */
export class ReportingProcess {
	readonly reports: Report[] = [];
	readonly process: ChildProcess;
	readonly #closed: Promise<unknown>;
	#onReport: () => void = () => undefined;

	constructor(command: string, args: readonly string[]) {
		this.process = spawn(command, args, { env: uninstrumentedEnvironment(), stdio: ['pipe', 'pipe', 'inherit'] });
		createInterface(this.process.stdout!).on('line', (line) => {
			this.reports.push(JSON.parse(line) as Report);
			this.#onReport();
		});
		this.#closed = once(this.process, 'close');
	}

	/** Resolves once the process has sent `count` reports or has exited. */
	async reported(count: number): Promise<void> {
		const hasReports = new Promise<void>((resolve) => {
			this.#onReport = () => this.reports.length >= count && resolve();
			this.#onReport();
		});
		await Promise.race([hasReports, this.#closed]);
	}

	/** Resolves once the process has exited and all its reports were received. */
	async ended(): Promise<readonly Report[]> {
		await this.#closed;
		return this.reports;
	}
}
