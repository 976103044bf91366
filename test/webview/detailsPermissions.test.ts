import { commandIds } from '../../src/models/manifestIds';
import { toUtcDate } from '../../src/domain/tokenUsage';
import { selectTab } from '../support/page/detailsDriver';
import { moduleUsage } from '../support/page/exampleUsage';
import { expect, test } from '../support/page/pageTest';
import { clickButton } from '../support/page/wizardDriver';

/** The host's time. Fixed, so that no test fails at midnight. */
const CLOCK = '2030-03-13T12:00:00.000Z';
const NOW = new Date(CLOCK);

test.describe('The Permissions tab', () => {
	test('says how each module was used, counts further requests, and offers to reduce the permissions', async ({ openDetails }) => {
		const { page, host, workspace } = await openDetails(
			{ permissions: ['MD-0024', 'billing', 'usage:read'] },
			{ now: CLOCK, usage: moduleUsage(NOW) },
		);
		await selectTab(page, 'Permissions');
		const rowOf = (name: string) => page.getByRole('list', { name: 'Enabled' }).getByRole('listitem').filter({ hasText: name });
		await expect(rowOf('Billing')).toContainText('12 reads, 3 writes · last on 10 Mar');
		await expect(rowOf('Usage')).toContainText('1,237 reads · last on 2 Mar');
		await expect(rowOf('DevOps')).toContainText('Not used in 30 days');
		await expect(page.getByText('Used (')).toHaveCount(0);
		await workspace.addUsage({
			days: [{ date: toUtcDate(NOW), statuses: { 200: 1 }, modules: { 'MD-0024': { read: 0, write: 1 } } }],
			lastUsed: CLOCK,
		});
		await expect(rowOf('DevOps')).toContainText('1 write · last on 13 Mar');
		await clickButton(page, 'Reduce to What It Uses…');
		await expect.poll(() => host.commands).toEqual([commandIds.reducePermissions]);
	});

	test('lists the modules that a token with all modules used', async ({ openDetails }) => {
		const { page } = await openDetails(
			{ permissions: ['MD-0000'] },
			{ now: CLOCK, usage: { ...moduleUsage(NOW), modulesSince: '2030-02-20' } },
		);
		await selectTab(page, 'Permissions');
		await expect(page.getByRole('list', { name: 'Used (3)' }).getByRole('listitem')).toHaveText([
			/^Usage.*1,237 reads/,
			/^Billing.*12 reads, 3 writes/,
			/^Account.*1 write/,
		]);
		await expect(page.getByText('Not used')).toHaveCount(0);
	});

	test('says since when modules are counted, and how many requests were denied since a reduction', async ({ openDetails }) => {
		const { page } = await openDetails(
			{ permissions: ['MD-0024', 'billing'] },
			{
				now: CLOCK,
				usage: { ...moduleUsage(NOW), modulesSince: '2030-02-20' },
				prepare: (host) => {
					host.reduction = { at: '2030-03-12T10:00:00.000Z', denied: 1 };
				},
			},
		);
		await selectTab(page, 'Permissions');
		await expect(page.getByText('Not used since 20 Feb')).toBeVisible();
		await expect(page.getByRole('region', { name: 'Permissions reduced on 12 Mar.' })).toContainText(
			'1 request was denied (403) since then.',
		);
	});

	test('doesn’t offer to reduce the permissions of an extension', async ({ openDetails }) => {
		const { page } = await openDetails({ extension: { id: 'zapier', name: 'Zapier' }, permissions: ['MD-0000'] }, { now: CLOCK });
		await selectTab(page, 'Permissions');
		await expect(page.getByRole('heading', { name: 'Used (0)' })).toBeVisible();
		await expect(page.getByRole('button', { name: 'Reduce to What It Uses…' })).toHaveCount(0);
	});
});
