import { expect, test } from '../support/page/pageTest';

test.describe('Allowed hosts on the details page', () => {
	test('are listed, and revoked with a button that names the host', async ({ openDetails }) => {
		const { page, host } = await openDetails();
		const hosts = page.locator('.allowed-hosts li');
		await expect(hosts).toHaveText(['This machine (localhost)']);
		await host.allow({ origin: 'https://api.example.com' });
		await host.allow({ file: 'file:///project/all%20requests.http' });
		await expect(hosts).toHaveText([
			'This machine (localhost)',
			/^api\.example\.com/,
			/^\/project\/all requests\.http.*can't be determined/,
		]);
		await page.getByRole('button', { name: 'Revoke api.example.com' }).click();
		await expect(hosts).toHaveCount(2);
	});

	test('stay listed with the reason if revoking one fails', async ({ openDetails }) => {
		const { page, host } = await openDetails();
		await host.allow({ origin: 'https://api.example.com' });
		host.hosts.nextError = new Error('The disk is full.');
		const button = page.getByRole('button', { name: 'Revoke api.example.com' });
		await button.click();
		await expect(page.getByRole('alert')).toContainText('The disk is full.');
		await button.click();
		await expect(page.getByRole('alert')).toHaveCount(0);
		await expect(button).toHaveCount(0);
	});
});
