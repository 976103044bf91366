import * as v from 'valibot';
import { logFailure, type Log } from '../../domain/log';
import type { Vault } from '../../domain/ports';
import type { TokenRecord } from '../../domain/token';
import { parseJson } from '../../storage/json';
import { tokenSchema } from './storeSchema';

/** A copy of a token's record, and the list that the token belongs to. */
export interface RecordCopy {
	readonly listId: string;
	readonly record: TokenRecord;
}

/**
 * Copies of the records, without keys, where they outlive the folder with the token list: in a remote window, the folder can be in a
 * container that's rebuilt, while secret storage is on the user's machine. A copy that can't be written is only logged, because the
 * list itself has been saved.
 */
export class RecordCopies {
	/** @param vault contains the copies of all lists of this workspace */
	constructor(
		private readonly vault: Vault,
		private readonly log: Log,
	) {}

	/** Makes the copies of a list match a change of its records. */
	async update(listId: string, before: readonly TokenRecord[], after: readonly TokenRecord[]): Promise<void> {
		const previous = new Set(before);
		const ids = new Set(after.map(({ id }) => id));
		const removed = before.filter(({ id }) => !ids.has(id));
		const writes = after
			.filter((record) => !previous.has(record))
			.map((record) => {
				const copyId = getCopyId(listId, record.id);
				// An outdated copy could restore a token that was disabled since. A missing one is added at the next start.
				return this.vault.set(copyId, JSON.stringify(record)).catch(async (error: unknown) => {
					await this.vault.delete(copyId);
					throw error;
				});
			});
		const results = [...writes, ...removed.map(({ id }) => this.vault.delete(getCopyId(listId, id)))];
		await Promise.all(results.map((result) => result.catch(logFailure(this.log, 'copy a record'))));
	}

	/** Whether every record of a list has a copy, and every copy a record. */
	async isComplete(listId: string, records: readonly TokenRecord[]): Promise<boolean> {
		const copyIds = (await this.vault.keyIds()).filter((copyId) => copyId.startsWith(`${listId}.`));
		const expected = new Set(records.map(({ id }) => getCopyId(listId, id)));
		return copyIds.length === expected.size && copyIds.every((copyId) => expected.has(copyId));
	}

	/** Makes the copies of a list complete after a crash. */
	async complete(listId: string, records: readonly TokenRecord[]): Promise<void> {
		const existing = new Set(await this.vault.keyIds());
		await this.update(
			listId,
			[],
			records.filter(({ id }) => !existing.has(getCopyId(listId, id))),
		);
		const expected = new Set(records.map(({ id }) => getCopyId(listId, id)));
		const outdated = [...existing].filter((copyId) => copyId.startsWith(`${listId}.`) && !expected.has(copyId));
		await Promise.all(outdated.map((copyId) => this.vault.delete(copyId)));
	}

	/** Returns the copies of other lists. */
	async listOthers(ownListId: string | undefined): Promise<readonly RecordCopy[]> {
		const copyIds = (await this.vault.keyIds()).filter((copyId) => copyId.slice(0, 36) !== ownListId);
		const copies = await Promise.all(
			copyIds.map(async (copyId) => {
				const { success, output } = v.safeParse(tokenSchema, parseJson((await this.vault.get(copyId)) ?? ''));
				return success && copyId === getCopyId(copyId.slice(0, 36), output.id) ? [{ listId: copyId.slice(0, 36), record: output }] : [];
			}),
		);
		return copies.flat();
	}

	async deleteAll(copies: readonly RecordCopy[]): Promise<void> {
		await Promise.all(copies.map(({ listId, record }) => this.vault.delete(getCopyId(listId, record.id))));
	}
}

/** The ID of a list is a UUID of 36 characters. */
function getCopyId(listId: string, tokenId: string): string {
	return `${listId}.${tokenId}`;
}
