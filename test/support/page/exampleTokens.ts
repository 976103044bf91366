import { Emitter } from '../../../src/domain/emitter';
import { BUILT_IN_CATALOG } from '../../../src/domain/catalog';
import type { AccountInfo, RemoteSource, SyncState } from '../../../src/domain/ports';
import type { Problem } from '../../../src/domain/problems';
import { createTokenFromRecord, type Token, type TokenRecord } from '../../../src/domain/token';
import type { HistoryByToken } from '../../../src/domain/tokenHistory';
import type { UsageByToken } from '../../../src/domain/tokenUsage';
import { addDays, exampleRecord, type ExampleChanges } from './exampleToken';

/** A token of the examples by its number, with its ID, and changes to the example token. */
export interface NumberedToken extends ExampleChanges {
	readonly number: number;
}

/** Returns the ID of the token with that number. */
export function numberedTokenId(number: number): string {
	const digits = String(number).padStart(9, '0');
	return `SU-${digits.slice(0, 3)}-${digits.slice(3, 6)}-${digits.slice(6)}`;
}

/** Returns the records of tokens that are three days old unless that's changed. Their keys aren't known. */
export function numberedRecords(tokens: readonly NumberedToken[], now: Date): readonly TokenRecord[] {
	const stamp = { at: addDays(now, -3), by: 'Ada' };
	return tokens.map(({ number, ...changes }) => {
		const record = exampleRecord(now, { id: numberedTokenId(number), created: stamp, updated: stamp, ...changes }, () => '');
		// As in a store, no two tokens have the same key.
		return { ...record, key: { ...record.key, id: `key-${number}`, sha256: number.toString(16).padStart(64, '0') } };
	});
}

/** A source of several tokens in memory, for the states of the review that the gallery shows. It runs in browsers, too. */
export class ExampleTokens {
	readonly remote: RemoteSource | undefined;
	problem: Problem | undefined;
	usage: UsageByToken = {};
	history: HistoryByToken = {};
	/** Why changes fail, by token ID. */
	readonly failures = new Map<string, Error>();
	readonly #now = new Date();
	readonly #changeEmitter = new Emitter();
	#records: readonly TokenRecord[];

	constructor(
		tokens: readonly NumberedToken[],
		account?: AccountInfo,
		syncState: SyncState = { readAt: new Date().toISOString(), progress: null },
	) {
		this.#records = numberedRecords(tokens, this.#now);
		this.remote = account && { account, syncState, usesAsCredential: () => Promise.resolve(false) };
	}

	get id(): string {
		return this.remote?.account.id ?? 'workspace';
	}

	onDidChange(listener: () => void) {
		return this.#changeEmitter.on(listener);
	}

	readonly onDidChangeUsage = () => ({ dispose: () => undefined });
	readonly onDidChangeHistory = () => ({ dispose: () => undefined });
	readonly onDidRotate = () => ({ dispose: () => undefined });

	getCatalog() {
		return Promise.resolve(BUILT_IN_CATALOG);
	}

	getModuleName(id: string): string {
		return BUILT_IN_CATALOG.modules.find((module) => module.id === id)?.name ?? id;
	}

	reload(): Promise<void> {
		return Promise.resolve();
	}

	list(): Promise<readonly Token[]> {
		return Promise.resolve(this.#records.map((record) => createTokenFromRecord(record, this.#now, 7)));
	}

	readActivity() {
		return Promise.resolve({ usage: this.usage, history: this.history, teamTokenIds: new Set<string>() });
	}

	disable(id: string): Promise<void> {
		return this.#change(id, (record) => [{ ...record, enabled: false, updated: { at: this.#now.toISOString(), by: 'Ada' } }]);
	}

	enable(id: string): Promise<void> {
		return this.#change(id, (record) => [{ ...record, enabled: true }]);
	}

	delete(id: string): Promise<void> {
		return this.#change(id, () => []);
	}

	#change(id: string, change: (record: TokenRecord) => readonly TokenRecord[]): Promise<void> {
		const failure = this.failures.get(id);
		if (failure) {
			return Promise.reject(failure);
		}
		this.#records = this.#records.flatMap((record) => (record.id === id ? change(record) : record));
		this.#changeEmitter.fire();
		return Promise.resolve();
	}
}
