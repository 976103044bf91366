import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccountKeyStore } from '../../../src/sources/connect/accountKey';
import { ConnectSource, type ConnectSourceOptions } from '../../../src/sources/connect/connectSource';
import type { PlatformAccount } from './platformAccount';
import type { Platform } from './simulatedPlatform';

/** Where a key lies, for tests to look into and to override. */
export class MemoryAccountKeyStore implements AccountKeyStore {
	constructor(public key: string | undefined) {}

	read(): Promise<string | undefined> {
		return Promise.resolve(this.key);
	}

	replace(authorization: string): Promise<void> {
		this.key = authorization;
		return Promise.resolve();
	}
}

/** Sources of accounts for the tests of one suite; each test's are closed, and their files removed, after it. */
export class AccountSources {
	readonly #open: ConnectSource[] = [];
	readonly #folders: string[] = [];

	constructor() {
		afterEach(async () => {
			for (const source of this.#open.splice(0)) {
				source.dispose();
				await source.whenCacheWritten;
			}
			for (const folder of this.#folders.splice(0)) {
				await rm(folder, { recursive: true, force: true, maxRetries: 10 });
			}
		});
	}

	/** A path where no file is, in a folder that is not there either. */
	async cacheFile(): Promise<string> {
		const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-account-'));
		this.#folders.push(folder);
		return join(folder, 'accounts', 'one.json');
	}

	/** What a window has open of an account of the platform; of its first unless told otherwise. Without a cache of another window. */
	async open(platform: Platform, options: Partial<ConnectSourceOptions> & { readonly of?: PlatformAccount } = {}): Promise<ConnectSource> {
		const { of = platform.account, ...rest } = options;
		const source = new ConnectSource({
			id: of.reference.id,
			account: { ...of.reference, endpoint: platform.endpoint },
			accountKeyStore: new MemoryAccountKeyStore(of.key),
			cacheFile: rest.cacheFile ?? (await this.cacheFile()),
			clock: () => new Date(),
			expiringDays: () => 7,
			// Of the shortest that repeats at all: what is tested is what comes of it.
			retryDelayMs: 1,
			...rest,
		});
		this.#open.push(source);
		return source;
	}
}
