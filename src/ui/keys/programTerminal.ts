import { spawn, type ChildProcess } from 'node:child_process';
import * as vscode from 'vscode';
import { limitRate } from '../../broker/limitRate';
import { explainStartFailure } from '../../broker/taskProgram';

/** A program with its environment. */
export interface Program {
	readonly command: string;
	readonly args: readonly string[];
	readonly cwd: string;
	/** The whole environment. */
	readonly env: NodeJS.ProcessEnv;
}

/**
 * The terminal of a task, whose program is a child process of the extension host. VS Code starts other tasks itself, but can store the
 * environment of a terminal on disk to restore it.
 */
export class ProgramTerminal implements vscode.Pseudoterminal {
	readonly #writeEmitter = new vscode.EventEmitter<string>();
	readonly #closeEmitter = new vscode.EventEmitter<number>();
	readonly onDidWrite = this.#writeEmitter.event;
	readonly onDidClose = this.#closeEmitter.event;
	#child: ChildProcess | undefined;
	#isClosed = false;

	/** @param prepare returns the program; if it rejects, `explain` returns what the terminal shows */
	constructor(
		private readonly prepare: () => Promise<Program>,
		private readonly explain: (error: unknown) => string,
	) {}

	open(): void {
		void this.#run();
	}

	close(): void {
		this.#isClosed = true;
		this.#kill('SIGTERM');
	}

	handleInput(text: string): void {
		if (text === '\x03') {
			this.#kill('SIGINT');
		} else {
			this.#child?.stdin?.write(text.replace(/\r/g, '\n'));
		}
	}

	async #run(): Promise<void> {
		try {
			const { command, args, cwd, env } = await this.prepare();
			if (this.#isClosed) {
				return;
			}
			// On POSIX, it gets a process group, so that the programs that it starts end with it.
			const child = spawn(command, args, { cwd, env, detached: process.platform !== 'win32', windowsHide: true });
			this.#child = child;
			// A program that doesn't read its input isn't an error.
			child.stdin.on('error', () => undefined);
			for (const stream of [child.stdout, child.stderr]) {
				stream.setEncoding('utf8').on('data', (text: string) => this.#write(text));
				limitRate(stream);
			}
			child.once('error', (error) => this.#fail(explainStartFailure(command, error)));
			child.once('close', (code, signal) => {
				this.#child = undefined;
				this.#closeEmitter.fire(code ?? (signal ? 1 : 0));
			});
		} catch (error) {
			this.#fail(error);
		}
	}

	#fail(error: unknown): void {
		this.#write(`${this.explain(error)}\n`);
		this.#closeEmitter.fire(1);
	}

	/** Terminals need carriage returns. */
	#write(text: string): void {
		this.#writeEmitter.fire(text.replace(/\r?\n/g, '\r\n'));
	}

	#kill(signal: NodeJS.Signals): void {
		const child = this.#child;
		if (child?.pid === undefined) {
			return;
		}
		try {
			process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
		} catch {
			// It has just ended.
		}
	}
}
