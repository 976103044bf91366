import { ALL_MODULES, CUSTOM_EXTENSION, type Catalogue, type Extension } from '../../domain/catalogue';
import type { Cache } from './cache';
import type { Client } from './client';
import { ConnectError } from './errors';
import { pagesOf } from './pages';
import { readAll } from './paging';
import { readExtensions, readNamed, type WireExtension, type WirePage } from './wire';

/** What an account's tokens can be created for, as the platform offers it. Read once, and again after `forget`. */
export class LiveCatalogue {
	#reading: Promise<Catalogue> | undefined;
	#names: ReadonlyMap<string, string> | undefined;

	constructor(
		private readonly client: Client,
		private readonly cache: Cache,
	) {}

	/** Where the platform cannot be reached, what it offered the last time. */
	async read(): Promise<Catalogue> {
		const reading = (this.#reading ??= this.#read());
		try {
			return await reading;
		} catch (error) {
			this.forget();
			const { catalogue } = await this.cache.read();
			if (catalogue !== null && error instanceof ConnectError && error.isUnavailable) {
				return this.#remember(catalogue);
			}
			throw error;
		}
	}

	/** Learns what modules are called: from what was offered the last time, and where that is not known, from the platform. */
	async learnNames(): Promise<void> {
		const { catalogue } = await this.cache.read();
		this.#remember(catalogue ?? (await this.read()));
	}

	/** What a module is called; undefined where that is not known. */
	moduleName(id: string): string | undefined {
		return this.#names?.get(id);
	}

	forget(): void {
		this.#reading = undefined;
	}

	async #read(): Promise<Catalogue> {
		const [extensions, modules] = await Promise.all([
			readList(this.client, '/extensions', readExtensions),
			readList(this.client, '/modules', readNamed),
		]);
		const catalogue = {
			extensions: extensions
				.filter(({ mostTokens }) => mostTokens !== 0)
				.map(asExtension)
				.sort((one, other) => Number(isCustom(one)) - Number(isCustom(other))),
			modules: modules.filter(({ id }) => id !== ALL_MODULES),
		};
		this.cache.remember({ catalogue });
		return this.#remember(catalogue);
	}

	#remember(catalogue: Catalogue): Catalogue {
		this.#names = new Map(catalogue.modules.map(({ id, name }) => [id, name]));
		return catalogue;
	}
}

/** Whether it is the extension of tokens whose user chooses the modules. */
export function isCustom({ id, name }: { readonly id: string; readonly name: string }): boolean {
	return id === CUSTOM_EXTENSION || name.toLowerCase() === 'custom';
}

/** All items of a list, by name. */
async function readList<T extends { name: string }>(
	client: Client,
	path: string,
	read: (body: unknown) => WirePage<T> | undefined,
): Promise<readonly T[]> {
	const { items } = await readAll(pagesOf(client, `${path}?ordering(id)`, read));
	return [...items.values()].sort((one, other) => one.name.localeCompare(other.name, 'en'));
}

function asExtension({ id, name, description }: WireExtension): Extension {
	return { id, name, description, permissions: isCustom({ id, name }) ? null : [] };
}
