import { ALL_MODULES, CUSTOM_EXTENSION_ID, type Catalog, type Extension } from '../../domain/catalog';
import type { AccountCache } from './accountCache';
import type { ConnectClient } from './connectClient';
import { ConnectError } from './connectErrors';
import { createPageReader } from './pageReader';
import { readFullList } from './listReader';
import { parseExtensions, parseNamed, type PlatformExtension, type ParsedPage } from './platformSchemas';

/** What an account's tokens can be created for, as the platform offers it. Read once, and again after `forget`. */
export class AccountCatalog {
	#pendingRead: Promise<Catalog> | undefined;
	#moduleNames: ReadonlyMap<string, string> | undefined;

	constructor(
		private readonly client: ConnectClient,
		private readonly cache: AccountCache,
	) {}

	/** Where the platform cannot be reached, what it offered the last time. */
	async read(): Promise<Catalog> {
		const reading = (this.#pendingRead ??= this.#read());
		try {
			return await reading;
		} catch (error) {
			this.invalidate();
			const { catalog: catalogue } = await this.cache.read();
			if (catalogue !== null && error instanceof ConnectError && error.isUnavailable) {
				return this.#updateModuleNames(catalogue);
			}
			throw error;
		}
	}

	/** Learns what modules are called: from what was offered the last time, and where that is not known, from the platform. */
	async loadModuleNames(): Promise<void> {
		const { catalog: catalogue } = await this.cache.read();
		this.#updateModuleNames(catalogue ?? (await this.read()));
	}

	/** What a module is called; undefined where that is not known. */
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
				.filter(({ maxTokens: mostTokens }) => mostTokens !== 0)
				.map(toExtension)
				.sort((one, other) => Number(isCustomExtension(one)) - Number(isCustomExtension(other))),
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

/** Whether it is the extension of tokens whose user chooses the modules. */
export function isCustomExtension({ id, name }: { readonly id: string; readonly name: string }): boolean {
	return id === CUSTOM_EXTENSION_ID || name.toLowerCase() === 'custom';
}

/** All items of a list, by name. */
async function readSortedList<T extends { name: string }>(
	client: ConnectClient,
	path: string,
	read: (body: unknown) => ParsedPage<T> | undefined,
): Promise<readonly T[]> {
	const { items } = await readFullList(createPageReader(client, `${path}?ordering(id)`, read));
	return [...items.values()].sort((one, other) => one.name.localeCompare(other.name, 'en'));
}

function toExtension({ id, name, description }: PlatformExtension): Extension {
	return { id, name, description, permissions: isCustomExtension({ id, name }) ? null : [] };
}
