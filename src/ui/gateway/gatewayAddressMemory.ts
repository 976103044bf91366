import * as vscode from 'vscode';
import { Emitter } from '../../domain/emitter';
import type { Disposable, GatewayState } from '../../domain/ports';
import type { GatewayAddress } from '../../domain/tokenHosts';
import { readGatewayPort } from '../settings';

/** Key of the port in the workspace's state. */
const LAST_PORT_KEY = 'connectTokens.gateway.lastPort';

/** Remembers the port that the workspace's gateway last listened on. */
export class GatewayAddressMemory implements Disposable {
	readonly #changeEmitter = new Emitter();
	readonly #moveEmitter = new Emitter();
	readonly #subscriptions: readonly Disposable[];
	/** The port before the current one. Request files may still name it. */
	#previousPort: number | undefined;

	constructor(
		private readonly state: vscode.Memento,
		private readonly gateway: GatewayState,
	) {
		this.#previousPort = state.get<number>(LAST_PORT_KEY);
		this.#subscriptions = [
			gateway.onDidChange(() => {
				this.#remember();
				this.#changeEmitter.fire();
			}),
			vscode.workspace.onDidChangeConfiguration((event) => {
				if (event.affectsConfiguration('connectTokens.gateway.port')) {
					this.#changeEmitter.fire();
				}
			}),
		];
	}

	get current(): GatewayAddress {
		const { origin } = this;
		const ports = [readGatewayPort(), this.#previousPort, this.state.get<number>(LAST_PORT_KEY)];
		return { origin, ports: ports.filter((port) => port !== undefined && port > 0) as number[] };
	}

	get origin(): string | undefined {
		const { url } = this.gateway;
		return url === undefined ? undefined : new URL(url).origin;
	}

	onDidChange(listener: () => void): Disposable {
		return this.#changeEmitter.on(listener);
	}

	/** Calls `listener` after the gateway has started at another port than the one that it's configured for or last listened on. */
	onDidMove(listener: () => void): Disposable {
		return this.#moveEmitter.on(listener);
	}

	dispose(): void {
		this.#subscriptions.forEach((item) => item.dispose());
		this.#changeEmitter.dispose();
		this.#moveEmitter.dispose();
	}

	#remember(): void {
		const port = this.origin === undefined ? undefined : Number(new URL(this.origin).port);
		const last = this.state.get<number>(LAST_PORT_KEY);
		if (port !== undefined && port !== last) {
			this.#previousPort = last;
			void this.state.update(LAST_PORT_KEY, port);
		}
		if (port !== undefined && this.current.ports.some((other) => other !== port)) {
			this.#moveEmitter.fire();
		}
	}
}
