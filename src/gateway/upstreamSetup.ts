import { isDeepStrictEqual } from 'node:util';
import { Emitter } from '../domain/emitter';
import { logFailure, type Log } from '../domain/log';
import type { ConfiguredUpstream, Disposable } from '../domain/ports';
import type { GatewayController } from './gatewayController';
import type { GatewayCredential } from './gatewayCredential';

/** An account whose key the gateway can send to its upstream. */
export interface UpstreamAccount {
	readonly sourceId: string;
	readonly name: string;
	/** Base URL of the account's API. */
	readonly endpoint: string;
}

export interface UpstreamSetupOptions {
	readonly controller: Pick<GatewayController, 'phase' | 'stop'>;
	readonly credentials: {
		read(): Promise<GatewayCredential | undefined>;
		write(credential: GatewayCredential | undefined): Promise<void>;
	};
	/** Reads the setting; null if there's no upstream. May throw a ProblemError. */
	readonly readSetting: () => string | null;
	/** Changes the setting; undefined removes it. */
	readonly writeSetting: (upstream: string | undefined) => PromiseLike<void>;
	/** Remembers that the user has chosen the origin, so that it's not confirmed again. */
	readonly rememberOrigin: (origin: string) => Promise<void>;
	readonly listAccounts: () => readonly UpstreamAccount[];
	readonly log: Log;
}

/**
 * Knows what the gateway is configured to forward requests to, and changes it: the setting, and the credential that belongs to it. Each change stops
 * the gateway first, so that it never uses one without the other, which could forward its callers' keys.
 */
export class UpstreamSetup implements Disposable {
	readonly #changeEmitter = new Emitter();
	#current: ConfiguredUpstream | null | undefined = null;
	#reads = 0;

	constructor(private readonly options: UpstreamSetupOptions) {}

	/** As of the last `refresh`. Null if there's no upstream; undefined if the setting isn't valid. */
	get current(): ConfiguredUpstream | null | undefined {
		return this.#current;
	}

	/** Calls `listener` after `current` has changed. */
	onDidChange(listener: () => void): Disposable {
		return this.#changeEmitter.on(listener);
	}

	/** Reads what's configured. Call it when the setting, the credential, or the accounts have changed. */
	async refresh(): Promise<void> {
		const read = ++this.#reads;
		const current = await this.#read();
		if (read === this.#reads && !isDeepStrictEqual(current, this.#current)) {
			this.#current = current;
			this.#changeEmitter.fire();
		}
	}

	/** Whether the gateway can't forward requests without this account. */
	async usesAccount(sourceId: string): Promise<boolean> {
		return (await this.#read())?.account?.sourceId === sourceId;
	}

	/** Uses the account's API as the upstream, and its key as the credential. */
	async useAccount({ sourceId, endpoint }: UpstreamAccount): Promise<void> {
		const { origin } = new URL(endpoint);
		await this.#change(endpoint, { origin, sourceId });
	}

	/** Uses any API as the upstream, with the credential that's stored for its origin. A credential of an account that was removed is deleted. */
	async useUrl(url: string): Promise<void> {
		const stored = await this.options.credentials.read();
		await this.#change(url, stored && 'sourceId' in stored && !this.#findAccount(stored.sourceId) ? undefined : stored);
	}

	/**
	 * Resets the upstream. The credential stays: a gateway in another window that notices its removal first would forward its callers' keys to the
	 * upstream, and without the account, it can't be used.
	 * @returns whether the gateway was running
	 */
	async useNone(): Promise<boolean> {
		const { phase } = this.options.controller;
		await this.options.controller.stop();
		await this.options.writeSetting(undefined);
		await this.refresh();
		return phase.kind === 'running' || phase.kind === 'starting';
	}

	dispose(): void {
		this.#changeEmitter.dispose();
	}

	async #change(upstream: string, credential: GatewayCredential | undefined): Promise<void> {
		const { controller, credentials, rememberOrigin, writeSetting } = this.options;
		await controller.stop();
		if (!isDeepStrictEqual(credential, await credentials.read())) {
			await credentials.write(credential);
		}
		await rememberOrigin(new URL(upstream).origin);
		await writeSetting(upstream);
		await this.refresh();
	}

	async #read(): Promise<ConfiguredUpstream | null | undefined> {
		const { readSetting, credentials, log } = this.options;
		let url: string | null;
		try {
			url = readSetting();
		} catch {
			// Starting the gateway reports what's wrong with the setting.
			return undefined;
		}
		if (url === null) {
			return null;
		}
		const credential = await credentials.read().catch(logFailure(log, 'read the gateway credential'));
		const isAccount = credential !== undefined && 'sourceId' in credential && credential.origin === new URL(url).origin;
		return { url, account: isAccount ? { sourceId: credential.sourceId, name: this.#findAccount(credential.sourceId)?.name } : null };
	}

	#findAccount(sourceId: string): UpstreamAccount | undefined {
		return this.options.listAccounts().find((account) => account.sourceId === sourceId);
	}
}
