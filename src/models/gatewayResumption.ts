import * as v from 'valibot';
import type { Disposable, GatewayState } from '../domain/ports';
import { DEFAULT_GATEWAY_PORT } from './settings';

/** Key in the workspace's state. */
const STATE_KEY = 'connectTokens.gateway.running';

const runningSchema = v.object({ port: v.number(), configuredPort: v.number() });

export interface GatewayResumptionOptions {
	/** State of the workspace. */
	readonly state: {
		get(name: string): unknown;
		update(name: string, value: unknown): PromiseLike<void>;
	};
	readonly gateway: GatewayState;
	readonly readConfiguredPort: () => number;
}

/**
 * Remembers while the gateway is running that it is, so that it comes back after the window was reloaded or closed. Dispose it before that
 * stops the gateway.
 */
export class GatewayResumption implements Disposable {
	readonly #subscription: Disposable;

	constructor(private readonly options: GatewayResumptionOptions) {
		this.#subscription = options.gateway.onDidChange(() => void this.#remember());
	}

	/**
	 * The port to continue on if the gateway was running: the same one, so that addresses in request files stay valid, unless another one was
	 * configured in the meantime. The default doesn't count as configured, because VS Code reads the settings of a remote machine only after the
	 * window has opened. Undefined if it wasn't running.
	 */
	get port(): number | undefined {
		const { state, readConfiguredPort } = this.options;
		const { success, output } = v.safeParse(runningSchema, state.get(STATE_KEY));
		if (!success) {
			return undefined;
		}
		const configuredPort = readConfiguredPort();
		const isSame = configuredPort === output.configuredPort || configuredPort === DEFAULT_GATEWAY_PORT;
		return isSame ? output.port : configuredPort;
	}

	dispose(): void {
		this.#subscription.dispose();
	}

	#remember(): PromiseLike<void> {
		const { state, gateway, readConfiguredPort } = this.options;
		if (gateway.url === undefined) {
			return state.update(STATE_KEY, undefined);
		}
		const port = Number(new URL(gateway.url).port);
		const { success, output } = v.safeParse(runningSchema, state.get(STATE_KEY));
		const configuredPort = readConfiguredPort();
		// Right after a reload, the setting may not have been read yet. The next reload compares it with what was configured before.
		const isUnread = success && output.port === port && configuredPort === DEFAULT_GATEWAY_PORT;
		return state.update(STATE_KEY, { port, configuredPort: isUnread ? output.configuredPort : configuredPort });
	}
}
