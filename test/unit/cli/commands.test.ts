import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { completion } from '../../../src/cli/completion';
import { get, header, list } from '../../../src/cli/keyCommands';
import { run } from '../../../src/cli/runCommand';
import { isOnPath } from '../../host/aptPackages';
import { createAccountSource, createSourceToken } from '../../support/sourceTokens';
import { CommandLineHome, createTokenWithKey, FAKE_SECRET, waitForEnd } from '../../support/commandLine';

const execute = promisify(execFile);
const ID = 'SU-631-646-036';
const KEY = `ApiKey ${ID}:${FAKE_SECRET}`;
const MASKED = `ApiKey ${ID}:**********`;
const PRINT_KEY = 'process.stdout.write(process.env.API_KEY + "\\n")';

describe('The command line', function () {
	this.timeout(120_000);
	const user = new CommandLineHome();

	it('lists tokens without keys, as a table and as JSON, and shows no control characters', async () => {
		const tokens = [
			createTokenWithKey({ name: 'Evil \u001b[2J\u009b2J' }),
			createSourceToken({ id: 'SU-000-000-001', status: 'expired', expirationDate: '2030-01-01T00:00:00.000Z' }, createAccountSource()),
		];
		const window = await user.open({ tokens });
		const { stdout } = await user.run(['list'], window);
		assert.deepEqual(
			stdout.split('\n').map((line) => line.split(/ {2,}/)),
			[
				['ID', 'STATUS', 'EXPIRES', 'ACCOUNT', 'NAME'],
				[ID, 'active', 'never', 'Evil �[2J�2J'],
				['SU-000-000-001', 'expired', '2030-01-01', 'Acme', 'Nightly import'],
				[''],
			],
		);
		const json = (await user.run(['list', '--json'], window)).stdout;
		assert.doesNotMatch(json, /(?!\n)\p{Cc}/u);
		const list = JSON.parse(json) as { name: string; reference: string; isUsable: boolean }[];
		assert.equal(list[0]!.name, tokens[0]!.token.name);
		assert.deepEqual(
			list.map(({ reference, isUsable }) => [reference, isUsable]),
			[
				[`connect://${ID}`, true],
				['connect://VA-100-200@api.example/SU-000-000-001', false],
			],
		);
		assert.deepEqual(window.questions, []);
	});

	it('shows no control characters of folders and arguments in errors', async () => {
		const cwd = join(user.home, 'evil \u001b]0;title\u0007');
		await mkdir(cwd);
		const attempts = [['get', ID], ['\u001b[2J'], ['get', 'x', '\u009b2J'], ['run', '--env-file', '\u001b[2J', '--', 'node']];
		for (const args of attempts) {
			const { code, stderr } = await user.run(args, { cwd });
			assert.notEqual(code, 0);
			assert.match(stderr, /�/);
			assert.doesNotMatch(stderr, /(?!\n)\p{Cc}/u);
		}
	});

	it('prints a header as text, for headersHelper, and for Bazel, of the only usable token if none is named', async () => {
		const window = await user.open({
			tokens: [createTokenWithKey(), createTokenWithKey({ id: 'SU-000-000-001', status: 'expired' })],
			allowedOrigins: ['https://example.com'],
		});
		assert.equal((await user.run(['header'], window)).stdout, `Authorization: ${KEY}\n`);
		assert.deepEqual(JSON.parse((await user.run(['header', ID, '--json'], window)).stdout), { Authorization: KEY });
		const bazel = (uri: string) => user.run(['header', ID, '--bazel', 'get'], { ...window, input: JSON.stringify({ uri }) });
		const before = Date.now();
		const response = JSON.parse((await bazel('https://example.com/a')).stdout) as { readonly expires: string };
		assert.deepEqual({ ...response, expires: '' }, { headers: { Authorization: [KEY] }, expires: '' });
		// Bazel caches it for half an hour unless it expires.
		const expires = Date.parse(response.expires);
		assert.ok(expires > before && expires <= Date.now() + 300_000, response.expires);
		assert.match(
			(await bazel('https://evil.test/a')).stderr,
			/isn't sent to evil\.test because this host isn't allowed for SU-631-646-036/,
		);
		assert.match((await bazel('http://example.com/a')).stderr, /isn't sent to example\.com without encryption/);
		assert.match((await bazel('')).stderr, /isn't a request of Bazel/);
		const several = await user.open({ tokens: ['001', '002'].map((group) => createTokenWithKey({ id: `SU-000-000-${group}` })) });
		assert.match((await user.run(['header'], several)).stderr, /There are 2 usable tokens\. Name one of them/);
	});

	it('runs a program with the references of the environment, files, and options, and masks keys in both outputs', async () => {
		const window = await user.open();
		await writeFile(
			join(user.home, 'one.env'),
			`A=connect://${ID}#secret # comment\nexport B="Basic connect://${ID}#credential"\nC=plain\n`,
		);
		await writeFile(join(user.home, 'two.env'), 'C=other\n');
		const script = `const { A, B, C, D, API_KEY } = process.env;
			const hasNode = 'ELECTRON_RUN_AS_NODE' in process.env;
			process.stdout.write(JSON.stringify([A.length, B.length, C, D.length, API_KEY.length, hasNode]) + "\\n" + A + B + D);
			process.stderr.write(API_KEY);`;
		const args = ['run', '--env-file', 'one.env', '--env-file=two.env', '--token', `D=${ID}`, '--', 'node', '-e', script];
		const environment = { ...window.environment, API_KEY: `connect://${ID}`, ELECTRON_RUN_AS_NODE: '1' };
		const { code, stdout, stderr } = await user.run(args, { environment });
		const lengths = [40, 6 + KEY.length - 7, 'other', KEY.length, KEY.length, false];
		assert.equal(stdout, `${JSON.stringify(lengths)}\n${'*'.repeat(10)}Basic ${ID}:${'*'.repeat(10)}${MASKED}`);
		assert.deepEqual([code, stderr], [0, MASKED]);
		// Each form is asked for once, however many variables have it.
		assert.equal(window.questions.length, 3);
		assert.equal(
			window.questions[0]!.request.requester.kind === 'commandLine' && window.questions[0]!.request.requester.command,
			'run node',
		);
		const unmasked = await user.run(['run', '--no-masking', '--', 'node', '-e', PRINT_KEY], { environment });
		assert.ok(unmasked.stdout === `${KEY}\n`, 'the key is printed');
	});

	it('passes the exit code and signals through, and names what it could not start or read', async () => {
		const window = await user.open();
		assert.equal((await user.run(['run', '--', 'node', '-e', 'process.exit(7)'], window)).code, 7);
		assert.equal((await user.run(['run', '--', 'connect-tokens-missing'], window)).code, 127);
		assert.match((await user.run(['run', '--env-file', 'none', '--', 'node'], window)).stderr, /The file none doesn't exist/);
		const invalid = { environment: { ...window.environment, BROKEN: 'connect://SU-1' } };
		assert.match((await user.run(['run', '--', 'node', '-e', '0'], invalid)).stderr, /variable BROKEN contains “connect:\/\/SU-1”/);
		if (process.platform !== 'win32') {
			const killed = await user.run(['run', '--', 'node', '-e', 'process.kill(process.pid, "SIGKILL")'], window);
			assert.deepEqual([killed.code, killed.signal], [null, 'SIGKILL']);
			for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
				const script = `process.on("${signal}", () => { console.log("${signal}"); process.exit(5); }); console.log("ready"); setInterval(() => 0, 1000)`;
				const child = user.start(['run', '--token', `KEY=${ID}`, '--', 'node', '-e', script], window);
				const end = waitForEnd(child);
				child.stdout.once('data', () => child.kill(signal));
				const { code, stdout } = await end;
				assert.deepEqual([code, stdout], [5, `ready\n${signal}\n`]);
			}
		}
	});

	it('passes each line on before the program writes the next one', async () => {
		const window = await user.open();
		const script = `process.stdin.on('data', () => console.log('key: ' + process.env.KEY + '; end'))`;
		const child = user.start(['run', '--token', `KEY=${ID}`, '--', 'node', '-e', script], window);
		for (let line = 0; line < 5; line++) {
			child.stdin.write('\n');
			const [text] = (await once(child.stdout, 'data')) as [Buffer];
			assert.equal(text.toString(), `key: ${MASKED}; end\n`);
		}
		child.stdin.end();
		assert.equal((await waitForEnd(child)).code, 0);
	});

	it('explains wrong arguments with exit code 2, and each command in its help', async () => {
		const attempts = [
			['get', () => get([])],
			['get', () => get(['SU-1'])],
			['get', () => get([ID, ID])],
			['list', () => list(['--nope'])],
			['run', () => run(['ls'])],
			['run', () => run(['--token', 'X', '--', 'ls'])],
			['header', () => header(['--json', '--bazel'])],
			['header', () => header([`connect://${ID}#secret`])],
		] as const;
		for (const [command, attempt] of attempts) {
			await assert.rejects(attempt, { name: 'UsageError', command, message: /./ });
		}
		assert.throws(() => completion(['csh']), { name: 'UsageError', command: 'completion', message: /./ });
		// The process does the same for all of them.
		for (const args of [[], ['nope'], ['get'], ['run', 'ls'], ['completion', 'csh'], ['mcp', 'x'], ['mcp', '--nope'], ['help', 'nope']]) {
			const { code, stdout, stderr } = await user.run(args);
			assert.deepEqual([code, stdout], [2, ''], args.join(' '));
			assert.notEqual(stderr, '');
		}
		for (const args of [['--help'], ['help'], ['help', 'run'], ['run', '--help'], ['get', '-h']]) {
			assert.match((await user.run(args)).stdout, /^usage: connect-tokens /);
		}
		assert.match((await user.run(['--version'])).stdout, /^connect-tokens \d+\.\d+\.\d+\n$/);
		assert.match((await user.run(['get', ID])).stderr, /No window of the editor with the Connect Tokens extension is open/);
	});

	describe('completes', () => {
		const attempts: readonly (readonly [words: readonly string[], expected: string])[] = [
			[['hea'], 'header'],
			[['get', 'SU-'], ID],
			[['completion', 'pow'], 'powershell'],
			[['run', '--no'], '--no-masking'],
			[['run', '--token', 'X=1', '--', 'basenam'], 'basename'],
			[['run', '--env-file', 'example.e'], 'example.env'],
			[['mcp', '--folder', 'example.e'], 'example.env'],
		];
		/** The environment of a terminal, with the window that knows the token. */
		let environment: Record<string, string>;

		beforeEach(async () => {
			await writeFile(join(user.home, 'example.env'), '');
			const window = await user.open();
			environment = { ...(await user.install()), ...window.environment, TERM: 'dumb' };
		});

		const inShell = async (shell: string, args: readonly string[]) =>
			(await execute(shell, args, { env: environment, cwd: user.home, timeout: 60_000 })).stdout;

		it('in bash', async function () {
			if (process.platform === 'win32') {
				return this.skip();
			}
			const { stdout } = await user.run(['completion', 'bash']);
			for (const [words, expected] of attempts) {
				const script = `${stdout}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _connect_tokens; printf '%s\\n' "\${COMPREPLY[@]}"`;
				const output = await inShell('bash', ['-c', script, 'bash', 'connect-tokens', ...words]);
				// The shell shows a program only once that's in several folders.
				assert.deepEqual([...new Set(output.trim().split('\n'))], [expected]);
			}
		});

		it('in zsh', async function () {
			if (!isOnPath('zsh')) {
				return this.skip();
			}
			const script = join(user.home, 'completion.zsh');
			await writeFile(script, (await user.run(['completion', 'zsh'])).stdout);
			for (const [words, expected] of attempts) {
				// Types the command into another zsh, in a terminal of its own, and waits for the completed word.
				const driver = `zmodload zsh/zpty
					zpty shell "PS1= zsh -f -i"
					zpty -w shell "autoload -Uz compinit; compinit -u -D; source \${(q)1}; print re''ady"
					zpty -r -m shell output '*ready*'
					zpty -w -n shell "connect-tokens $2"$'\\t'
					zpty -r -m shell output "*$3*"
					print -r -- "$output"`;
				const typed = words.join(' ');
				const output = await inShell('zsh', ['-f', '-c', driver, 'zsh', script, typed, typed.replace(/\S+$/, expected)]);
				assert.ok(output.includes(expected), output);
			}
		});

		it('in fish', async function () {
			if (!isOnPath('fish')) {
				return this.skip();
			}
			const script = join(user.home, 'completion.fish');
			await writeFile(script, (await user.run(['completion', 'fish'])).stdout);
			for (const [words, expected] of attempts) {
				const command = ['connect-tokens', ...words].join(' ');
				const output = await inShell('fish', ['--no-config', '-c', `source '${script}'; complete -C '${command}'`]);
				assert.deepEqual(
					output
						.trim()
						.split('\n')
						.map((line) => line.split('\t')[0]),
					[expected],
				);
			}
		});

		it('in PowerShell', async function () {
			if (!isOnPath('pwsh')) {
				return this.skip();
			}
			const script = join(user.home, 'completion.ps1');
			await writeFile(script, (await user.run(['completion', 'powershell'])).stdout);
			for (const [words, expected] of attempts.slice(0, 4)) {
				const line = ['connect-tokens', ...words].join(' ');
				const command = `. '${script}'; (TabExpansion2 '${line}' ${line.length}).CompletionMatches.CompletionText`;
				assert.equal((await inShell('pwsh', ['-NoProfile', '-Command', command])).trim(), expected);
			}
		});
	});
});
