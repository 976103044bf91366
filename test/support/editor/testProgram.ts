import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectTokensApi, TokensApi } from '../../../src/api';
import { eventually } from '../eventually';
import { ScriptedUi } from './scriptedUi';

/** Writes what it was started with where the first argument says. */
const PROGRAM = `
const { renameSync, writeFileSync } = require('node:fs');
const [, , output, ...args] = process.argv;
writeFileSync(output + '.tmp', JSON.stringify({ args, env: process.env, cwd: process.cwd() }));
renameSync(output + '.tmp', output);
`;

/** What a program was started with. */
export interface ProgramState {
	readonly args: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	readonly cwd: string;
}

/** A program that the editor can start, and a token whose key it can get. Each test of the calling suite has its own, and sees what the user is shown in `ui`. */
export class TestProgram {
	tokenId = '';
	/** `ApiKey SU-…:…` */
	authorization = '';
	/** Where the program is. */
	folder = '';
	ui = new ScriptedUi();
	#tokens: TokensApi | undefined;

	constructor() {
		beforeEach(async () => {
			const api = await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate();
			this.#tokens = api.workspace;
			({ id: this.tokenId } = await this.#tokens.create({ name: 'Program' }));
			this.authorization = await this.#tokens.authorization(this.tokenId);
			this.folder = await mkdtemp(join(tmpdir(), 'connect-tokens-program-'));
			await writeFile(this.path, PROGRAM);
			this.ui = new ScriptedUi();
			this.ui.install();
		});
		afterEach(async () => {
			this.ui.uninstall();
			await vscode.debug.stopDebugging();
			vscode.tasks.taskExecutions.forEach((execution) => execution.terminate());
			await this.#tokens!.delete(this.tokenId);
			await rm(this.folder, { recursive: true, force: true });
		});
	}

	get path(): string {
		return join(this.folder, 'program.js');
	}

	/** The program's first argument. */
	get output(): string {
		return join(this.folder, 'output');
	}

	/** Everything that the user was shown. */
	get shownText(): string {
		return this.ui.shown.map(({ text }) => text).join('\n');
	}

	/** Waits until the program has written what it was started with. */
	async readState(): Promise<ProgramState> {
		return JSON.parse(await eventually(() => readFile(this.output, 'utf8'), 60_000)) as ProgramState;
	}
}
