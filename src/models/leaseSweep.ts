import { getLeaseDeletion } from '../domain/leaseEnd';
import { logFailure, type Log } from '../domain/log';
import type { Clock, Disposable } from '../domain/ports';
import { findEarliest } from '../domain/statusSchedule';
import type { TokenSources } from '../domain/tokenSources';
import type { ClockScheduler, ScheduledCallback } from './clockScheduler';

export interface LeaseSweepOptions {
	readonly sources: Pick<TokenSources, 'workspace' | 'onDidChange'>;
	readonly clock: Clock;
	readonly scheduler: ClockScheduler;
	readonly log: Log;
}

/** Deletes leases a day after they ended, also those that ended while no window was open. Each window does; the first one deletes them. */
export class LeaseSweep implements Disposable {
	readonly #scheduled: ScheduledCallback;
	readonly #subscription: Disposable;
	/** The sweep that's running. */
	#current: Promise<void> | undefined;
	#isOutdated = false;

	constructor(private readonly options: LeaseSweepOptions) {
		const { scheduler, sources } = options;
		this.#scheduled = scheduler.schedule(() => void this.sweep());
		this.#subscription = sources.onDidChange((source) => source === sources.workspace && void this.sweep());
	}

	/** Deletes the leases that are due, and schedules the next sweep. A failure is logged; the next change or start tries again. */
	sweep(): Promise<void> {
		this.#isOutdated = true;
		return (this.#current ??= this.#sweep().finally(() => (this.#current = undefined)));
	}

	async #sweep(): Promise<void> {
		while (this.#isOutdated) {
			this.#isOutdated = false;
			await this.#deleteDue().catch(logFailure(this.options.log, 'delete ended leases'));
		}
	}

	async #deleteDue(): Promise<void> {
		const { workspace } = this.options.sources;
		await workspace.deleteEndedLeases();
		const tokens = await workspace.list();
		this.#scheduled.runAt(findEarliest(tokens.map(getLeaseDeletion)));
	}

	dispose(): void {
		this.#scheduled.dispose();
		this.#subscription.dispose();
	}
}
