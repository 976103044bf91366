import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import * as vscode from 'vscode';
import { KeyMask } from '../../broker/keyMask';
import { limitRate } from '../../broker/limitRate';
import { explainStartFailure } from '../../broker/taskProgram';

/** A program with its environment. */
export interface Program {
	readonly command: string;
	readonly args: readonly string[];
	readonly cwd: string;
	/** The whole environment. */
	readonly env: NodeJS.ProcessEnv;
	/** What's masked in its output. */
	readonly secrets: readonly string[];
}

/**
 * The terminal of a task, whose program is a child process of the extension host. VS Code starts other tasks itself, but can store the
 * environment of a terminal on disk to restore it. VS Code can also store what a terminal shows, so keys in it are masked.
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
			const { command, args, cwd, env, secrets } = await this.prepare();
			if (this.#isClosed) {
				return;
			}
			// On POSIX, it gets a process group, so that the programs that it starts end with it.
			const child = spawn(command, args, { cwd, env, detached: process.platform !== 'win32', windowsHide: true });
			this.#child = child;
			// A program that doesn't read its input isn't an error.
			child.stdin.on('error', () => undefined);
			[child.stdout, child.stderr].forEach((output) => this.#show(output, secrets));
			child.once('error', (error) => this.#fail(explainStartFailure(command, error)));
			child.once('close', (code, signal) => {
				this.#child = undefined;
				this.#closeEmitter.fire(code ?? (signal ? 1 : 0));
			});
		} catch (error) {
			this.#fail(error);
		}
	}

	#show(output: Readable, secrets: readonly string[]): void {
		const mask = new KeyMask(secrets);
		const decoder = new StringDecoder('utf8');
		output.on('data', (chunk: Buffer) => this.#write(decoder.write(Buffer.from(mask.write(chunk)))));
		output.once('end', () => this.#write(decoder.end(Buffer.from(mask.end()))));
		limitRate(output);
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
