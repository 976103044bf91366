import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { resolveTask } from '../../src/ui/keys/taskKeys';
import { createTokenWithKey } from '../support/commandLine';
import { TestProgram } from '../support/editor/testProgram';
import { eventually } from '../support/eventually';
import { unaskedKeys } from '../support/testBroker';

describe('a task', function () {
	this.timeout(120_000);
	const program = new TestProgram();
	const root = vscode.workspace.workspaceFolders![0]!.uri;
	const tasksFile = vscode.Uri.joinPath(root, '.vscode/tasks.json');

	afterEach(() => rm(tasksFile.fsPath, { force: true }));

	/** Writes `tasks.json`, and starts the task in it. Returns its exit code when it has ended. */
	async function run(task: object, inputs: readonly object[] = []): Promise<number | undefined> {
		await mkdir(join(root.fsPath, '.vscode'), { recursive: true });
		await writeFile(
			tasksFile.fsPath,
			JSON.stringify({ version: '2.0.0', tasks: [{ label: 'Send', problemMatcher: [], ...task }], inputs }),
		);
		const found = await eventually(async () => {
			const tasks = await vscode.tasks.fetchTasks();
			return (
				tasks.find(({ name, definition }) => name === 'Send' && JSON.stringify(definition).includes(program.folder)) ??
				assert.fail('no task')
			);
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
			args: [program.path, program.output, '${workspaceFolder}'],
			options: {
				cwd: program.folder,
				env: { API_KEY: `connect://${program.tokenId}`, HEADER: `X connect://${program.tokenId}#credential`, ROOT: '${workspaceFolder}' },
			},
		});
		assert.equal(exitCode, 0);
		const { authorization } = program;
		const { args, env, cwd } = await program.readState();
		assert.deepEqual(args, [root.fsPath]);
		assert.equal(cwd, program.folder);
		assert.ok(env.API_KEY === authorization && env.HEADER === `X ${authorization.replace('ApiKey ', '')}`, 'the environment has the keys');
		assert.equal(env.ROOT, root.fsPath);
		assert.deepEqual(
			Object.keys(env).filter((name) => name.startsWith('VSCODE_') || name.startsWith('ELECTRON_')),
			[],
		);
	});

	it('of our type reports the exit code of its program', async () => {
		const script = join(program.folder, 'fails.js');
		await writeFile(script, 'process.exitCode = 7;');
		assert.equal(await run({ type: 'connectTokens', command: 'node', args: [script] }), 7);
	});

	it('of our type does not start if a token does not exist', async () => {
		const exitCode = await run({
			type: 'connectTokens',
			command: 'node',
			args: [program.path, program.output],
			options: { env: { API_KEY: 'connect://SU-000-000-000' } },
		});
		assert.equal(exitCode, 1);
		assert.match(program.shownText, /doesn't exist\. Check its ID/);
		await assert.rejects(readFile(program.output, 'utf8'));
	});

	it('of our type explains why its program cannot be started', async () => {
		assert.equal(await run({ type: 'connectTokens', command: join(program.folder, 'missing') }), 1);
		assert.match(program.shownText, /Couldn't start .+missing: The program or the working directory doesn't exist/);
	});

	it('of our type ends with all of its programs', async () => {
		const script = join(program.folder, 'waits.js');
		await writeFile(
			script,
			`const { spawn } = require('node:child_process');
			if (process.argv[2]) { setInterval(() => {}, 1000); }
			else { const child = spawn(process.execPath, [__filename, 'child']); require('node:fs').writeFileSync(${JSON.stringify(program.output)}, String(child.pid)); }`,
		);
		const ended = run({ type: 'connectTokens', command: 'node', args: [script] });
		const pid = Number(await eventually(async () => (await readFile(program.output, 'utf8')) || assert.fail(), 60_000));
		vscode.tasks.taskExecutions.forEach((execution) => execution.terminate());
		await ended;
		await eventually(() => assert.throws(() => process.kill(pid, 0)));
	});

	it('of our type shows its output without keys, also at the border of chunks and in Base64', async () => {
		const found = createTokenWithKey();
		const script = `const { KEY } = process.env;
			console.log(Buffer.from('user:' + KEY).toString('base64'));
			process.stdout.write('é ' + KEY.slice(0, 30));
			process.stdin.once('data', () => process.stdout.write(KEY.slice(30) + '\\n012', () => process.exit(3)));`;
		const env = { KEY: `connect://${found.token.id}#secret` };
		const definition = { type: 'connectTokens', command: 'node', args: ['-e', script], options: { env } };
		const { execution } = resolveTask(new vscode.Task(definition, vscode.TaskScope.Workspace, 'Show', 'Test'), {
			sources: { find: () => Promise.resolve(found) },
			broker: unaskedKeys,
		});
		// VS Code calls it when the task starts.
		const terminal = await (execution as unknown as { callback(definition: object): Promise<vscode.Pseudoterminal> }).callback(definition);
		let text = '';
		terminal.onDidWrite((part) => (text += part));
		const closed = new Promise((resolve) => terminal.onDidClose!(resolve));
		terminal.open(undefined);
		await eventually(() => assert.match(text, /é $/));
		terminal.handleInput!('\r');
		assert.equal(await closed, 3);
		assert.match(text, /^dXNlcj.{1,2}\*{10}.{0,2}\r\né \*{10}\r\n012$/);
	});

	it('of another type gets a key from an input variable', async () => {
		await run(
			{
				type: 'process',
				command: 'node',
				args: [program.path, program.output],
				options: { env: { API_KEY: '${input:key}' } },
			},
			[{ id: 'key', type: 'command', command: 'connectTokens.resolve', args: { token: program.tokenId, form: 'credential' } }],
		);
		assert.ok((await program.readState()).env.API_KEY === program.authorization.replace('ApiKey ', ''), 'the environment has the key');
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
