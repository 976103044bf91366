import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { WebSocketServer, type WebSocket } from 'ws';
import type { ConnectTokensApi } from '../../src/api';
import { repositoryRoot } from '../host/paths';

/** The extension that runs in each window and connects to the test. */
export const DRIVER_EXTENSION = join(repositoryRoot, 'test/support/driver');

// On a busy machine, a window with all built-in extensions needs two minutes.
const CONNECT_TIMEOUT_MS = 240_000;

type WorkspaceApi = ConnectTokensApi['workspace'];
type TokenDraft = Parameters<WorkspaceApi['create']>[0];
/** A token of the workspace. */
export type Token = Awaited<ReturnType<WorkspaceApi['create']>>;

interface Response {
	readonly id: number;
	readonly result?: unknown;
	readonly error?: string;
}

/** Uses VS Code's API in the extension host of a window. */
export class WindowDriver {
	readonly #calls = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
	#lastId = 0;
	#clockOffset = 0;

	constructor(private readonly socket: WebSocket) {
		socket.on('message', (data: Buffer) => {
			const { id, result, error } = JSON.parse(data.toString()) as Response;
			const call = this.#calls.get(id);
			this.#calls.delete(id);
			if (error === undefined) {
				call?.resolve(result);
			} else {
				call?.reject(new Error(error));
			}
		});
		socket.on('close', () => {
			this.#calls.forEach(({ reject }) => reject(new Error('The window was closed or reloaded.')));
			this.#calls.clear();
		});
	}

	/** Runs a command and returns its result. */
	executeCommand(command: string, ...args: readonly unknown[]): Promise<unknown> {
		return this.#call('executeCommand', command, ...args);
	}

	/** Starts a command that ends only when the user has answered. */
	async startCommand(command: string, ...args: readonly unknown[]): Promise<void> {
		await this.#call('startCommand', command, ...args);
	}

	/** Opens the file at an absolute path and focuses its editor. */
	async openFile(path: string): Promise<void> {
		await this.#call('openFile', path);
	}

	/** Returns the text that VS Code has for a file, without showing it. */
	readDocument(path: string): Promise<unknown> {
		return this.#call('readDocument', path);
	}

	/** Whether the window has the focus, according to the extension host. */
	async isFocused(): Promise<boolean> {
		return (await this.#call('isFocused')) as boolean;
	}

	/** Creates a token in the workspace through the public API. Its key is in the vault. */
	async createToken(draft: TokenDraft): Promise<Token> {
		return (await this.#call('createToken', draft)) as Token;
	}

	/** Requests the `Authorization` header of the first token through the public API, as another extension does. */
	async authorization(): Promise<string> {
		return (await this.#call('authorization')) as string;
	}

	/** Calls a tool for language models, and returns its result. Resolves when the user has answered its questions. */
	async invokeTool(name: string, input: object): Promise<Record<string, unknown>> {
		return JSON.parse((await this.#call('invokeTool', name, input)) as string) as Record<string, unknown>;
	}

	/** Returns whether the environment that all extensions of the window share has a variable, such as one that exposes a key. */
	async hasEnvironmentVariable(name: string): Promise<boolean> {
		return (await this.#call('hasEnvironmentVariable', name)) as boolean;
	}

	/** Returns the current value of a setting, for a test that changed a settings file; null if it has none. */
	getSetting(name: string): Promise<unknown> {
		return this.#call('getSetting', name);
	}

	/** Changes a user setting. */
	async updateSetting(name: string, value: unknown): Promise<void> {
		await this.#call('updateSetting', name, value);
	}

	/** Moves the extension's clock forward. */
	async advanceClock(milliseconds: number): Promise<void> {
		this.#clockOffset += milliseconds;
		await this.executeCommand('connectTokens.test.advanceClock', milliseconds);
	}

	/**
	 * Deletes all tokens and logged requests of the workspace, stops the gateway, closes editors, notifications, and the panel, replaces the extension's user
	 * settings, and sets the clock back.
	 */
	async reset(settings: Record<string, unknown>): Promise<void> {
		await this.#call('reset', settings);
		await this.advanceClock(-this.#clockOffset);
	}

	#call(method: string, ...args: readonly unknown[]): Promise<unknown> {
		if (this.socket.readyState !== this.socket.OPEN) {
			return Promise.reject(new Error('The window was closed or reloaded. Use the driver that the reload returned.'));
		}
		const id = ++this.#lastId;
		return new Promise((resolve, reject) => {
			this.#calls.set(id, { resolve, reject });
			this.socket.send(JSON.stringify({ id, method, args }));
		});
	}
}

/** Accepts the connections of the windows of one workbench. */
export class DriverServer {
	private constructor(private readonly server: WebSocketServer) {}

	/** Starts listening on a free port of 127.0.0.1. */
	static async start(): Promise<DriverServer> {
		const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
		await once(server, 'listening');
		return new DriverServer(server);
	}

	/** What the extension host needs to connect, for its environment. */
	get env(): Record<string, string> {
		return { CONNECT_TOKENS_DRIVER: `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}` };
	}

	/** Resolves with the driver of the window that connects next, when the extension is active in it. */
	async nextWindow(): Promise<WindowDriver> {
		try {
			const [socket] = (await once(this.server, 'connection', { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) })) as [WebSocket];
			return new WindowDriver(socket);
		} catch (error) {
			throw new Error(`The extension wasn't active ${CONNECT_TIMEOUT_MS / 1000} s after a window was opened.`, {
				cause: error,
			});
		}
	}

	/** Closes all connections. */
	stop(): void {
		this.server.clients.forEach((client) => client.terminate());
		this.server.close();
	}
}
