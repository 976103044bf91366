import { join } from 'node:path';
import { expect, shareWorkbench, test } from '../support/e2eTest';
import { findFreePorts } from '../support/freePorts';
import { startHaproxy, type HaproxyInstance } from '../support/haproxy/haproxyInstance';
import { findHaproxy } from '../support/haproxy/haproxyProgram';
import {
	answerQuickInput,
	answerQuickPick,
	chooseMenuItem,
	copyApiKey,
	detailsPage,
	runPaletteCommand,
	showNotifications,
	showTokensView,
	tokenRow,
} from '../support/workbenchDriver';

const NAME = 'Staging';
const FOLDER_NAME = 'gateway-policy';

const getWorkbench = shareWorkbench();

test('a team’s HAProxy: exported, enforced by two instances, a disabled token pushed, and the counts pulled', async ({ api }) => {
	const haproxy = await findHaproxy();
	test.skip(haproxy === undefined, 'HAProxy is required.');
	const workbench = getWorkbench();
	const { page, driver, folder } = workbench;
	const { id } = await driver.createToken({ name: NAME, permissions: ['products'] });
	const authorization = await copyApiKey(workbench, id);
	await showTokensView(workbench);
	await expect(tokenRow(page, NAME)).toBeVisible();
	const [port1, port2, peerPort1, peerPort2] = (await findFreePorts(4)) as [number, number, number, number];
	const instances: HaproxyInstance[] = [];
	const statuses: number[] = [];
	const request = async (path = '/products') => {
		const responses = await Promise.all(
			instances.map(({ port }) => fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization } })),
		);
		const received = responses.map(({ status }) => status);
		statuses.push(...received);
		return received;
	};

	try {
		await test.step('the policy is exported', async () => {
			await runPaletteCommand(page, 'Connect Tokens: Export Gateway Policy…');
			await answerQuickPick(page, '1/4', FOLDER_NAME);
			await answerQuickInput(page, '2/4', '127.0.0.1:8080');
			await answerQuickInput(page, '3/4', api.origin);
			await answerQuickInput(page, '4/4', `edge-1=127.0.0.1:${peerPort1}, edge-2=127.0.0.1:${peerPort2}`);
			const exported = await showNotifications(workbench, `Exported the policy of 1 token to “${FOLDER_NAME}”, without its API key.`);
			await exported.getByRole('button', { name: 'Open README' }).click();
			await expect(page.getByRole('tab', { name: 'README.md' })).toBeVisible();
		});

		await test.step('two instances enforce it', async () => {
			const options = { upstreamAuthorization: 'Bearer upstream' };
			instances.push(await startHaproxy(haproxy!, join(folder, FOLDER_NAME), { name: 'edge-1', port: port1, ...options }));
			instances.push(await startHaproxy(haproxy!, join(folder, FOLDER_NAME), { name: 'edge-2', port: port2, ...options }));
			expect(await request()).toEqual([200, 200]);
			expect(await request('/billing')).toEqual([403, 403]);
			expect(api.received.map(({ headers }) => headers.authorization)).toEqual(['Bearer upstream', 'Bearer upstream']);
		});

		await test.step('a disabled token is denied by both after a push', async () => {
			await chooseMenuItem(page, NAME, 'Disable Token');
			await expect(tokenRow(page, NAME, 'Disabled')).toBeVisible();
			expect(await request()).toEqual([200, 200]);
			await runPaletteCommand(page, 'Connect Tokens: Push Gateway Policy');
			await expect.poll(() => request(), { intervals: [50] }).toEqual([401, 401]);
			await expect(await showNotifications(workbench, 'Pushed the policy to “edge-1”, “edge-2”: 1 token changed.')).toBeVisible();
		});

		await test.step('the counts are on the Statistics tab', async () => {
			await runPaletteCommand(page, 'Connect Tokens: Pull Gateway Counts');
			await expect(await showNotifications(workbench, /Added counts of “edge-1”, “edge-2”: \d+ responses, 1 token\./)).toBeVisible();
			await tokenRow(page, NAME).click();
			const details = await detailsPage(page, NAME);
			await details.getByRole('tab', { name: 'Statistics' }).click();
			await expect(details.getByRole('radio', { name: /^Team / })).toBeChecked();
			await expect(details.getByText(/^Counted by the team's HAProxy instances \(edge-1, edge-2\), by status class only\./)).toBeVisible();
			for (const digit of [2, 4]) {
				const count = statuses.filter((status) => Math.floor(status / 100) === digit).length;
				await expect(details.locator('.totals .description-item', { hasText: new RegExp(`^${digit}xx${count}$`) })).toBeVisible();
			}
		});
	} finally {
		await Promise.all(instances.map((instance) => instance.stop()));
	}
});
