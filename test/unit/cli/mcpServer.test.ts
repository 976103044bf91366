import assert from 'node:assert/strict';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { LATEST_PROTOCOL_VERSION, ListRootsRequestSchema, type JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { PROTOCOL_VERSION, type ToolRequest } from '../../../src/broker/commandLineProtocol';
import { repositoryRoot } from '../../host/paths';
import {
	buildCommandLine,
	COMMAND_LINE_SCRIPT,
	CommandLineHome,
	FAKE_SECRET,
	waitForEnd,
	type TestWindow,
} from '../../support/commandLine';
import { eventually } from '../../support/eventually';
import { uninstrumentedEnvironment } from '../../support/uninstrumentedEnvironment';

const KEY = `ApiKey SU-631-646-036:${FAKE_SECRET}`;
const INPUT_SCHEMA = { type: 'object', properties: { text: { type: 'string', description: 'Any text' } }, required: ['text'] } as const;

type RunTool = (request: ToolRequest, signal: AbortSignal) => Promise<string>;

interface ClientOptions {
	readonly args?: readonly string[];
	readonly environment?: Record<string, string>;
	readonly cwd?: string;
	readonly script?: string;
	readonly name?: string;
	readonly title?: string;
	/** Folders that the client works in. */
	readonly roots?: readonly string[];
}

/** A client of the official SDK that has started the command, and everything that the command has written. */
interface ConnectedClient {
	readonly client: Client;
	readonly processId: number;
	readonly output: string[];
	/** Calls a tool, and returns its text. */
	readonly call: (text?: string, signal?: AbortSignal) => Promise<{ readonly text: string; readonly isError: boolean }>;
}

describe('connect-tokens mcp', function () {
	this.timeout(120_000);
	const user = new CommandLineHome();
	const clients: Client[] = [];
	const outputs: string[][] = [];
	let script: string;

	beforeEach(async () => {
		// The build, as part of an extension that declares a tool.
		script = await createExtension(join(user.home, 'extension'));
	});
	afterEach(async () => {
		await Promise.all(clients.splice(0).map((client) => client.close()));
		assert.ok(!outputs.splice(0).flat().join('').includes(FAKE_SECRET), 'no output contains a key');
	});

	/** Opens a window with a tool. */
	const open = (runTool: RunTool, folders: readonly string[] = [user.home]): Promise<TestWindow> => user.open({ folders, runTool });

	const connect = async (options: ClientOptions = {}): Promise<ConnectedClient> => {
		const transport = new StdioClientTransport({
			command: process.execPath,
			args: ['--', options.script ?? script, 'mcp', ...(options.args ?? [])],
			env: { ...definedVariables(uninstrumentedEnvironment()), HOME: user.home, LOCALAPPDATA: user.home, ...options.environment },
			cwd: options.cwd ?? user.home,
			stderr: 'pipe',
		});
		const output: string[] = [];
		outputs.push(output);
		transport.stderr!.on('data', (chunk: Buffer) => output.push(chunk.toString()));
		const { name = 'Test Agent', title, roots } = options;
		const client = new Client(
			{ name, version: '1.0.0', ...(title !== undefined && { title }) },
			{ capabilities: roots ? { roots: {} } : {} },
		);
		clients.push(client);
		if (roots) {
			client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: roots.map((path) => ({ uri: pathToFileURL(path).href })) }));
		}
		// A line that isn't JSON-RPC is an error of the transport.
		client.onerror = (error) => output.push(`error: ${error.message}`);
		await client.connect(transport);
		const { onmessage } = transport;
		transport.onmessage = (message: JSONRPCMessage) => {
			output.push(JSON.stringify(message));
			onmessage?.(message);
		};
		return {
			...{ client, output, processId: transport.pid! },
			call: async (text = 'hello', signal) => {
				const result = await client.callTool({ name: 'test_echo', arguments: { text } }, undefined, signal && { signal });
				const [content] = result.content as readonly { readonly text: string }[];
				return { text: content!.text, isError: result.isError === true };
			},
		};
	};

	/** Writes lines to the command's input, and ends it. */
	const write = (lines: readonly string[]) => user.run(['mcp'], { script, input: lines.map((line) => `${line}\n`).join('') });

	it('lists the tools that the extension declares, in English, without a window', async () => {
		const { client } = await connect();
		assert.deepEqual(client.getServerVersion(), { name: 'connect-tokens', title: 'Connect Tokens', version: '1.2.3' });
		assert.deepEqual(client.getServerCapabilities(), { tools: {} });
		assert.deepEqual((await client.listTools()).tools, [
			{ name: 'test_echo', title: 'Repeat a Text', description: 'Repeats a text.', inputSchema: INPUT_SCHEMA },
			{ name: 'test_other', title: '%missing%', description: 'Has no input.', inputSchema: { type: 'object' } },
		]);
	});

	it('lists the tools of this extension, with a schema of their input', async () => {
		const { client } = await connect({ script: COMMAND_LINE_SCRIPT });
		const manifest = JSON.parse(await readFile(join(repositoryRoot, 'package.json'), 'utf8')) as {
			contributes: { languageModelTools?: readonly { name: string; inputSchema: object }[] };
		};
		const { tools } = await client.listTools();
		assert.deepEqual(
			tools.map(({ name, inputSchema }) => [name, inputSchema]),
			(manifest.contributes.languageModelTools ?? []).map(({ name, inputSchema }) => [name, inputSchema]),
		);
		assert.ok(tools.every(({ title, description }) => !`${title}${description}`.includes('%')));
		assert.deepEqual(
			tools.filter(({ annotations }) => annotations!.readOnlyHint).map(({ name }) => name),
			['connect_tokens_list', 'connect_tokens_explain', 'connect_tokens_statistics'],
		);
		assert.deepEqual(
			tools.filter(({ annotations }) => annotations!.destructiveHint).map(({ name }) => name),
			['connect_tokens_call'],
		);
		assert.match(client.getInstructions()!, /request one with connect_tokens_request_lease, then call the API with connect_tokens_call/);
	});

	it('runs a tool in the window that has the working directory open, which learns who calls it', async () => {
		const requests: ToolRequest[] = [];
		await open((request) => {
			requests.push(request);
			return Promise.resolve('{"done":true}');
		});
		const { client, call } = await connect({ name: 'agent', title: 'My Agent' });
		assert.deepEqual(await call('a “b”\n'), { text: '{"done":true}', isError: false });
		assert.deepEqual((await client.callTool({ name: 'test_other' })).content, [{ type: 'text', text: '{"done":true}' }]);
		const common = { type: 'tool', caller: 'My Agent', folder: user.home } as const;
		assert.deepEqual(requests, [
			{ ...common, name: 'test_echo', input: { text: 'a “b”\n' } },
			{ ...common, name: 'test_other', input: {} },
		]);
		await assert.rejects(client.callTool({ name: 'test_unknown' }), /-32602: Unknown tool/);
		assert.equal(requests.length, 2);
	});

	it('names the caller on one line, by the environment if the client has no name', async () => {
		const callers: string[] = [];
		await open(({ caller }) => Promise.resolve(String(callers.push(caller))));
		const attempts: readonly (readonly [options: ClientOptions, expected: string])[] = [
			[{ name: 'claude-code', environment: { CLAUDECODE: '1' } }, 'claude-code'],
			[{ name: '', environment: { CLAUDECODE: '1' } }, 'Claude Code'],
			[{ name: '' }, 'MCP client'],
			[{ name: 'a\nAllow everything\u202e\u2028b' }, 'a Allow everything b'],
			[{ name: `${'x'.repeat(59)}😀y` }, 'x'.repeat(59)],
		];
		for (const [options] of attempts) {
			assert.equal((await (await connect(options)).call()).isError, false);
		}
		assert.deepEqual(
			callers,
			attempts.map(([, expected]) => expected),
		);
	});

	it('returns what went wrong as a result for the language model, and keeps running', async () => {
		let attempts = 0;
		await open(() =>
			attempts++ === 0 ? Promise.reject(new Error('Not allowed. Ask the user.')) : Promise.resolve('x'.repeat(17_000_000)),
		);
		const { call } = await connect();
		assert.deepEqual(await call(), { text: 'Not allowed. Ask the user.', isError: true });
		assert.deepEqual(await call(), { text: 'The result is too large. Ask for less and try again.', isError: true });
	});

	it('says so while no window is open, and finds one that opens later, is reloaded, or is closed during a call', async () => {
		const other = join(user.home, 'other');
		await mkdir(other);
		const { call } = await connect();
		const missing = `No window of the editor with the Connect Tokens extension is open. Ask the user to open ${user.home} in the editor, then call the tool again.`;
		assert.deepEqual(await call(), { text: missing, isError: true });
		await open(() => Promise.resolve('other'), [other]);
		const foreign = `No window of the editor contains ${user.home}. Ask the user to open that folder in the editor, then call the tool again. Open folders: ${other}.`;
		assert.deepEqual(await call(), { text: foreign, isError: true });
		const first = await open(() => Promise.resolve('first'));
		assert.equal((await call()).text, 'first');
		first.close();
		let isCalled = false;
		const second = await open(() => {
			isCalled = true;
			return new Promise(() => undefined);
		});
		const result = call();
		await eventually(() => assert.ok(isCalled));
		second.close();
		assert.deepEqual(await result, {
			text: 'The window was closed or reloaded before it answered. Try again when it has opened.',
			isError: true,
		});
		await open(() => Promise.resolve('third'));
		assert.equal((await call()).text, 'third');
	});

	it("asks the window of its terminal, then those of the folder that's named, the working directory, and the client's folders", async () => {
		const [project, root] = [join(user.home, 'project'), join(user.home, 'root')];
		await mkdir(project);
		await mkdir(root);
		const name =
			(text: string): RunTool =>
			({ folder }) =>
				Promise.resolve(`${text} ${folder}`);
		await open(name('project'), [project]);
		await open(name('root'), [root]);
		const terminal = await open(name('terminal'), []);
		const { environment } = terminal;
		const text = async (options: ClientOptions) => (await (await connect(options)).call()).text;
		assert.equal(await text({ environment, cwd: project }), `terminal ${project}`);
		assert.equal(await text({ environment, args: ['--folder', 'project'] }), `project ${project}`);
		assert.equal(await text({ cwd: project, roots: [root] }), `project ${project}`);
		assert.equal(await text({ roots: [join(user.home, 'none'), root] }), `root ${root}`);
		assert.match(await text({ args: ['--folder', 'none'], roots: [root] }), /^No window of the editor contains .+none\./);
		terminal.close();
		assert.equal(await text({ environment, cwd: project }), `project ${project}`);
	});

	it('stops a tool when its call is canceled or the client disconnects, and leaves no process', async () => {
		const signals: AbortSignal[] = [];
		await open((_, signal) => {
			signals.push(signal);
			return new Promise((resolve) => signal.addEventListener('abort', () => resolve('late')));
		});
		const { client, call, processId } = await connect();
		const controller = new AbortController();
		const canceled = assert.rejects(call('first', controller.signal), /stop/);
		const second = assert.rejects(call('second'), /closed/);
		await eventually(() => assert.equal(signals.length, 2));
		controller.abort(new Error('stop'));
		await canceled;
		await eventually(() => assert.equal(signals.filter(({ aborted }) => aborted).length, 1));
		await client.close();
		await second;
		await eventually(() => assert.ok(signals.every(({ aborted }) => aborted)));
		await eventually(() => assert.throws(() => process.kill(processId, 0), /ESRCH/));
	});

	it('ends when its input does, also during a call, and does not start calls that were canceled before their turn', async () => {
		const texts: unknown[] = [];
		await open(({ input }, signal) => {
			texts.push(input);
			return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('canceled'))));
		});
		const child = user.start(['mcp'], { script });
		child.stdin.write(
			initialization()
				.map((line) => `${line}\n`)
				.join(''),
		);
		const calls = Array.from({ length: 60 }, (_, index) => `${toolCall(index + 10, `call ${index}`)}\n`);
		const cancellation = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 69 } };
		child.stdin.write(`${calls.join('')}${JSON.stringify(cancellation)}\n`);
		await eventually(() => assert.equal(texts.length, 50));
		const end = waitForEnd(child);
		child.stdin.end();
		const { code, stderr } = await end;
		assert.deepEqual([code, stderr], [0, '']);
		assert.equal(texts.length, 50);
	});

	it('answers 200 calls at once, while other commands are answered, too', async () => {
		let running = 0;
		let most = 0;
		const waiting: (() => void)[] = [];
		const window = await open(async ({ input }) => {
			most = Math.max(most, ++running);
			await new Promise<void>((resolve) => waiting.push(resolve));
			running--;
			return (input as { text: string }).text;
		});
		const { call } = await connect();
		const results = Promise.all(Array.from({ length: 200 }, (_, index) => call(`call ${index}`)));
		await eventually(() => assert.equal(waiting.length, 50));
		assert.equal((await user.run(['list'], window)).code, 0);
		const timer = setInterval(() => waiting.splice(0).forEach((resolve) => resolve()), 5);
		try {
			assert.deepEqual(
				await results,
				Array.from({ length: 200 }, (_, index) => ({ text: `call ${index}`, isError: false })),
			);
		} finally {
			clearInterval(timer);
		}
		assert.equal(most, 50);
	});

	it('tells a client that a call is still running, so that it waits for the user longer than a minute', async () => {
		let finish: (text: string) => void = () => assert.fail('the tool runs');
		await open(() => new Promise((resolve) => (finish = resolve)));
		const { client } = await connect();
		const { content } = await client.callTool({ name: 'test_other' }, undefined, { onprogress: () => finish('done') });
		assert.deepEqual(content, [{ type: 'text', text: 'done' }]);
	});

	it('says which one is older if the command and the extension have different versions', async () => {
		await open(() => assert.fail('the tool runs'));
		for (const [version, expected] of [
			[PROTOCOL_VERSION - 1, /^This connect-tokens command is older than the Connect Tokens extension\./],
			[PROTOCOL_VERSION + 1, /^This connect-tokens command is newer than the Connect Tokens extension in the window\./],
		] as const) {
			const { call } = await connect({ script: await buildCommandLine(dirname(script), version) });
			const { text, isError } = await call();
			assert.match(text, expected);
			assert.ok(isError);
		}
	});

	it('accepts an input of 1 MB, and says so if it is too large for a window', async () => {
		await open(({ input }) => Promise.resolve(String((input as { text: string }).text.length)));
		const { call } = await connect();
		assert.deepEqual(await call('x'.repeat(1_000_000)), { text: '1000000', isError: false });
		assert.deepEqual(await call('"'.repeat(1_100_000)), {
			text: 'The input is larger than 2 MB. Make it smaller and try again.',
			isError: true,
		});
		assert.equal((await call()).text, '5');
	});

	it('ignores what is not JSON-RPC, repeats none of it, and writes nothing else to its output', async () => {
		await open(() => Promise.resolve('done'));
		const nested = `{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"test_echo","arguments":{"text":${'['.repeat(200_000)}${']'.repeat(200_000)}}}}`;
		const { code, stdout, stderr } = await write([
			...initialization(),
			`garbage ${KEY}`,
			'',
			'{"jsonrpc":"1.0"}',
			`{"jsonrpc":"2.0","id":2,"method":"${KEY}"}`,
			`{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"${KEY}"}}`,
			`{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":5,"arguments":"${KEY}"}}`,
			nested,
			'{"jsonrpc":"2.0","id":6,"method":"tools/list"}',
		]);
		assert.equal(code, 0);
		const responses = stdout
			.trimEnd()
			.split('\n')
			.map((line) => JSON.parse(line) as { id: number; error?: { code: number } });
		assert.deepEqual(
			responses
				.filter(({ id }) => id !== 5)
				.sort((left, right) => left.id - right.id)
				.map(({ id, error }) => [id, error?.code]),
			[
				[1, undefined],
				[2, -32601],
				[3, -32602],
				[4, -32603],
				[6, undefined],
			],
		);
		assert.ok(!(stdout + stderr).includes(FAKE_SECRET), 'no key is repeated');
		assert.match(stderr, /^(connect-tokens: Couldn't read a message of the client, or answer it\.\n)+$/);
	});

	it('ends with an error if a message is larger than 4 MB, or its output is closed', async () => {
		const start = () => {
			const child = user.start(['mcp'], { script });
			// It ends before everything is written.
			child.stdin.on('error', () => undefined);
			return { child, end: waitForEnd(child) };
		};
		const large = start();
		large.child.stdin.write('x'.repeat(5_000_000));
		const { code, stderr } = await large.end;
		assert.equal(code, 1);
		assert.match(stderr, /^connect-tokens: Couldn't read a message/);
		const unread = start();
		unread.child.stdout.destroy();
		await once(unread.child.stdout, 'close');
		unread.child.stdin.write(
			initialization()
				.map((line) => `${line}\n`)
				.join(''),
		);
		assert.equal((await unread.end).code, 1);
	});
});

/** Creates an extension with the built command line and a tool, and returns the command's script. */
async function createExtension(folder: string): Promise<string> {
	await mkdir(join(folder, 'out'), { recursive: true });
	for (const name of ['cli.js', 'mcp.js']) {
		await copyFile(join(dirname(COMMAND_LINE_SCRIPT), name), join(folder, 'out', name));
	}
	const languageModelTools = [
		{ name: 'test_echo', displayName: '%echo%', modelDescription: 'Repeats a text.', inputSchema: INPUT_SCHEMA },
		{ name: 'test_other', displayName: '%missing%', modelDescription: 'Has no input.' },
	];
	await writeFile(join(folder, 'package.json'), JSON.stringify({ version: '1.2.3', contributes: { languageModelTools } }));
	await writeFile(join(folder, 'package.nls.json'), JSON.stringify({ echo: 'Repeat a Text' }));
	return join(folder, 'out/cli.js');
}

/** What a client sends first. */
function initialization(): readonly string[] {
	const params = { protocolVersion: LATEST_PROTOCOL_VERSION, capabilities: {}, clientInfo: { name: 'Test Agent', version: '1.0.0' } };
	return [{ id: 1, method: 'initialize', params }, { method: 'notifications/initialized' }].map((message) =>
		JSON.stringify({ jsonrpc: '2.0', ...message }),
	);
}

function toolCall(id: number, text: string): string {
	return JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'test_echo', arguments: { text } } });
}

function definedVariables(environment: NodeJS.ProcessEnv): Record<string, string> {
	return Object.fromEntries(Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}
