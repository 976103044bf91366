import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectTokensApi } from '../../src/api';
import type { Token } from '../../src/domain/token';
import { eventually } from '../support/eventually';
import { ScriptedUi } from '../support/editor/scriptedUi';

/** Writes its arguments and environment where the first argument says. */
const PROGRAM = `
const { renameSync, writeFileSync } = require('node:fs');
const [, , output, ...args] = process.argv;
writeFileSync(output + '.tmp', JSON.stringify({ args, env: process.env, cwd: process.cwd() }));
renameSync(output + '.tmp', output);
`;

interface ProgramState {
	readonly args: readonly string[];
	readonly env: Record<string, string>;
	readonly cwd: string;
}

describe('a task', function () {
	this.timeout(120_000);
	let workspace: ConnectTokensApi['workspace'];
	let token: Token;
	let authorization: string;
	let folder: string;
	let ui: ScriptedUi;
	const root = vscode.workspace.workspaceFolders![0]!.uri;
	const tasksFile = vscode.Uri.joinPath(root, '.vscode/tasks.json');

	beforeEach(async () => {
		({ workspace } = await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate());
		token = await workspace.create({ name: 'Task' });
		authorization = await workspace.authorization(token.id);
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-task-'));
		await writeFile(join(folder, 'program.js'), PROGRAM);
		ui = new ScriptedUi();
		ui.install();
	});

	afterEach(async () => {
		ui.uninstall();
		vscode.tasks.taskExecutions.forEach((execution) => execution.terminate());
		await workspace.delete(token.id);
		await rm(folder, { recursive: true, force: true });
		await rm(tasksFile.fsPath, { force: true });
	});

	const output = () => join(folder, 'output');
	const readState = async () => JSON.parse(await eventually(() => readFile(output(), 'utf8'), 60_000)) as ProgramState;

	/** Writes `tasks.json`, and starts the task in it. Returns its exit code when it has ended. */
	async function run(task: object, inputs: readonly object[] = []): Promise<number | undefined> {
		await mkdir(join(root.fsPath, '.vscode'), { recursive: true });
		await writeFile(
			tasksFile.fsPath,
			JSON.stringify({ version: '2.0.0', tasks: [{ label: 'Send', problemMatcher: [], ...task }], inputs }),
		);
		const found = await eventually(async () => {
			const tasks = await vscode.tasks.fetchTasks();
			return tasks.find(({ name, definition }) => name === 'Send' && JSON.stringify(definition).includes(folder)) ?? assert.fail('no task');
		});
		return new Promise((resolve, reject) => {
			const subscription = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
				if (execution.task.name === 'Send') {
					subscription.dispose();
					resolve(exitCode);
				}
			});
			vscode.tasks.executeTask(found).then(undefined, reject);
		});
	}

	it('of our type gets keys in place of the references in its environment, and its variables replaced', async () => {
		const exitCode = await run({
			type: 'connectTokens',
			command: 'node',
			args: [join(folder, 'program.js'), output(), '${workspaceFolder}'],
			options: {
				cwd: folder,
				env: { API_KEY: `connect://${token.id}`, HEADER: `X connect://${token.id}#credential`, ROOT: '${workspaceFolder}' },
			},
		});
		assert.equal(exitCode, 0);
		const { args, env, cwd } = await readState();
		assert.deepEqual(args, [root.fsPath]);
		assert.equal(cwd, folder);
		assert.ok(env.API_KEY === authorization && env.HEADER === `X ${authorization.replace('ApiKey ', '')}`, 'the environment has the keys');
		assert.equal(env.ROOT, root.fsPath);
		assert.deepEqual(
			Object.keys(env).filter((name) => name.startsWith('VSCODE_') || name.startsWith('ELECTRON_')),
			[],
		);
	});

	it('of our type reports the exit code of its program', async () => {
		const program = join(folder, 'fails.js');
		await writeFile(program, 'process.exitCode = 7;');
		assert.equal(await run({ type: 'connectTokens', command: 'node', args: [program] }), 7);
	});

	it('of our type does not start if a token does not exist', async () => {
		const exitCode = await run({
			type: 'connectTokens',
			command: 'node',
			args: [join(folder, 'program.js'), output()],
			options: { env: { API_KEY: 'connect://SU-000-000-000' } },
		});
		assert.equal(exitCode, 1);
		assert.match(ui.shown.map(({ text }) => text).join('\n'), /doesn't exist\. Check its ID/);
		await assert.rejects(readFile(output(), 'utf8'));
	});

	it('of our type explains why its program cannot be started', async () => {
		assert.equal(await run({ type: 'connectTokens', command: join(folder, 'missing') }), 1);
		assert.match(
			ui.shown.map(({ text }) => text).join('\n'),
			/Couldn't start .+missing: The program or the working directory doesn't exist/,
		);
	});

	it('of our type ends with all of its programs', async () => {
		const program = join(folder, 'waits.js');
		await writeFile(
			program,
			`const { spawn } = require('node:child_process');
			if (process.argv[2]) { setInterval(() => {}, 1000); }
			else { const child = spawn(process.execPath, [__filename, 'child']); require('node:fs').writeFileSync(${JSON.stringify(output())}, String(child.pid)); }`,
		);
		const ended = run({ type: 'connectTokens', command: 'node', args: [program] });
		const pid = Number(await eventually(async () => (await readFile(output(), 'utf8')) || assert.fail(), 60_000));
		vscode.tasks.taskExecutions.forEach((execution) => execution.terminate());
		await ended;
		await eventually(() => assert.throws(() => process.kill(pid, 0)));
	});

	it('of another type gets a key from an input variable', async () => {
		await run(
			{
				type: 'process',
				command: 'node',
				args: [join(folder, 'program.js'), output()],
				options: { env: { API_KEY: '${input:key}' } },
			},
			[{ id: 'key', type: 'command', command: 'connectTokens.resolve', args: { token: token.id, form: 'credential' } }],
		);
		assert.ok((await readState()).env.API_KEY === authorization.replace('ApiKey ', ''), 'the environment has the key');
	});

	for (const [title, argument, message] of [
		['nothing', undefined, /Pass \{ "token": "SU-000-000-000"/],
		['an unknown form', { token: 'SU-000-000-000', form: 'plain' }, /Pass \{ "token": "SU-000-000-000"/],
		['no token ID', { token: 'Nightly' }, /isn't a reference to an API key/],
		['an unknown token', { token: 'SU-000-000-000' }, /doesn't exist\. Check its ID/],
	] as const) {
		it(`gets no key from an input variable with ${title}`, async () => {
			await assert.rejects(async () => vscode.commands.executeCommand('connectTokens.resolve', argument), message);
		});
	}
});
