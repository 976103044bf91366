import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { isOnPath } from '../../host/aptPackages';
import { repositoryRoot } from '../../host/paths';
import { CommandLineHome, waitForEnd, type CommandResult, type TestWindow } from '../../support/commandLine';
import { GatewayServers, type RunningGateway } from '../../support/gateway/gatewayServers';
import { readCodeBlocks, readInlineCode, readTableCode } from '../../support/readme';
import { INTERACTIVE_SHELLS, type ShellName } from '../../support/shells';
import { createSourceToken } from '../../support/sourceTokens';

/** Sends a request to the gateway with the header's value in `API_KEY`, and prints the status. */
const PROGRAM = `fetch(process.env.TARGET, { headers: { Authorization: process.env.API_KEY } }).then(({ status }) => console.log(status));`;

describe('The commands of the README, in a terminal outside of the editor,', function () {
	this.timeout(180_000);
	const user = new CommandLineHome();
	const servers = new GatewayServers();
	let project: string;
	let gateway: RunningGateway;
	let url: string;
	let tokenId: string;
	let window: TestWindow;
	let environment: Record<string, string>;

	beforeEach(async function () {
		if (process.platform === 'win32') {
			return this.skip();
		}
		gateway = await servers.gateway();
		const { token, authorization } = gateway.owner;
		url = `${gateway.origin}/products`;
		tokenId = token.id;
		project = join(user.home, 'project');
		const programs = join(user.home, 'programs');
		await mkdir(project);
		await mkdir(programs);
		await writeFile(join(project, 'program.js'), PROGRAM);
		await writeFile(join(project, 'package.json'), JSON.stringify({ scripts: { test: 'node program.js' } }));
		// Docker Compose isn't needed: in containers, it replaces variables by those of its environment, which take precedence over `.env`.
		await writeFile(join(programs, 'docker'), `#!/bin/sh\n[ "$*" = 'compose up' ] && exec node program.js\n`);
		await chmod(join(programs, 'docker'), 0o700);
		const [variable] = readTableCode('an `.env` file', tokenId);
		await writeFile(join(project, '.env'), `# Settings of compose.yaml\nCOMPOSE_PROJECT_NAME=shop\n${variable!}\n`);
		const source = { readKey: () => Promise.resolve({ authorization }) };
		window = await user.open({ folders: [project], tokens: [createSourceToken({ id: tokenId, name: 'Shop' }, source)] });
		const { HOME, PATH } = await user.install();
		environment = { HOME, PATH: `${programs}${delimiter}${PATH}`, TARGET: url };
	});
	afterEach(() => servers.stopAll());

	/** Types commands into a shell that has been started in the project's folder. */
	async function type(shell: ShellName, commands: string): Promise<CommandResult> {
		const file = join(user.home, 'commands');
		await writeFile(file, `${commands}\n`);
		const args = ['-c', 'file=$1; shift; exec "$@" < "$file"', 'sh', file, shell, ...INTERACTIVE_SHELLS[shell]];
		return waitForEnd(spawn('sh', args, { cwd: project, env: environment }));
	}

	for (const shell of ['bash', 'zsh', 'fish'] as const) {
		it(`give programs keys in ${shell}`, async function () {
			if (!isOnPath(shell) || !isOnPath('curl')) {
				return this.skip();
			}
			const [block] = readCodeBlocks('Command line', 'sh', tokenId);
			const curl = `-sS -w '%{http_code}\\n' -o /dev/null`;
			const commands = block!.replace('curl -H @- https://api.example.com/', `curl ${curl} -H @- ${url}`);
			assert.ok(commands.includes(url));
			const { stdout, stderr } = await type(shell, commands);
			const lines = stdout.split('\n').filter((line) => /^(SU-|200$)/.test(line));
			assert.deepEqual(lines, [`${tokenId}  active  never             Shop`, '200', '200', '200'], `${stdout}\n${stderr}`);
			assert.ok(!(stdout + stderr).includes(gateway.owner.secret), 'no key is printed');
			assert.deepEqual(await gateway.counts(), { 200: 3 });
			assert.ok(window.questions.every(({ request: { requester } }) => requester.kind === 'commandLine' && requester.folder === project));
			assert.equal(window.questions.length, 3);
		});

		it(`give keys to curl in ${shell}`, async function () {
			if (!isOnPath(shell) || !isOnPath('curl')) {
				return this.skip();
			}
			const [pipe] = readTableCode('a curl command', tokenId);
			const [run] = readTableCode('a program that I start in a terminal', tokenId);
			const curl = `-sS -w "%{http_code}\\n" -o /dev/null ${url}`;
			const commands = [pipe!.replace('…', curl), run!.replace('npm test', `sh -c 'curl -H "Authorization: $API_KEY" ${curl}'`)];
			assert.ok(commands.every((command) => command.includes(url)));
			const { stdout, stderr } = await type(shell, commands.join('\n'));
			assert.equal(stdout, '200\n200\n', stderr);
			assert.deepEqual(await gateway.counts(), { 200: 2 });
		});
	}

	it('replace the references of an .env file, and print a header as JSON', async () => {
		const [, run] = readTableCode('an `.env` file', tokenId);
		const [json] = readTableCode("a tool that runs a helper for headers, such as Claude Code's `headersHelper`", tokenId);
		const { stdout, stderr } = await type('bash', `${run!.replace('…', 'node program.js')}\n${json!}`);
		const [status, header] = stdout.split('\n');
		assert.equal(status, '200', stderr);
		assert.ok((JSON.parse(header!) as { Authorization: string }).Authorization === gateway.owner.authorization, 'the header has the key');
	});
});

describe('The MCP servers of the README, outside of the editor,', function () {
	this.timeout(120_000);
	const SECTION = 'With Copilot, Claude Code, Cursor';
	const user = new CommandLineHome();
	let client: Client;
	let project: string;

	beforeEach(async function () {
		if (process.platform === 'win32') {
			return this.skip();
		}
		project = join(user.home, 'project');
		await mkdir(project);
		await user.open({ folders: [project] });
		client = new Client({ name: 'test', version: '1.0.0' });
	});
	afterEach(() => client.close());

	/** Starts a server as an agent does, and expects the tools of the manifest, which run in the project's window. */
	async function use({ command, args }: { readonly command: string; readonly args: readonly string[] }, cwd: string): Promise<void> {
		await client.connect(new StdioClientTransport({ command, args: [...args], cwd, env: await user.install() }));
		const manifest = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as {
			contributes: { languageModelTools?: readonly { name: string }[] };
		};
		const names = (manifest.contributes.languageModelTools ?? []).map(({ name }) => name);
		const { tools } = await client.listTools();
		assert.deepEqual(
			tools.map(({ name }) => name),
			names,
		);
		for (const name of names.slice(0, 1)) {
			const { content } = await client.callTool({ name });
			assert.deepEqual(content, [{ type: 'text', text: `Unknown tool: ${name}` }], "the project's window is asked");
		}
	}

	/** Reads the only server of a configuration file. */
	function readServer(index: number) {
		const configuration = JSON.parse(readCodeBlocks(SECTION, 'json', '')[index]!) as {
			mcpServers: Record<string, { command: string; args: readonly string[] }>;
		};
		assert.deepEqual(Object.keys(configuration.mcpServers), ['connect-tokens']);
		return configuration.mcpServers['connect-tokens']!;
	}

	it('start as .mcp.json says, in the folder of the project', () => use(readServer(0), project));

	it('start as .cursor/mcp.json says, in any folder', () => {
		const { command, args } = readServer(1);
		return use({ command, args: args.map((argument) => argument.replace('${workspaceFolder}', project)) }, user.home);
	});

	it('start as the commands of Claude Code, Codex, and Gemini CLI say', async () => {
		const { command, args } = readServer(0);
		const server = [command, ...args].join(' ');
		assert.deepEqual(readCodeBlocks(SECTION, 'sh', ''), [`claude mcp add connect-tokens -- ${server}\n`]);
		assert.equal(readInlineCode(SECTION, 'codex'), `codex mcp add connect-tokens -- ${server}`);
		assert.equal(readInlineCode(SECTION, 'gemini'), `gemini mcp add connect-tokens ${server}`);
		await use({ command, args }, project);
	});
});

describe('The examples of the README', () => {
	it('are the same in the table as in the sections that end-to-end tests use', () => {
		const section = 'Keys in debuggers, tasks, and other extensions';
		const id = 'SU-631-646-036';
		const [environment] = readTableCode('a program that I debug', id);
		const [launchConfiguration] = readCodeBlocks(section, 'json', id);
		const { env } = JSON.parse(launchConfiguration!) as { env: object };
		assert.deepEqual(JSON.parse(`{${environment!}}`), { env });
		const [code] = readTableCode('another extension', id);
		assert.ok(readCodeBlocks(section, 'ts', id)[0]!.includes(code!));
	});
});
