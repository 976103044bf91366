import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../../src/domain/log';
import type { AccountInfo } from '../../../src/domain/ports';
import type { AccountKeyStore } from '../../../src/sources/connect/accountKey';
import { ConnectSource, type ConnectSourceOptions } from '../../../src/sources/connect/connectSource';
import type { PlatformAccount } from './platformAccount';
import type { Platform } from './simulatedPlatform';

/** An account key store in memory. Tests can read and override the key and the methods. */
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

/** Creates account sources for the tests of a suite. After each test, its sources are disposed and its files are removed. */
export class TestAccounts {
	readonly #sources: ConnectSource[] = [];
	readonly #folders: string[] = [];

	constructor() {
		afterEach(async () => {
			for (const source of this.#sources.splice(0)) {
				source.dispose();
				await source.whenCacheWritten;
			}
			for (const folder of this.#folders.splice(0)) {
				await rm(folder, { recursive: true, force: true, maxRetries: 10 });
			}
		});
	}

	/** Returns the path of a file that doesn't exist, in a folder that doesn't exist either. */
	async createCachePath(): Promise<string> {
		const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-account-'));
		this.#folders.push(folder);
		return join(folder, 'accounts', 'one.json');
	}

	/** Opens an account of a server that pretends to be the platform. */
	openAt(endpoint: string): Promise<ConnectSource> {
		const reference = { id: 'VA-1', name: 'Hostile' };
		return this.#open({ ...reference, endpoint }, `ApiKey SU-100-000-001:${'ab'.repeat(20)}`, {
			clock: () => new Date('2030-01-02T00:00:00Z'),
		});
	}

	/** Opens an account of the platform, by default its first, as a window does. By default, the source has its own cache file. */
	async open(
		platform: Platform,
		options: Partial<ConnectSourceOptions> & { readonly platformAccount?: PlatformAccount } = {},
	): Promise<ConnectSource> {
		const { platformAccount: { reference, key } = platform.account, ...rest } = options;
		return this.#open({ ...reference, endpoint: platform.endpoint }, key, rest);
	}

	async #open(account: AccountInfo, key: string, options: Partial<ConnectSourceOptions>): Promise<ConnectSource> {
		const source = new ConnectSource({
			id: account.id,
			account,
			accountKeyStore: new MemoryAccountKeyStore(key),
			cacheFile: options.cacheFile ?? (await this.createCachePath()),
			clock: () => new Date(),
			expiringDays: () => 7,
			log: silentLog,
			// Keeps tests with retries fast.
			retryDelayMs: 1,
			...options,
		});
		this.#sources.push(source);
		return source;
	}
}

/** Formats a number as a token ID. */
export function createTokenId(number: number): string {
	return `SU-${String(number)
		.padStart(9, '0')
		.replace(/(...)(?=.)/g, '$1-')}`;
}
