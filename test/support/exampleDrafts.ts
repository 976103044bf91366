import { mapLevels } from '../../src/domain/log';
import { Drafts, type DraftStorage } from '../../src/models/drafts';

/** When the drafts of {@link createExampleDrafts} were saved. */
export const DRAFT_DATE = '2025-05-20T18:30:00.000Z';

/** Drafts in memory. Also runs in browsers. */
export class MemoryDraftStorage implements DraftStorage {
	/** The error that the next change fails with. */
	nextError: Error | undefined;
	/** Number of times that the drafts were written. */
	writes = 0;

	constructor(public drafts: Awaited<ReturnType<DraftStorage['read']>> = {}) {}

	read(): ReturnType<DraftStorage['read']> {
		return Promise.resolve(this.drafts);
	}

	update(updater: Parameters<DraftStorage['update']>[0]): Promise<void> {
		const error = this.nextError;
		this.nextError = undefined;
		if (error) {
			return Promise.reject(error);
		}
		this.writes++;
		this.drafts = updater(this.drafts);
		return Promise.resolve();
	}
}

/** @param stored content of the stored drafts by key */
export function createExampleDrafts(stored: Readonly<Record<string, unknown>> = {}): Drafts {
	const drafts = Object.entries(stored).map(([key, content]) => [key, { savedAt: DRAFT_DATE, content }] as const);
	const log = mapLevels(() => undefined);
	return new Drafts(new MemoryDraftStorage(Object.fromEntries(drafts)), () => new Date(), log);
}
