import { BUILT_IN_CATALOG, type Catalog } from '../../../src/domain/catalog';
import { validateChanges, validateDraft } from '../../../src/domain/draftValidation';
import { Emitter } from '../../../src/domain/emitter';
import type { AccountInfo, Disposable, KeyInfo, KeyReadResult, RemoteSource, TokenSource } from '../../../src/domain/ports';
import {
	createTokenFromRecord,
	getValidKeys,
	type KeyVersion,
	type Token,
	type TokenChanges,
	type TokenDraft,
} from '../../../src/domain/token';
import type { Problem } from '../../../src/domain/problems';
import { applyChanges, createTokenRecord } from '../../../src/domain/tokenLifecycle';
import { completeHistory, type HistoryEntry, type HistoryEvent } from '../../../src/domain/tokenHistory';
import type { RemainingRequests } from '../../../src/domain/tokenLimits';
import type { TeamUsage } from '../../../src/domain/teamUsage';
import { NO_USAGE, type ReportedUsage } from '../../../src/domain/tokenUsage';
import { exampleAuthorization, exampleRecord, type ExampleChanges } from './exampleToken';

const EXPIRING_DAYS = 7;

/** When the account's tokens were last read. */
const READ_AT = '2025-05-20T10:12:00.000Z';

/** A source of one token in memory, for the states of the pages that the gallery shows. It runs in browsers, too. */
export class ExampleSource implements TokenSource {
	readonly remote: RemoteSource | undefined;
	problem: Problem | undefined;
	history: readonly HistoryEvent[] = [];
	usage: ReportedUsage | Promise<ReportedUsage> = NO_USAGE;
	/** What the team's instances counted. */
	teamUsage: TeamUsage | undefined;
	/** What the token's limits still allow. */
	remaining: RemainingRequests | undefined;
	#record: ReturnType<typeof exampleRecord> | undefined;
	readonly #now = new Date();
	readonly #changeEmitter = new Emitter();
	readonly #usageEmitter = new Emitter();

	/**
	 * @param account the account that the source belongs to; undefined for the workspace
	 * @param platformStatus a status of the platform that isn't recognized
	 */
	constructor(
		changes: ExampleChanges = {},
		account?: AccountInfo,
		private readonly platformStatus?: string,
	) {
		this.remote = account && { account, syncState: { readAt: READ_AT, progress: null }, usesAsCredential: () => Promise.resolve(false) };
		this.change(changes);
	}

	get id(): string {
		return this.remote?.account.id ?? 'workspace';
	}

	/** Replaces the token, or deletes it. */
	change(changes: ExampleChanges | null): void {
		this.#record = changes ? exampleRecord(this.#now, changes, () => '') : undefined;
		this.#changeEmitter.fire();
	}

	onDidChange(listener: () => void): Disposable {
		return this.#changeEmitter.on(listener);
	}

	onDidChangeUsage(listener: () => void): Disposable {
		return this.#usageEmitter.on(listener);
	}

	onDidRotate(): Disposable {
		return { dispose: () => undefined };
	}

	getCatalog(): Promise<Catalog> {
		const { extensions, modules } = BUILT_IN_CATALOG;
		return Promise.resolve(this.remote ? { extensions, modules } : BUILT_IN_CATALOG);
	}

	getModuleName(id: string): string {
		return id;
	}

	reload(): Promise<void> {
		return Promise.resolve();
	}

	list(): Promise<readonly Token[]> {
		const token = this.#token;
		return Promise.resolve(token ? [token] : []);
	}

	get(): Promise<Token | undefined> {
		return Promise.resolve(this.#token);
	}

	listKeys(): Promise<readonly KeyInfo[]> {
		const keys = this.#record ? getValidKeys(this.#record, this.#now) : [];
		return Promise.resolve(keys.map(({ which, key }) => ({ which, issuedAt: key.issuedAt, expirationDate: key.expirationDate })));
	}

	readKey(_id: string, which: KeyVersion = 'current'): Promise<KeyReadResult> {
		return Promise.resolve({ authorization: exampleAuthorization(which) });
	}

	getUsage(): Promise<ReportedUsage> {
		return Promise.resolve(this.usage);
	}

	getTeamUsage(): Promise<TeamUsage | undefined> {
		return Promise.resolve(this.teamUsage);
	}

	getRemainingRequests(): Promise<RemainingRequests | undefined> {
		return Promise.resolve(this.remaining);
	}

	getHistory(): Promise<readonly HistoryEntry[]> {
		return Promise.resolve(this.#record ? completeHistory(this.history, this.#record) : []);
	}

	onDidChangeHistory(listener: () => void): Disposable {
		return this.#usageEmitter.on(listener);
	}

	create(draft: TokenDraft): Promise<Token> {
		const stamp = { at: this.#now.toISOString(), by: 'Ada' };
		const record = createTokenRecord(validateDraft(draft, this.#now), 'SU-000-000-001', { id: 'current', sha256: '' }, stamp);
		return Promise.resolve(createTokenFromRecord(record, this.#now, EXPIRING_DAYS));
	}

	async update(_id: string, changes: TokenChanges): Promise<Token> {
		const record = this.#record!;
		this.#record = applyChanges(record, validateChanges(changes, record.extension.id), { at: this.#now.toISOString(), by: 'Ada' });
		this.#changeEmitter.fire();
		return Promise.resolve(this.#token!);
	}

	readonly disable = rejectUnused;
	readonly enable = rejectUnused;
	readonly rotate = rejectUnused;
	readonly renew = rejectUnused;
	readonly delete = rejectUnused;

	get #token(): Token | undefined {
		const token = this.#record && createTokenFromRecord(this.#record, this.#now, EXPIRING_DAYS);
		return token && this.platformStatus !== undefined ? { ...token, status: 'other', platformStatus: this.platformStatus } : token;
	}
}

/** No state needs these. */
function rejectUnused(): Promise<never> {
	return Promise.reject(new Error('The example token has no such change.'));
}
