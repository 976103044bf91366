import type { LimitFunction } from 'p-limit';
import type { Clock } from '../domain/ports';

/** After this many denials of the same agent within the period, it's denied without a question. The same as for keys. */
export const MAX_DENIALS = 3;
const DENIAL_PERIOD_MS = 60_000;

/**
 * Stops agents that keep asking: after three denials within a minute, their questions are denied without being shown until the first of the
 * three is a minute old. All questions of an agent count.
 */
export class AskBackoff {
	/** When questions of an agent were denied by the user, in milliseconds since the epoch. */
	readonly #denials = new Map<string, readonly number[]>();

	constructor(
		private readonly clock: Clock,
		/** Asks one question at a time, together with the others of this window that a program can cause. */
		private readonly askInTurn: LimitFunction,
		/** Tells the user that an agent is denied without a question for a while. Called once, after the last denial. */
		private readonly reportSilence: (agentId: string) => void,
	) {}

	/** Whether an agent is denied without a question now. */
	isSilenced(agentId: string): boolean {
		return this.#listRecent(agentId).length >= MAX_DENIALS;
	}

	/**
	 * Asks the user unless the agent is denied without a question when it's the question's turn, so that many questions at once are denied, too,
	 * after three denials.
	 * @param agentId identifies the agents that are denied together: `editor`, or `commandLine`, whose programs can claim any name
	 * @param ask shows the question. Undefined and false are denials; an error isn't.
	 * @returns what `ask` returns; undefined without a question
	 */
	ask<T>(agentId: string, ask: () => Promise<T | undefined>): Promise<T | undefined> {
		return this.askInTurn(() => this.#ask(agentId, ask));
	}

	async #ask<T>(agentId: string, ask: () => Promise<T | undefined>): Promise<T | undefined> {
		if (this.isSilenced(agentId)) {
			return undefined;
		}
		const answer = await ask();
		if (answer === undefined || answer === false) {
			const denials = [...this.#listRecent(agentId), this.clock().getTime()];
			this.#denials.set(agentId, denials);
			if (denials.length === MAX_DENIALS) {
				this.reportSilence(agentId);
			}
		} else {
			this.#denials.delete(agentId);
		}
		return answer;
	}

	/** A clock that was set back doesn't extend the period. */
	#listRecent(agentId: string): readonly number[] {
		const now = this.clock().getTime();
		return (this.#denials.get(agentId) ?? []).filter((time) => Math.abs(now - time) < DENIAL_PERIOD_MS);
	}
}
