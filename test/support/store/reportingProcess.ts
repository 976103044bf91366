import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** What a window in a process of its own tells, a part at a time. */
export interface Report {
	readonly ready?: true;
	readonly created?: string;
	readonly deleting?: string;
	readonly deleted?: string;
	/** How many tokens are listed, and how many changes were noticed. */
	readonly listed?: number;
	readonly notices?: number;
	/** Why a creation failed, the tokens that are whole after it, the names in the folder and the number of keys. */
	readonly failure?: string;
	readonly whole?: readonly string[];
	readonly names?: readonly string[];
	readonly keys?: number;
	/** How many counts have been added. */
	readonly added?: number;
}

/** A process and what it has reported. */
export class ReportingProcess {
	readonly reports: Report[] = [];
	readonly process: ChildProcess;
	readonly #closed: Promise<unknown>;
	#onReport: () => void = () => undefined;

	constructor(command: string, args: readonly string[]) {
		this.process = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
		createInterface(this.process.stdout!).on('line', (line) => {
			this.reports.push(JSON.parse(line) as Report);
			this.#onReport();
		});
		this.#closed = once(this.process, 'close');
	}

	/** Resolves once the process has reported so many things, or has ended. */
	async reported(count: number): Promise<void> {
		const enough = new Promise<void>((resolve) => {
			this.#onReport = () => this.reports.length >= count && resolve();
			this.#onReport();
		});
		await Promise.race([enough, this.#closed]);
	}

	/** Resolves once the process has ended and all its reports are here. */
	async ended(): Promise<readonly Report[]> {
		await this.#closed;
		return this.reports;
	}
}
