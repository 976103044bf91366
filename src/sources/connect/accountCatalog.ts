import { ALL_MODULES, CUSTOM_EXTENSION_ID, type Catalog, type Extension } from '../../domain/catalog';
import { logFailure, type Log } from '../../domain/log';
import type { AccountCache } from './accountCache';
import type { ConnectClient } from './connectClient';
import { ConnectError } from './connectErrors';
import { createPageReader } from './pageReader';
import { readFullList } from './listReader';
import { parseExtensions, parseNamed, type PlatformExtension, type ParsedPage } from './platformSchemas';

/** The extensions and modules of an account. Read from the platform once, and again after `invalidate`. */
export class AccountCatalog {
	#pendingRead: Promise<Catalog> | undefined;
	#moduleNames: ReadonlyMap<string, string> | undefined;

	constructor(
		private readonly client: ConnectClient,
		private readonly cache: AccountCache,
		private readonly log: Log,
	) {}

	/** Returns the cached catalog if the platform is unavailable. */
	async read(): Promise<Catalog> {
		this.#pendingRead ??= this.#read();
		try {
			return await this.#pendingRead;
		} catch (error) {
			this.invalidate();
			const { catalog } = await this.cache.read();
			if (catalog !== null && error instanceof ConnectError && error.isUnavailable) {
				logFailure(this.log, 'read the catalog')(error);
				return this.#updateModuleNames(catalog);
			}
			throw error;
		}
	}

	/** Loads the names of modules from the cache or, if there are none, from the platform. */
	async loadModuleNames(): Promise<void> {
		const { catalog } = await this.cache.read();
		this.#updateModuleNames(catalog ?? (await this.read()));
	}

	/** Returns undefined if the name isn't known (yet). */
	getModuleName(id: string): string | undefined {
		return this.#moduleNames?.get(id);
	}

	invalidate(): void {
		this.#pendingRead = undefined;
	}

	async #read(): Promise<Catalog> {
		const [extensions, modules] = await Promise.all([
			readSortedList(this.client, '/extensions', parseExtensions),
			readSortedList(this.client, '/modules', parseNamed),
		]);
		const catalog = {
			extensions: extensions
				.filter(({ maxTokens }) => maxTokens !== 0)
				.map(toExtension)
				.sort((a, b) => Number(isCustomExtension(a)) - Number(isCustomExtension(b))),
			modules: modules.filter(({ id }) => id !== ALL_MODULES),
		};
		this.cache.update({ catalog });
		return this.#updateModuleNames(catalog);
	}

	#updateModuleNames(catalog: Catalog): Catalog {
		this.#moduleNames = new Map(catalog.modules.map(({ id, name }) => [id, name]));
		return catalog;
	}
}

/** Whether users choose the modules of tokens for this extension. */
export function isCustomExtension({ id, name }: { readonly id: string; readonly name: string }): boolean {
	return id === CUSTOM_EXTENSION_ID || name.toLowerCase() === 'custom';
}

/** Reads all items of a list, and sorts them by name. */
async function readSortedList<T extends { name: string }>(
	client: ConnectClient,
	path: string,
	parse: (body: unknown) => ParsedPage<T> | undefined,
): Promise<readonly T[]> {
	const { items } = await readFullList(createPageReader(client, `${path}?ordering(id)`, parse));
	return [...items.values()].sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

function toExtension({ id, name, description }: PlatformExtension): Extension {
	return { id, name, description, permissions: isCustomExtension({ id, name }) ? null : [] };
}
