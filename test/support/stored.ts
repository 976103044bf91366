import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { eventually } from './eventually';

/** Waits until the workbench has written down a state, which in a browser it does every few seconds. */
export async function stored(page: Page, state: RegExp): Promise<void> {
	await eventually(async () => assert.match(await browserStorage(page), state));
}

/** Everything that the workbench keeps in the browser, as text: pages' states among it. */
export function browserStorage(page: Page): Promise<string> {
	return page.evaluate(async () => {
		const found: unknown[] = [Object.entries(localStorage), Object.entries(sessionStorage)];
		for (const { name } of await indexedDB.databases()) {
			const database = await new Promise<IDBDatabase>((resolve, reject) => {
				const opening = indexedDB.open(name!);
				opening.onsuccess = () => resolve(opening.result);
				opening.onerror = () => reject(new Error(`Cannot open ${name!}.`));
			});
			for (const store of Array.from(database.objectStoreNames)) {
				const all = database.transaction(store).objectStore(store).getAll();
				found.push(await new Promise((resolve) => (all.onsuccess = () => resolve(all.result))));
			}
			database.close();
		}
		return JSON.stringify(found);
	});
}
