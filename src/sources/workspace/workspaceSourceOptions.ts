import type { Module } from '../../domain/catalog';
import type { Log } from '../../domain/log';
import type { Clock, RandomBytes, Vault } from '../../domain/ports';

/** What the workspace's tokens depend on. */
export interface WorkspaceSourceOptions {
	/** Path of the folder for this workspace's tokens. It's created with the first token. */
	readonly folder: string;
	/** URI of the workspace; null for a window without one, which is the default. */
	readonly uri?: string | null;
	/** Contains the API keys of this workspace, and maybe those of others with the same path on other machines. */
	readonly vault: Vault;
	/** Where to store copies of the tokens' records, without keys; undefined if they don't need any. */
	readonly recordCopies?: Vault;
	readonly clock: Clock;
	readonly random: RandomBytes;
	/** Stored as the author of changes to tokens. */
	readonly userName: string;
	/** Number of days before expiration at which a token is shown as expiring. */
	readonly expiringDays: () => number;
	/** The modules that can be granted to tokens. */
	readonly modules: () => readonly Module[];
	/** Maximum duration of a call to the vault. */
	readonly vaultTimeoutMs?: number;
	readonly log: Log;
}
