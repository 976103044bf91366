import assert from 'node:assert/strict';
import type { Locator, Page } from '@playwright/test';
import { NO_USAGE } from '../../src/domain/tokenUsage';
import { openDetails, selectTab, type DetailsTestPage } from '../support/page/detailsDriver';
import type { FakeDetailsHost } from '../support/page/fakeDetailsHost';
import { waitForFocus } from '../support/page/accessibleState';
import { usePages } from '../support/page/testPages';
import { busyMonthUsage, daysAgo, GATEWAY_URL, usageByDaysAgo } from '../support/page/exampleUsage';
import { clickButton } from '../support/page/wizardDriver';

test.describe('The Statistics tab', () => {
	async function openStatistics(
		changes: Partial<Pick<FakeDetailsHost, 'tokenUsage' | 'gatewayUrl' | 'usageOverrides'>> = {},
	): Promise<DetailsTestPage> {
		const testPage = await openDetails({}, { prepare: (host) => void Object.assign(host, changes) });
		await selectTab(testPage.page, 'Statistics');
		return testPage;
	}

	test('explains why there are no responses and starts the gateway', async ({ openStatistics }) => {
		const { page, host } = await openStatistics();
		await expect(page.getByText('No responses yet')).toBeVisible();
		await expect(page.getByText("The gateway isn't running.")).toBeVisible();
		await clickButton(page, 'Start Gateway');
		await expect(page.getByText(GATEWAY_URL)).toBeVisible();
		assert.deepEqual(host.runs, ['startGateway']);
		await expect(page.getByRole('button', { name: 'Start Gateway' })).toHaveCount(0);
	});

	test('shows and copies the gateway URL while the gateway is running', async ({ openStatistics }) => {
		const { page, host } = await openStatistics({ gatewayUrl: GATEWAY_URL });
		await expect(page.getByText(GATEWAY_URL)).toBeVisible();
		await clickButton(page, 'Copy URL');
		await expect(page.getByRole('status').filter({ hasText: 'Copied' })).toBeVisible();
		await clickButton(page, 'New Request File');
		await waitForActions(page, host, ['copyGatewayUrl', 'newRequestFile']);
	});

	test('shows why the gateway could not be started, and retries', async ({ openStatistics }) => {
		const { page, host } = await openStatistics();
		host.handlerOverrides.run = () => {
			throw new Error('All ports are in use.');
		};
		await clickButton(page, 'Start Gateway');
		await expect(page.getByRole('alert').filter({ hasText: "Couldn't start the gateway." }).filter({ hasText: 'All ports are in use.' })).toBeVisible();
		host.handlerOverrides = {};
		await clickButton(page, 'Try Again');
		await expect(page.getByText(GATEWAY_URL)).toBeVisible();
	});

	test('shows why the counts cannot be read instead of showing none', async ({ openStatistics }) => {
		const { page } = await openStatistics({ usageOverrides: { problem: "You don't have permission to read them." } });
		await expect(page.getByRole('alert').filter({ hasText: "You don't have permission to read them." })).toBeVisible();
		await expect(page.getByText('No responses yet')).toHaveCount(0);
		await selectTab(page, 'General');
		await expect(page.getByText('Last used')).toHaveCount(0);
	});

	test('shows the totals of the last 30 days by status class, and the matching chart', async ({ openStatistics }) => {
		const { page } = await openStatistics({
			tokenUsage: usageByDaysAgo({ 0: { 200: 1000, 101: 2 }, 1: { 302: 5, 404: 20 }, 29: { 503: 400 }, 30: { 200: 9999 } }),
			gatewayUrl: GATEWAY_URL,
		});
		assert.deepEqual(await readTotals(page), { Total: '1,427', '200s': '1,002', '300s': '5', '400s': '20', '500s': '400' });
		const [bars200, bars300, bars400, bars500] = await Promise.all(['200s', '300s', '400s', '500s'].map((item) => readBars(page, item)));
		assert.deepEqual([bars200!.length, bars300!.length, bars400!.length, bars500!.length], [1, 1, 1, 1]);
		// Heights are proportional to the counts, but small counts stay visible.
		assert.ok(Math.abs(bars200![0]!.height / bars500![0]!.height - 1002 / 400) < 0.02);
		assert.ok(bars300![0]!.height >= 2);
		// Stacked without a gap.
		assert.ok(Math.abs(bars400![0]!.y + bars400![0]!.height - bars300![0]!.y) < 0.1);
		// From the oldest day on the left to today on the right.
		assert.ok(bars500![0]!.x < bars300![0]!.x && bars300![0]!.x < bars200![0]!.x);
		await expect(page.getByText('such as 101 for WebSockets, are included in the 200s')).toBeVisible();
	});

	test('updates while responses are counted', async ({ openStatistics }) => {
		const { page, host } = await openStatistics({ gatewayUrl: GATEWAY_URL });
		for (const count of [1, 2, 250]) {
			await host.showUsage({ tokenUsage: usageByDaysAgo({ 0: { 200: count } }) });
			await expect(page
				.getByRole('definition')
				.filter({ hasText: new RegExp(`^${count}$`) })
				.first()).toBeVisible();
		}
		assert.equal((await readTotals(page)).Total, '250');
		await host.showUsage({ tokenUsage: NO_USAGE });
		await expect(page.getByText('No responses yet')).toBeVisible();
	});

	test('shows the numbers of a day only while it is pointed to', async ({ openStatistics }) => {
		const { page } = await openStatistics({
			tokenUsage: usageByDaysAgo({ 0: { 200: 12, 404: 1 }, 1: { 500: 7 } }),
			gatewayUrl: GATEWAY_URL,
		});
		const dayDetails = page.locator('.day-details');
		const chart = slider(page);
		const box = (await chart.locator('.plot').boundingBox())!;
		// Above the bar, in the empty part of the day's area.
		await page.mouse.move(box.x + box.width - 4, box.y + 20);
		await expect(dayDetails
			.filter({ hasText: formatLongDay(0) })
			.filter({ hasText: /13 responses\s*200 12\s*404 1$/ })).toBeVisible();
		await page.mouse.move(box.x + box.width * (28.5 / 30), box.y + 100);
		await expect(dayDetails
			.filter({ hasText: formatLongDay(1) })
			.filter({ hasText: /7 responses\s*500 7$/ })).toBeVisible();
		await page.mouse.move(box.x + box.width * (20 / 30), box.y + 100);
		await expect(dayDetails.filter({ hasText: 'No responses' })).toBeVisible();
		await page.mouse.move(box.x, box.y - 100);
		await expect(dayDetails.filter({ hasText: 'Point to a day' })).toBeVisible();
	});

	test('shows the numbers of every day to keyboard and screen reader users', async ({ openStatistics }) => {
		const { page } = await openStatistics({
			tokenUsage: usageByDaysAgo({ 0: { 200: 12, 404: 1 }, 1: { 500: 7 }, 29: { 200: 1 } }),
			gatewayUrl: GATEWAY_URL,
		});
		const chart = slider(page);
		await page.getByRole('tab', { name: 'Statistics' }).focus();
		await page.keyboard.press('Tab');
		await page.keyboard.press('Tab');
		await expect(chart).toBeFocused();
		const waitForReading = (text: string) => page.locator(`[role=slider][aria-valuetext="${text}"]`).waitFor();
		await waitForReading(`${formatLongDay(0)}. 13 responses. 200: 12, 404: 1`);
		await expect(page
			.locator('.day-details')
			.filter({ hasText: formatLongDay(0) })).toBeVisible();
		for (const [key, text] of [
			['ArrowLeft', `${formatLongDay(1)}. 7 responses. 500: 7`],
			['ArrowLeft', `${formatLongDay(2)}. No responses`],
			['ArrowRight', `${formatLongDay(1)}. 7 responses. 500: 7`],
			['Home', `${formatLongDay(29)}. 1 response. 200: 1`],
			['ArrowLeft', `${formatLongDay(29)}. 1 response. 200: 1`],
			['PageUp', `${formatLongDay(22)}. No responses`],
			['End', `${formatLongDay(0)}. 13 responses. 200: 12, 404: 1`],
			['ArrowRight', `${formatLongDay(0)}. 13 responses. 200: 12, 404: 1`],
		] as const) {
			await page.keyboard.press(key);
			await waitForReading(text);
		}
		await page.keyboard.press('Tab');
		await expect(page.locator('.day-details').filter({ hasText: 'Point to a day' })).toBeVisible();
	});

	test('shows the same numbers as a table on request', async ({ openStatistics }) => {
		const { page } = await openStatistics({
			tokenUsage: usageByDaysAgo({ 0: { 200: 1234, 101: 1 }, 3: { 304: 2, 404: 3, 999: 4 } }),
			gatewayUrl: GATEWAY_URL,
		});
		const table = page.getByRole('table', { name: 'Days with responses' });
		await expect(table).toHaveCount(0);
		await page.getByText('Show as Table').click();
		await expect(table).toBeVisible();
		const tableRows = await table
			.getByRole('row')
			.evaluateAll((all) => all.map((row) => [...row.querySelectorAll('th, td')].map((cell) => cell.textContent)));
		assert.deepEqual(tableRows, [
			['Day', '200s', '300s', '400s', '500s', 'Total'],
			[formatShortDay(0), '1,235', '0', '0', '0', '1,235'],
			[formatShortDay(3), '0', '2', '3', '4', '9'],
			['Total', '1,235', '2', '3', '4', '1,244'],
		]);
	});

	test('shows that responses are not being counted along with the earlier counts', async ({ openStatistics }) => {
		const { page, host } = await openStatistics({ tokenUsage: busyMonthUsage() });
		await expect(page.getByText("so responses aren't being counted")).toBeVisible();
		await clickButton(page, 'Start Gateway');
		await expect(page.getByText("so responses aren't being counted")).toHaveCount(0);
		assert.deepEqual(host.runs, ['startGateway']);
		await expect(slider(page)).toBeVisible();
	});

	test('formats dates and numbers in the language of the user', async ({ openDetails }) => {
		const opened = await openDetails(
			{},
			{
				prepare: (host) => {
					host.tokenUsage = usageByDaysAgo({ 0: { 200: 1_234_567 } });
					host.snapshotOverrides = { language: { locale: 'de', texts: { Total: 'Summe' } } };
				},
			},
		);
		await selectTab(opened.page, 'Statistics');
		assert.equal((await readTotals(opened.page)).Summe, '1.234.567');
		const [valueText] = await opened.page
			.locator('[role=slider]')
			.evaluateAll((all) => all.map((source) => source.getAttribute('aria-valuetext')!));
		assert.ok(
			valueText!.startsWith(new Intl.DateTimeFormat('de', { dateStyle: 'full', timeZone: 'UTC' }).format(new Date(daysAgo(0)))),
			valueText,
		);
	});

	test('distinguishes the status classes by pattern as well as color', async ({ openStatistics }) => {
		const { page } = await openStatistics({ tokenUsage: busyMonthUsage(), gatewayUrl: GATEWAY_URL });
		const patternIds = await page.locator('pattern').evaluateAll((all) => all.map((source) => source.innerHTML));
		assert.equal(patternIds.length, 4);
		assert.equal(new Set(patternIds).size, 4);
		const usedPatternIds = await page
			.locator('.totals .pattern-overlay')
			.evaluateAll((all) => all.map((source) => source.getAttribute('fill')));
		assert.deepEqual(usedPatternIds, ['url(#pattern-200s)', 'url(#pattern-300s)', 'url(#pattern-400s)', 'url(#pattern-500s)']);
	});
});

test.describe('Last used', () => {
	test('shows a relative time that stays correct', async ({ openDetails }) => {
		const { page } = await openDetails(
			{},
			{ clock: true, prepare: (host) => (host.tokenUsage = usageByDaysAgo({ 0: { 200: 1 } })) },
		);
		const lastUsedText = page.getByRole('definition').filter({ hasText: 'this minute' });
		await expect(lastUsedText).toBeVisible();
		await page.clock.runFor(3 * 60_000);
		await expect(page.getByText('(3 minutes ago)')).toBeVisible();
	});

	test('shows Never until the token is used', async ({ openDetails }) => {
		const { page, host } = await openDetails({ expirationDate: new Date(Date.now() + 86_400_000).toISOString() });
		await expect(page
			.getByRole('definition')
			.filter({ hasText: /^Never$/ })).toBeVisible();
		await host.showUsage({ tokenUsage: usageByDaysAgo({ 0: { 200: 1 } }) });
		await expect(page.getByText('this minute')).toBeVisible();
	});

	test('does not hide a visible key when it changes', async ({ openDetails }) => {
		const { page, host } = await openDetails();
		await clickButton(page, 'View');
		await expect(page.getByText(exampleAuthorization())).toBeVisible();
		await host.showUsage({ tokenUsage: usageByDaysAgo({ 0: { 200: 1 } }) });
		await expect(page.getByText('this minute')).toBeVisible();
		await expect(page.getByText(exampleAuthorization())).toBeVisible();
	});
});

function slider(page: Page): Locator {
	return page.getByRole('slider', { name: 'Responses by day' });
}

async function readTotals(page: Page): Promise<Record<string, string>> {
	const totals = await page
		.locator('.totals .description-item')
		.evaluateAll((all) => all.map((source) => [source.querySelector('dt')!.textContent, source.querySelector('dd')!.textContent]));
	return Object.fromEntries(totals) as Record<string, string>;
}

/** Positions and sizes of the chart's bars for a status class, in pixels, from left to right. */
async function readBars(page: Page, statusClass: string): Promise<{ x: number; y: number; width: number; height: number }[]> {
	return page
		.locator(`.column .class-${statusClass}`)
		.evaluateAll((all) => all.map((bar) => bar.getBoundingClientRect().toJSON() as DOMRect));
}

async function waitForActions(page: Page, host: FakeDetailsHost, actions: readonly string[]): Promise<void> {
	await expect(page.getByRole('button', { name: 'New Request File', disabled: false })).toBeVisible();
	assert.deepEqual(host.runs, actions);
}

const formatLongDay = (days: number) =>
	new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
		new Date(daysAgo(days)),
	);
const formatShortDay = (days: number) =>
	new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(daysAgo(days)));
