import assert from 'node:assert/strict';
import type { DetailsTestPage } from './detailsDriver';

/** Asserts that no secret is left in the document or in anything that the page has stored. */
export async function assertKeepsNoKey({ page, state, host }: DetailsTestPage): Promise<void> {
	const stored = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, location.href]));
	for (const text of [await page.content(), JSON.stringify(await state()), stored]) {
		for (const which of ['current', 'previous'] as const) {
			assert.ok(!text.includes(host.authorization(which).split(':')[1]!));
		}
	}
}
