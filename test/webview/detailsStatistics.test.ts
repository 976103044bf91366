import type { Locator, Page } from '@playwright/test';
import { problem } from '../../src/domain/problems';
import { addTeamCounts, type TeamCount } from '../../src/domain/teamCountsPull';
import { DAY_MS } from '../../src/domain/token';
import type { StatusClass, StatusClassTotals } from '../../src/domain/tokenUsage';
import { commandIds } from '../../src/models/manifestIds';
import { selectTab } from '../support/page/detailsDriver';
import { exampleAuthorization, TOKEN_ID } from '../support/page/exampleToken';
import { busyMonthUsage, daysAgo, GATEWAY_URL, usageByDaysAgo } from '../support/page/exampleUsage';
import { fail } from '../support/page/pageHosts';
import { expect, test as base, type DetailsOptions, type DetailsTestPage, type TestWorkspace } from '../support/page/pageTest';
import { clickButton } from '../support/page/wizardDriver';

/** The host's time. Fixed, so that no test fails at midnight. */
const CLOCK = '2030-03-13T12:00:00.000Z';
const NOW = new Date(CLOCK);

interface StatisticsOptions extends DetailsOptions {
	/** Base URL of the gateway; by default, it isn't running. */
	readonly gatewayUrl?: string;
}

const test = base.extend<{ openStatistics: (options?: StatisticsOptions) => Promise<DetailsTestPage> }>({
	openStatistics: async ({ openDetails }, use) => {
		await use(async ({ gatewayUrl, prepare, ...options } = {}) => {
			const testPage = await openDetails(
				{},
				{
					now: CLOCK,
					prepare: (host) => {
						host.gateway.url = gatewayUrl;
						prepare?.(host);
					},
					...options,
				},
			);
			await selectTab(testPage.page, 'Statistics');
			return testPage;
		});
	},
});

test.describe('The Statistics tab', () => {
	test('explains why there are no responses and starts the gateway', async ({ openStatistics }) => {
		const { page, host } = await openStatistics();
		await expect(page.getByText('No responses yet')).toBeVisible();
		await expect(page.getByText("The gateway isn't running.")).toBeVisible();
		await clickButton(page, 'Start Gateway');
		await expect(page.getByText(GATEWAY_URL)).toBeVisible();
		expect(host.commands).toEqual([commandIds.startGateway]);
		await expect(page.getByRole('button', { name: 'Start Gateway' })).toHaveCount(0);
	});

	test('shows and copies the gateway URL while the gateway is running', async ({ openStatistics }) => {
		const { page, host } = await openStatistics({ gatewayUrl: GATEWAY_URL });
		await expect(page.getByText(GATEWAY_URL)).toBeVisible();
		await clickButton(page, 'Copy URL');
		await expect(page.getByRole('status').filter({ hasText: 'Copied' })).toBeVisible();
		await clickButton(page, 'New Request File');
		await expect.poll(() => host.commands).toEqual([commandIds.copyGatewayUrl, commandIds.newRequestFile]);
	});

	test('shows why the gateway could not be started, and retries', async ({ openStatistics }) => {
		const { page, host } = await openStatistics();
		const restoreGateway = fail(host.gateway, 'start', new Error('All ports are in use.'));
		await clickButton(page, 'Start Gateway');
		await expect(page.getByRole('alert').filter({ hasText: "Couldn't start the gateway." })).toContainText('All ports are in use.');
		restoreGateway();
		await clickButton(page, 'Try Again');
		await expect(page.getByText(GATEWAY_URL)).toBeVisible();
	});

	test('shows why the counts cannot be read instead of showing none', async ({ openStatistics }) => {
		const { page } = await openStatistics({
			prepare: ({ source }) => fail(source, 'getUsage', problem("You don't have permission to read them.")),
		});
		await expect(page.getByRole('alert').filter({ hasText: "You don't have permission to read them." })).toBeVisible();
		await expect(page.getByText('No responses yet')).toHaveCount(0);
		await selectTab(page, 'General');
		await expect(page.getByText('Last used')).toHaveCount(0);
	});

	test('shows the totals of the last 30 days by status class, and the matching chart', async ({ openStatistics }) => {
		const { page } = await openStatistics({
			usage: usageByDaysAgo({ 0: { 200: 1000, 101: 2 }, 1: { 302: 5, 404: 20 }, 29: { 503: 400 }, 30: { 200: 9999 } }, NOW),
			gatewayUrl: GATEWAY_URL,
		});
		await expectTotals(page, { Total: '1,427', '2xx': '1,002', '3xx': '5', '4xx': '20', '5xx': '400' });
		const [bars200, bars300, bars400, bars500] = await Promise.all(['2xx', '3xx', '4xx', '5xx'].map((item) => readBars(page, item)));
		expect([bars200, bars300, bars400, bars500].map((bars) => bars?.length)).toEqual([1, 1, 1, 1]);
		// Heights are proportional to the counts, but small counts stay visible.
		expect(Math.abs(bars200![0]!.height / bars500![0]!.height - 1002 / 400)).toBeLessThan(0.02);
		expect(bars300![0]!.height).toBeGreaterThanOrEqual(2);
		// Stacked without a gap.
		expect(Math.abs(bars400![0]!.y + bars400![0]!.height - bars300![0]!.y)).toBeLessThan(0.1);
		// From the oldest day on the left to today on the right.
		expect(bars500![0]!.x).toBeLessThan(bars300![0]!.x);
		expect(bars300![0]!.x).toBeLessThan(bars200![0]!.x);
		await expect(page.getByText('such as 101 for WebSockets, are counted as 2xx')).toBeVisible();
	});

	test('shows the last 24 hours, 7 days, or 30 days, and remembers which', async ({ openStatistics }) => {
		const { days } = usageByDaysAgo({ 0: { 200: 3, 404: 1 }, 6: { 200: 10 }, 7: { 500: 100 } }, NOW);
		const hours = [
			{ hour: '2030-03-12T13', statuses: { 200: 1 } },
			{ hour: '2030-03-13T11', statuses: { 200: 1, 404: 1 } },
		];
		const { page, state } = await openStatistics({ usage: { days, hours, lastUsed: CLOCK } });
		const choose = async (name: string, key: string) => {
			await page.keyboard.press(key);
			await expect(page.getByRole('radio', { name, checked: true })).toBeFocused();
			await expect(page.getByRole('heading', { name: `Responses in the last ${name}` })).toBeVisible();
		};
		await page.getByRole('radio', { name: '30 days' }).focus();
		await expectTotals(page, { Total: '114', '2xx': '13', '3xx': '0', '4xx': '1', '5xx': '100' });
		await choose('7 days', 'ArrowLeft');
		await expectTotals(page, { Total: '14', '2xx': '13', '3xx': '0', '4xx': '1', '5xx': '0' });
		await choose('24 hours', 'ArrowLeft');
		await expectTotals(page, { Total: '3', '2xx': '2', '3xx': '0', '4xx': '1', '5xx': '0' });
		await expect.poll(state).toMatchObject({ period: 'hours24' });
		const chart = page.getByRole('slider', { name: 'Responses by hour' });
		await page.keyboard.press('Tab');
		await expect(chart).toBeFocused();
		await page.keyboard.press('ArrowLeft');
		// Central European Time.
		await expect(chart).toHaveAttribute('aria-valuetext', /13 March 2030.* 12:00. 2 responses. 200: 1, 404: 1$/);
		await page.keyboard.press('Home');
		await expect(chart).toHaveAttribute('aria-valuetext', /12 March 2030.* 14:00. 1 response. 200: 1$/);
		await page.getByText('Show as Table').click();
		await expect
			.poll(() => readRows(page.getByRole('table', { name: 'Hours with responses' })))
			.toEqual([
				['Hour', '2xx', '3xx', '4xx', '5xx', 'Total'],
				['12:00', '1', '0', '1', '0', '2'],
				['14:00', '1', '0', '0', '0', '1'],
				['Total', '2', '0', '1', '0', '3'],
			]);
	});

	test('says that there were no responses in a period, and keeps the others available', async ({ openStatistics }) => {
		const { page } = await openStatistics({ usage: usageByDaysAgo({ 9: { 200: 1 } }, NOW), gatewayUrl: GATEWAY_URL });
		await page.getByRole('radio', { name: '7 days' }).check({ force: true });
		await expect(page.getByText('No responses in this period.')).toBeVisible();
		await expect(page.getByRole('slider')).toHaveCount(0);
		await page.getByRole('radio', { name: '30 days' }).check({ force: true });
		await expectTotals(page, { Total: '1', '2xx': '1', '3xx': '0', '4xx': '0', '5xx': '0' });
	});

	test('updates while responses are counted', async ({ openStatistics }) => {
		const { page, workspace } = await openStatistics({ gatewayUrl: GATEWAY_URL });
		for (const [added, total] of [
			[1, '1'],
			[1, '2'],
			[248, '250'],
		] as const) {
			await workspace.addUsage(usageByDaysAgo({ 0: { 200: added } }, NOW));
			await expectTotals(page, { Total: total, '2xx': total, '3xx': '0', '4xx': '0', '5xx': '0' });
		}
		workspace.advanceClock(31 * DAY_MS);
		await workspace.addUsage({ days: [], lastUsed: workspace.clock().toISOString() });
		await expect(page.getByText('No responses yet')).toBeVisible();
	});

	test('shows the numbers of a day only while it is pointed to', async ({ openStatistics }) => {
		const { page } = await openStatistics({
			usage: usageByDaysAgo({ 0: { 200: 12, 404: 1 }, 1: { 500: 7 } }, NOW),
			gatewayUrl: GATEWAY_URL,
		});
		const dayDetails = page.locator('.interval-details');
		const chart = slider(page);
		const box = (await chart.locator('.plot').boundingBox())!;
		// Above the bar, in the empty part of the day's area.
		await page.mouse.move(box.x + box.width - 4, box.y + 20);
		await expect(dayDetails.filter({ hasText: formatLongDay(0) }).filter({ hasText: /13 responses\s*200 12\s*404 1$/ })).toBeVisible();
		await page.mouse.move(box.x + box.width * (28.5 / 30), box.y + 100);
		await expect(dayDetails.filter({ hasText: formatLongDay(1) }).filter({ hasText: /7 responses\s*500 7$/ })).toBeVisible();
		await page.mouse.move(box.x + box.width * (20 / 30), box.y + 100);
		await expect(dayDetails.filter({ hasText: 'No responses' })).toBeVisible();
		await page.mouse.move(box.x, box.y - 100);
		await expect(dayDetails.filter({ hasText: 'Point to a day' })).toBeVisible();
	});

	test('shows the numbers of every day to keyboard and screen reader users', async ({ openStatistics }) => {
		const { page } = await openStatistics({
			usage: usageByDaysAgo({ 0: { 200: 12, 404: 1 }, 1: { 500: 7 }, 29: { 200: 1 } }, NOW),
			gatewayUrl: GATEWAY_URL,
		});
		const chart = slider(page);
		await page.getByRole('tab', { name: 'Statistics' }).focus();
		await page.keyboard.press('Tab');
		await page.keyboard.press('Tab');
		await expect(page.getByRole('radio', { name: '30 days' })).toBeFocused();
		await page.keyboard.press('Tab');
		await expect(chart).toBeFocused();
		const expectReading = (text: string) => expect(chart).toHaveAttribute('aria-valuetext', text);
		await expectReading(`${formatLongDay(0)}. 13 responses. 200: 12, 404: 1`);
		await expect(page.locator('.interval-details').filter({ hasText: formatLongDay(0) })).toBeVisible();
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
			await expectReading(text);
		}
		await page.keyboard.press('Tab');
		await expect(page.locator('.interval-details').filter({ hasText: 'Point to a day' })).toBeVisible();
	});

	test('shows the same numbers as a table on request', async ({ openStatistics }) => {
		const { page } = await openStatistics({
			usage: usageByDaysAgo({ 0: { 200: 1234, 101: 1 }, 3: { 304: 2, 404: 3, 999: 4 } }, NOW),
			gatewayUrl: GATEWAY_URL,
		});
		const table = page.getByRole('table', { name: 'Days with responses' });
		await expect(table).toHaveCount(0);
		await page.getByText('Show as Table').click();
		await expect(table).toBeVisible();
		await expect
			.poll(() => readRows(table))
			.toEqual([
				['Day', '2xx', '3xx', '4xx', '5xx', 'Total'],
				[formatShortDay(0), '1,235', '0', '0', '0', '1,235'],
				[formatShortDay(3), '0', '2', '3', '4', '9'],
				['Total', '1,235', '2', '3', '4', '1,244'],
			]);
	});

	test('shows that responses are not being counted along with the earlier counts', async ({ openStatistics }) => {
		const { page, host } = await openStatistics({ usage: busyMonthUsage(NOW) });
		await expect(page.getByText("so responses aren't being counted")).toBeVisible();
		await clickButton(page, 'Start Gateway');
		await expect(page.getByText("so responses aren't being counted")).toHaveCount(0);
		expect(host.commands).toEqual([commandIds.startGateway]);
		await expect(slider(page)).toBeVisible();
	});

	test('formats dates and numbers in the language of the user', async ({ openStatistics }) => {
		const { page } = await openStatistics({
			usage: usageByDaysAgo({ 0: { 200: 1_234_567 } }, NOW),
			language: { locale: 'de', texts: { Total: 'Summe' } },
		});
		await expectTotals(page, { Summe: '1.234.567', '2xx': '1.234.567', '3xx': '0', '4xx': '0', '5xx': '0' });
		const today = new Intl.DateTimeFormat('de', { dateStyle: 'full', timeZone: 'UTC' }).format(new Date(daysAgo(0, NOW)));
		const reading = await page.getByRole('slider').getAttribute('aria-valuetext');
		expect(reading?.slice(0, today.length)).toBe(today);
	});

	test('distinguishes the status classes by pattern as well as color', async ({ openStatistics }) => {
		const { page } = await openStatistics({ usage: busyMonthUsage(NOW), gatewayUrl: GATEWAY_URL });
		await expect(page.locator('pattern')).toHaveCount(4);
		const patterns = await page.locator('pattern').evaluateAll((all) => all.map((source) => source.innerHTML));
		expect(new Set(patterns).size).toBe(4);
		const overlays = page.locator('.totals .pattern-overlay');
		await expect(overlays).toHaveCount(4);
		for (const [index, statusClass] of ['2xx', '3xx', '4xx', '5xx'].entries()) {
			await expect(overlays.nth(index)).toHaveAttribute('fill', `url(#pattern-${statusClass})`);
		}
	});
});

test.describe('The statistics of the team', () => {
	/** Adds what an instance has counted, as *Pull Gateway Counts* does. */
	async function pullCounts(
		{ source, clock }: TestWorkspace,
		instance: string,
		days: Readonly<Record<number, Partial<StatusClassTotals>>>,
	) {
		const counts = Object.entries(days).flatMap(([daysBefore, classes]) =>
			Object.entries(classes).map(([statusClass, count]): TeamCount => ({
				tokenId: TOKEN_ID,
				date: daysAgo(Number(daysBefore), NOW),
				statusClass: statusClass as StatusClass,
				instance,
				count,
			})),
		);
		await addTeamCounts(source, { readAt: clock(), readings: [{ readFrom: instance, counts }] }, clock);
	}

	const origin = (page: Page, name: string) => page.getByRole('radiogroup', { name: 'Counted by' }).getByRole('radio', { name });

	test('are shown instead of those of this machine on request, say who counted them, and are updated', async ({ openStatistics }) => {
		const { page, workspace, state } = await openStatistics({ usage: usageByDaysAgo({ 0: { 200: 12, 404: 1 }, 9: { 200: 7 } }, NOW) });
		await expect(page.getByRole('radio', { name: '30 days' })).toBeVisible();
		await expect(page.getByRole('radiogroup', { name: 'Counted by' })).toHaveCount(0);
		await pullCounts(workspace, 'eu-1', { 0: { '2xx': 4000, '5xx': 2 } });
		await expect(page.getByText('Counted by the gateway on this machine.')).toBeVisible();
		await expectTotals(page, { Total: '20', '2xx': '19', '3xx': '0', '4xx': '1', '5xx': '0' });
		await expect(slider(page)).toHaveAccessibleDescription('Counted by the gateway on this machine.');

		await page.getByRole('tab', { name: 'Statistics' }).focus();
		await page.keyboard.press('Tab');
		await page.keyboard.press('Tab');
		await expect(origin(page, 'This machine 20')).toBeFocused();
		await page.keyboard.press('ArrowRight');
		await expect(page.getByRole('radio', { name: 'Team 4k', checked: true })).toBeFocused();
		const description = /^Counted by the team's HAProxy instances \(eu-1\), by status class only\. Last pulled: 13 Mar 2030, 13:00\.$/;
		await expect(page.getByText(description)).toBeVisible();
		await expectTotals(page, { Total: '4,002', '2xx': '4,000', '3xx': '0', '4xx': '0', '5xx': '2' });
		await expect(slider(page)).toHaveAttribute('aria-valuetext', `${formatLongDay(0)}. 4,002 responses. 2xx: 4,000, 5xx: 2`);
		await expect(slider(page)).toHaveAccessibleDescription(description);
		await expect(page.getByText("so responses aren't being counted")).toHaveCount(0);
		await expect.poll(state).toMatchObject({ origin: 'team', period: 'days30' });

		workspace.advanceClock(60_000);
		await pullCounts(workspace, 'eu-2', { 0: { '2xx': 1000 }, 8: { '3xx': 5 } });
		await expectTotals(page, { Total: '5,007', '2xx': '5,000', '3xx': '5', '4xx': '0', '5xx': '2' });
		await expect(page.getByText('(eu-1, eu-2), by status class only. Last pulled: 13 Mar 2030, 13:01.')).toBeVisible();
		await page.getByText('Show as Table').click();
		const table = page.getByRole('table', { name: 'Days with responses' });
		await expect(table).toHaveAccessibleDescription(/^Counted by the team's HAProxy/);
		await expect
			.poll(() => readRows(table))
			.toEqual([
				['Day', '2xx', '3xx', '4xx', '5xx', 'Total'],
				[formatShortDay(0), '5,000', '0', '0', '2', '5,002'],
				[formatShortDay(8), '0', '5', '0', '0', '5'],
				['Total', '5,000', '5', '0', '2', '5,007'],
			]);
		await page.getByRole('radio', { name: '7 days' }).check({ force: true });
		await expect(origin(page, 'Team 5k')).toBeChecked();
		await expect(origin(page, 'This machine 13')).not.toBeChecked();
	});

	test('are shown first for a token that only the team uses', async ({ openStatistics }) => {
		const { page, workspace } = await openStatistics();
		await pullCounts(workspace, 'eu-1', { 0: { '4xx': 3 } });
		await expect(origin(page, 'Team 3')).toBeChecked();
		await expectTotals(page, { Total: '3', '2xx': '0', '3xx': '0', '4xx': '3', '5xx': '0' });
		await origin(page, 'This machine 0').check({ force: true });
		await expect(page.getByText('No responses yet')).toBeVisible();
		await clickButton(page, 'Start Gateway');
		await expect(page.getByText(GATEWAY_URL)).toBeVisible();
		await origin(page, 'Team').check({ force: true });
		await expect(slider(page)).toBeVisible();
		await selectTab(page, 'General');
		await expect(page.getByText('Last used on this machine')).toBeVisible();
	});

	test('are not counted by hour', async ({ openStatistics }) => {
		const { page, workspace, state } = await openStatistics({ usage: busyMonthUsage(NOW) });
		await pullCounts(workspace, 'eu-1', { 0: { '2xx': 5 }, 20: { '2xx': 2 } });
		await page.getByRole('radio', { name: '24 hours' }).check({ force: true });
		await expect(origin(page, 'Team')).toHaveAccessibleName('Team');
		await origin(page, 'Team').check({ force: true });
		await expect(page.getByRole('heading', { name: 'Responses in the last 30 days' })).toBeVisible();
		await expect(page.getByRole('radio', { name: '24 hours' })).toHaveCount(0);
		await expectTotals(page, { Total: '7', '2xx': '7', '3xx': '0', '4xx': '0', '5xx': '0' });
		// The period is kept for the counts that have it.
		await origin(page, 'This machine').check({ force: true });
		await expect(page.getByRole('heading', { name: 'Responses in the last 24 hours' })).toBeVisible();
		await expect.poll(state).toMatchObject({ origin: 'own', period: 'hours24' });
	});

	test('are available although the counts of this machine cannot be read', async ({ openStatistics }) => {
		const { page, workspace } = await openStatistics({
			prepare: ({ source }) => fail(source, 'getUsage', problem("You don't have permission to read them.")),
		});
		await pullCounts(workspace, 'eu-1', { 0: { '2xx': 3 } });
		await expect(page.getByRole('alert').filter({ hasText: "You don't have permission to read them." })).toBeVisible();
		await origin(page, 'Team').check({ force: true });
		await expect(page.getByRole('alert')).toHaveCount(0);
		await expectTotals(page, { Total: '3', '2xx': '3', '3xx': '0', '4xx': '0', '5xx': '0' });
	});
});

test.describe('Last used', () => {
	test('shows a relative time that stays correct', async ({ openDetails }) => {
		const { page } = await openDetails({}, { clock: CLOCK, usage: usageByDaysAgo({ 0: { 200: 1 } }, NOW) });
		await expect(page.getByRole('definition').filter({ hasText: 'this minute' })).toBeVisible();
		await page.clock.runFor(3 * 60_000);
		await expect(page.getByText('(3 minutes ago)')).toBeVisible();
	});

	test('shows Never until the token is used', async ({ openDetails }) => {
		const { page, workspace } = await openDetails({ expires: 1 }, { clock: CLOCK });
		await expect(page.getByRole('definition').filter({ hasText: /^Never$/ })).toBeVisible();
		await workspace.addUsage(usageByDaysAgo({ 0: { 200: 1 } }, NOW));
		await expect(page.getByText('this minute')).toBeVisible();
	});

	test('does not hide a visible key when it changes', async ({ openDetails }) => {
		const { page, workspace } = await openDetails({}, { clock: CLOCK });
		await clickButton(page, 'View');
		await expect(page.getByText(exampleAuthorization())).toBeVisible();
		await workspace.addUsage(usageByDaysAgo({ 0: { 200: 1 } }, NOW));
		await expect(page.getByText('this minute')).toBeVisible();
		await expect(page.getByText(exampleAuthorization())).toBeVisible();
	});
});

function slider(page: Page): Locator {
	return page.getByRole('slider', { name: 'Responses by day' });
}

/** Expects the totals by their labels. */
function expectTotals(page: Page, totals: Record<string, string>): Promise<void> {
	return expect
		.poll(async () =>
			Object.fromEntries(
				await page
					.locator('.totals .description-item')
					.evaluateAll((all) => all.map((source) => [source.querySelector('dt')!.textContent, source.querySelector('dd')!.textContent])),
			),
		)
		.toEqual(totals);
}

/** The texts of a table's cells by row. */
function readRows(table: Locator): Promise<string[][]> {
	return table.getByRole('row').evaluateAll((all) => all.map((row) => [...row.querySelectorAll('th, td')].map((cell) => cell.textContent)));
}

/** Positions and sizes of the chart's bars for a status class, in pixels, from left to right. */
async function readBars(page: Page, statusClass: string): Promise<{ x: number; y: number; width: number; height: number }[]> {
	return page
		.locator(`.column .class-${statusClass}`)
		.evaluateAll((all) => all.map((bar) => bar.getBoundingClientRect().toJSON() as DOMRect));
}

const formatLongDay = (days: number) =>
	new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
		new Date(daysAgo(days, NOW)),
	);
const formatShortDay = (days: number) =>
	new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(daysAgo(days, NOW)));
