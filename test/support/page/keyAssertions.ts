import { exampleSecrets } from './exampleToken';
import { expect, type TestPage } from './pageTest';

/** Expects that no secret is left in the document or in anything that the page has stored. */
export async function expectNoKey({ page, state }: TestPage): Promise<void> {
	const stored = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, location.href]));
	for (const text of [await page.content(), JSON.stringify(await state()), stored]) {
		for (const secret of Object.values(exampleSecrets)) {
			expect(text).not.toContain(secret);
		}
	}
}
