import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import type { Log } from '../domain/log';
import { isLoopbackHost } from '../domain/origins';
import { solvableProblem } from '../domain/problems';
import type { Confirm } from './lifecycleActions';
import { escapeLabel } from './localization';

/** Key of the confirmed origins in the extension's global state. */
const STATE_KEY = 'connectTokens.gateway.confirmedOrigins';

const originsSchema = v.fallback(v.array(v.string()), []);

export interface UpstreamConfirmationOptions {
	/** State of this machine that no settings file can change. */
	readonly state: {
		get(name: string): unknown;
		update(name: string, value: unknown): PromiseLike<void>;
	};
	readonly confirm: Confirm;
	/** Whether nothing is asked, because tests have no user. */
	readonly isTest: boolean;
	readonly log: Log;
}

/**
 * Asks the user once for each origin before the gateway sends a key there. A repository can't change the upstream setting, but the
 * `devcontainer.json` of a repository can set it for its container.
 */
export class UpstreamConfirmation {
	constructor(private readonly options: UpstreamConfirmationOptions) {}

	/**
	 * Asks unless the user has confirmed the upstream's origin before, or the upstream is on this machine.
	 * @throws ProblemError when the user doesn't confirm it
	 */
	async assertConfirmed(upstream: string): Promise<void> {
		const { origin, hostname } = new URL(upstream);
		if (isLoopbackHost(hostname) || this.#readOrigins().includes(origin)) {
			return;
		}
		if (this.options.isTest) {
			this.options.log.info('Allowed an upstream without asking, because this is a test');
			return;
		}
		const message = l10n.t('Let the gateway send requests and their API keys to {0}?', escapeLabel(origin));
		const detail = l10n.t(
			"This upstream is set in connectTokens.gateway.upstream and is new on this machine. Dev containers can change that setting. If you don't know the address, select Cancel.",
		);
		if (!(await this.options.confirm({ message, detail }, l10n.t('Allow')))) {
			throw solvableProblem(
				'upstream',
				"The gateway isn't running because you didn't allow its upstream {0}. Change connectTokens.gateway.upstream, or start the gateway again to allow it.",
				origin,
			);
		}
		await this.remember(origin);
	}

	/** Remembers an origin that the user has chosen. */
	async remember(origin: string): Promise<void> {
		const origins = this.#readOrigins();
		if (!origins.includes(origin)) {
			await this.options.state.update(STATE_KEY, [...origins, origin]);
		}
	}

	#readOrigins(): readonly string[] {
		return v.parse(originsSchema, this.options.state.get(STATE_KEY));
	}
}
