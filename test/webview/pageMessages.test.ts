import type { Frame, Page } from '@playwright/test';
import { expect, test, type DetailsTestPage } from '../support/page/pageTest';

/** A request that pages don't know. A page that accepts it answers with an error. */
const FORGED_REQUEST = { kind: 'request', id: 'forged', method: 'forged', params: null };
const FORGED_ANSWER = 'Unknown method "forged".';

/** Waits until the page has answered a request that the host sent after any message before. Returns all answers so far. */
async function readAnswers({ host, workspace }: DetailsTestPage): Promise<readonly string[]> {
	const { answers } = host.connection;
	const count = answers.filter((answer) => answer === 'show').length;
	await workspace.changeAnotherToken();
	await expect.poll(() => answers.filter((answer) => answer === 'show').length).toBeGreaterThan(count);
	return answers;
}

/** Adds a frame with the page's origin. */
async function addFrame(page: Page): Promise<Frame> {
	await page.evaluate(() => document.body.append(document.createElement('iframe')));
	return page.frames()[1]!;
}

test.describe('The messages of a page', () => {
	test('are accepted from its host', async ({ openDetails }) => {
		const details = await openDetails();
		await details.page.evaluate((message) => window.postMessage(message, window.origin), FORGED_REQUEST);
		expect(await readAnswers(details)).toContain(FORGED_ANSWER);
	});

	test('are ignored if they come from another frame of the same origin', async ({ openDetails }) => {
		const details = await openDetails();
		const frame = await addFrame(details.page);
		expect(await frame.evaluate(() => window.origin)).toBe(await details.page.evaluate(() => window.origin));
		await frame.evaluate((message) => window.parent.postMessage(message, '*'), FORGED_REQUEST);
		expect(await readAnswers(details)).not.toContain(FORGED_ANSWER);
	});

	test('are ignored if they come from a window that the page has opened', async ({ openDetails }) => {
		const details = await openDetails();
		const popupPromise = details.page.waitForEvent('popup');
		await details.page.evaluate(() => void window.open('about:blank'));
		const popup = await popupPromise;
		await popup.evaluate((message) => (window.opener as Window).postMessage(message, '*'), FORGED_REQUEST);
		expect(await readAnswers(details)).not.toContain(FORGED_ANSWER);
		await popup.close();
	});

	test('are ignored if they come from another origin or from no frame', async ({ openDetails }) => {
		const details = await openDetails();
		await details.page.evaluate((data) => {
			const { origin } = window;
			for (const init of [{ origin: 'https://evil.test', source: window }, { origin: 'null', source: window }, { origin }, {}]) {
				window.dispatchEvent(new MessageEvent('message', { data, ...init }));
			}
		}, FORGED_REQUEST);
		expect(await readAnswers(details)).not.toContain(FORGED_ANSWER);
	});
});
