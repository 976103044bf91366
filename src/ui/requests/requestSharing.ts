import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getWindowsFolder } from '../../broker/openWindows';
import { RequestLogClient } from '../../broker/requestLogClient';
import { RequestLogServer } from '../../broker/requestLogServer';
import { registerWindow } from '../../broker/windowRegistry';
import { logFailure, type Log } from '../../domain/log';
import type { Clock, Disposable } from '../../domain/ports';
import type { GatewayController } from '../../gateway/gatewayController';
import type { OtherWindows } from '../../models/requestList';
import { FileWatcher } from '../../storage/fileWatcher';

export interface RequestSharingOptions {
	/** The workspace's folder in the extension's storage, which its windows share. */
	readonly folder: string;
	readonly gateway: GatewayController;
	readonly clock: Clock;
	readonly log: Log;
}

/** Shares the requests of this window's gateway with the workspace's other windows, once the gateway runs, and reads theirs. */
export class RequestSharing implements Disposable {
	#server: Promise<RequestLogServer | undefined> | undefined;
	#socketPath: string | undefined;
	#isDisposed = false;
	readonly #subscriptions: Disposable[] = [];

	/** Written after a window was registered, so that the others look for it. */
	readonly #signalFile: string;

	constructor(private readonly options: RequestSharingOptions) {
		this.#signalFile = join(getWindowsFolder(options.folder), 'changed');
		this.#subscriptions.push(options.gateway.onDidChange(() => this.#shareIfRunning()));
		this.#shareIfRunning();
	}

	/** Connects to the other windows, also to those that start a gateway later. */
	openOthers(onDidChange: () => void): OtherWindows {
		const { folder, log } = this.options;
		const client = new RequestLogClient({ folder, isOwn: (path) => path === this.#socketPath, onDidChange, log });
		const connect = () => void client.connect().catch(logFailure(log, 'find the other windows'));
		const watcher = new FileWatcher(this.#signalFile, connect, log);
		watcher.start();
		connect();
		return {
			get all() {
				return client.all;
			},
			clear: () => client.clear(),
			dispose: () => {
				watcher.dispose();
				client.dispose();
			},
		};
	}

	dispose(): void {
		this.#isDisposed = true;
		this.#subscriptions.forEach((subscription) => subscription.dispose());
		void this.#server?.then((server) => server?.dispose());
	}

	#shareIfRunning(): void {
		if (this.options.gateway.phase.kind === 'running') {
			// Without it, only this window shows its requests.
			this.#server ??= this.#share().catch((error: unknown) => {
				logFailure(this.options.log, 'share requests with other windows')(error);
				return undefined;
			});
		}
	}

	async #share(): Promise<RequestLogServer> {
		const { folder, gateway, clock, log } = this.options;
		const server = await RequestLogServer.open({ requests: gateway.requests, log });
		this.#socketPath = server.path;
		// The other windows need nothing but the socket.
		const entry = await registerWindow(folder, { socket: server.path, handle: server.handle, folders: [] }, clock());
		await writeFile(this.#signalFile, clock().toISOString(), { mode: 0o600 });
		this.#subscriptions.push(entry);
		if (this.#isDisposed) {
			entry.dispose();
		}
		return server;
	}
}
