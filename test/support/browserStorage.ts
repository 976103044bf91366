import { expect, type Page } from '@playwright/test';

/** Waits until the workbench has saved state that matches the pattern. In a browser, it saves every few seconds. */
export async function waitForStored(page: Page, pattern: RegExp): Promise<void> {
	await expect.poll(() => readBrowserStorage(page)).toMatch(pattern);
}

/** Reads everything that the workbench stores in the browser, including the state of webviews, as text. */
export function readBrowserStorage(page: Page): Promise<string> {
	return page.evaluate(async () => {
		const contents: unknown[] = [Object.entries(localStorage), Object.entries(sessionStorage)];
		for (const { name } of await indexedDB.databases()) {
			const database = await new Promise<IDBDatabase>((resolve, reject) => {
				const request = indexedDB.open(name!);
				request.onsuccess = () => resolve(request.result);
				request.onerror = () => reject(new Error(`Couldn't open ${name!}.`));
			});
			for (const store of Array.from(database.objectStoreNames)) {
				const request = database.transaction(store).objectStore(store).getAll();
				contents.push(await new Promise((resolve) => (request.onsuccess = () => resolve(request.result))));
			}
			database.close();
		}
		return JSON.stringify(contents);
	});
}
