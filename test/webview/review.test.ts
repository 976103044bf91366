import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { silentLog } from '../../src/domain/log';
import { TokenSources } from '../../src/domain/tokenSources';
import { WorkspaceSource } from '../../src/sources/workspace/workspaceSource';
import { reloadPage } from '../support/page/detailsDriver';
import { addDays } from '../support/page/exampleToken';
import { numberedRecords, numberedTokenId, type NumberedToken } from '../support/page/exampleTokens';
import { expectNoKey } from '../support/page/keyAssertions';
import { fail } from '../support/page/pageHosts';
import { expect, test as base, type PageOptions, type TestPage } from '../support/page/pageTest';
import { ReviewHost } from '../support/page/reviewHost';
import { keyFile } from '../support/page/reviewStates';
import { clickButton } from '../support/page/wizardDriver';
import { DEFAULT_OPTIONS } from '../support/store/sourceOptions';
import { MemoryVault } from '../support/store/memoryVault';

interface ReviewTestPage extends TestPage {
	readonly host: ReviewHost;
	readonly source: WorkspaceSource;
	/** Returns the status of each token by its name. */
	readonly statuses: () => Promise<Record<string, string>>;
}

type OpenReview = (tokens: readonly NumberedToken[], options?: Partial<PageOptions>) => Promise<ReviewTestPage>;

/** Opens the review of a workspace with these tokens. */
const test = base.extend<{ openReview: OpenReview }>({
	openReview: async ({ pages }, use) => {
		const cleanups: (() => Promise<void>)[] = [];
		await use(async (tokens, options = {}) => {
			const root = await mkdtemp(join(tmpdir(), 'connect-tokens-review-'));
			const folder = join(root, 'one');
			await mkdir(folder);
			const records = numberedRecords(tokens, new Date());
			await writeFile(join(folder, 'tokens.json'), JSON.stringify({ version: 1, tokens: records }));
			const source = new WorkspaceSource({ ...DEFAULT_OPTIONS, folder, vault: new MemoryVault(), clock: () => new Date() });
			const sources = new TokenSources(source, silentLog);
			const testPage = await pages.open({ name: 'review', ...options });
			const host = new ReviewHost({ transport: testPage.transport, sources, clock: () => new Date() });
			cleanups.push(async () => {
				host.dispose();
				await source.whenSwept;
				sources.dispose();
				source.dispose();
				await rm(root, { recursive: true, force: true, maxRetries: 10 });
			});
			await expect(testPage.page.getByRole('heading', { name: 'Review Tokens' })).toBeVisible();
			const statuses = async () => Object.fromEntries((await source.list()).map(({ name, status }) => [name, status]));
			return { ...testPage, host, source, statuses };
		});
		for (const cleanUp of cleanups) {
			await cleanUp();
		}
	},
});

const old = (number: number, name: string, changes: Partial<NumberedToken> = {}): NumberedToken => ({
	number,
	name,
	created: { at: addDays(new Date(), -40), by: 'Ada' },
	...changes,
});
const THREE = [old(1, 'Alpha'), old(2, 'Beta'), old(3, 'Gamma')];
const rowOf = (page: Page, name: string): Locator => page.getByRole('row').filter({ has: page.getByRole('button', { name, exact: true }) });
const checkbox = (page: Page, name: string) => page.getByRole('checkbox', { name, exact: true });

test.describe('The review', () => {
	test('shows which tokens need attention, and why, and selects none', async ({ openReview }) => {
		const { page } = await openReview([{ number: 9, name: 'Fine' }, ...THREE.slice(0, 2), old(3, 'Forever', { expires: null })]);
		await expect(page.getByRole('status').first()).toHaveText('3 of 4 tokens need attention.');
		await expect(page.getByRole('rowheader').getByRole('button')).toHaveText(['Forever', 'Alpha', 'Beta']);
		await expect(rowOf(page, 'Forever').getByRole('listitem')).toHaveText([/^Never used\s*Created .*\(40 days ago\)$/, /^Never expires/]);
		for (const box of await page.getByRole('checkbox').all()) {
			await expect(box).not.toBeChecked();
		}
		await expect(page.getByRole('button', { name: 'Delete Selected', disabled: true })).toBeVisible();
	});

	test('says what was checked if no token needs attention', async ({ openReview }) => {
		const { page, host } = await openReview([{ number: 1 }]);
		await expect(page.getByText('No token needs attention.')).toBeVisible();
		await expect(page.getByRole('table')).toHaveCount(0);
		await expect(page.getByRole('term')).toHaveCount(7);
		await clickButton(page, 'Find API Keys in Workspace');
		await expect.poll(() => host.commands).toEqual(['connectTokens.findKeys']);
	});

	test('disables the selected tokens, says so, and undoes it', async ({ openReview }) => {
		const { page, host, statuses } = await openReview(THREE);
		await checkbox(page, 'Alpha').check();
		await checkbox(page, 'Gamma').check();
		await expect(page.getByText('2 tokens selected')).toBeVisible();
		await expect(page.getByRole('checkbox', { name: 'Select all 3 tokens' })).toHaveJSProperty('indeterminate', true);
		await clickButton(page, 'Disable Selected');
		const result = page.getByRole('status').filter({ hasText: 'Disabled 2 tokens.' });
		await expect(result).toBeFocused();
		expect(await statuses()).toEqual({ Alpha: 'inactive', Beta: 'active', Gamma: 'inactive' });
		await expect(page.getByRole('rowheader').getByRole('button')).toHaveText(['Beta']);
		await expect(page.getByText('No token selected')).toBeVisible();
		expect(host.questions).toEqual([]);
		await clickButton(page, 'Undo');
		await expect(page.getByRole('status').filter({ hasText: 'Enabled 2 tokens.' })).toBeFocused();
		await expect(page.getByRole('rowheader')).toHaveCount(3);
	});

	test('deletes only after a question that names the tokens', async ({ openReview }) => {
		const { page, host, statuses } = await openReview(THREE);
		await page.getByRole('checkbox', { name: 'Select all 3 tokens' }).check();
		host.answer = false;
		await clickButton(page, 'Delete Selected');
		await expect.poll(() => host.questions.map(({ message }) => message)).toEqual(['Delete 3 tokens?']);
		expect(host.questions[0]?.detail).toContain(`Beta (${numberedTokenId(2)})`);
		await expect(page.getByText('3 tokens selected')).toBeVisible();
		expect(Object.keys(await statuses())).toHaveLength(3);
		host.answer = true;
		await clickButton(page, 'Delete Selected');
		await expect(page.getByText('No token needs attention.')).toBeVisible();
		await expect(page.getByRole('status').filter({ hasText: 'Deleted 3 tokens.' })).toBeFocused();
		expect(await statuses()).toEqual({});
	});

	test('shows why an action failed next to the token, and keeps that one selected', async ({ openReview }) => {
		const { page, source, statuses } = await openReview(THREE);
		const disable = source.disable.bind(source);
		source.disable = (id) => (id === numberedTokenId(2) ? Promise.reject(new Error('The token files are in use.')) : disable(id));
		await page.getByRole('checkbox', { name: 'Select all 3 tokens' }).check();
		await clickButton(page, 'Disable Selected');
		await expect(rowOf(page, 'Beta').getByRole('alert')).toHaveText('The token files are in use.');
		await expect(page.getByText("Disabled 2 tokens. 1 token couldn't be changed.")).toBeVisible();
		await expect(checkbox(page, 'Beta')).toBeChecked();
		expect(await statuses()).toEqual({ Alpha: 'inactive', Beta: 'active', Gamma: 'inactive' });
	});

	test('offers the most suitable remedy as a button, and the others in a menu, with the keyboard', async ({ openReview }) => {
		const { page, host, statuses } = await openReview([old(1, 'Forever', { expires: null }), old(2, 'Expired', { expires: -60 })]);
		await rowOf(page, 'Forever').getByRole('button', { name: 'More Actions for Forever' }).focus();
		await page.keyboard.press('Enter');
		await expect(page.getByRole('menuitem')).toHaveText(['Delete', 'Set Expiration…', 'Open Details']);
		await expect(page.getByRole('menuitem', { name: 'Delete' })).toBeFocused();
		await page.keyboard.press('ArrowDown');
		await expect(page.getByRole('menuitem', { name: 'Set Expiration…' })).toBeFocused();
		await page.keyboard.press('Enter');
		await expect.poll(() => host.commands).toEqual([`connectTokens.rotateToken ${numberedTokenId(1)}`]);
		await clickButton(page, 'Forever');
		await expect.poll(() => host.commands.at(-1)).toBe(`connectTokens.openDetails ${numberedTokenId(1)}`);
		await rowOf(page, 'Expired').getByRole('button', { name: 'Delete Expired' }).click();
		await expect.poll(statuses).toEqual({ Forever: 'active' });
	});

	test('focuses a menu as it opens, so that a message that gets the focus next cannot close it', async ({ openReview }) => {
		const { page } = await openReview([old(1, 'Forever', { expires: null })]);
		const focused = await page.getByRole('button', { name: 'More Actions for Forever' }).evaluate(async (button: HTMLElement) => {
			button.click();
			await new Promise((resolve) => setTimeout(resolve));
			return document.activeElement?.textContent;
		});
		expect(focused).toBe('Delete');
	});

	test('opens a token while another one is being changed, without losing its menu, and changes one at a time', async ({ openReview }) => {
		const { page, host, statuses } = await openReview([
			...THREE,
			old(4, 'Forever', { expires: null }),
			old(5, 'Expired', { expires: -60 }),
		]);
		const held = host.connection.holdResponses('apply');
		await page.getByRole('button', { name: 'Delete Expired' }).click();
		await expect(page.getByText('4 of 4 tokens need attention.')).toBeVisible();
		const openMenu = () => page.getByRole('button', { name: 'More Actions for Forever' }).click();
		await openMenu();
		await expect(page.getByRole('menuitem', { name: 'Delete', disabled: true })).toBeVisible();
		await page.getByRole('menuitem', { name: 'Set Expiration…' }).click();
		await expect.poll(() => host.commands).toEqual([`connectTokens.rotateToken ${numberedTokenId(4)}`]);
		await openMenu();
		held.release();
		await expect(page.getByText('Deleted 1 token.')).toBeVisible();
		await page.getByRole('menuitem', { name: 'Delete', disabled: false }).click();
		await expect.poll(statuses).toEqual({ Alpha: 'active', Beta: 'active', Gamma: 'active' });
	});

	test('goes to the files with keys', async ({ openReview }) => {
		const { page, host } = await openReview([{ number: 1, name: 'Leaked' }]);
		await expect(page.getByText('No token needs attention.')).toBeVisible();
		host.changeKeyFiles(new Map([[numberedTokenId(1), [keyFile('requests.http', 11), keyFile('.env', 0)]]]));
		await expect(page.getByText('1 of 1 token needs attention.')).toBeVisible();
		await expect(rowOf(page, 'Leaked')).toContainText('2 files contain an API key.');
		await clickButton(page, '.env:1');
		await expect.poll(() => host.opened).toEqual(['.env:1']);
		await rowOf(page, 'Leaked').getByRole('button', { name: 'Go to File Leaked' }).click();
		await expect.poll(() => host.opened).toEqual(['.env:1', 'requests.http:12']);
	});

	test('filters by reason, and applies actions only to what it shows', async ({ openReview }) => {
		const { page, statuses } = await openReview([...THREE, old(4, 'Expired', { expires: -60 })]);
		await page.getByRole('checkbox', { name: 'Select all 4 tokens' }).check();
		await page.getByRole('button', { name: /^Expired long ago/ }).click();
		await expect(page.getByText('1 token selected')).toBeVisible();
		await expect(page.getByRole('rowheader').getByRole('button')).toHaveText(['Expired']);
		await clickButton(page, 'Delete Selected');
		await expect(page.getByText('3 of 3 tokens need attention.')).toBeVisible();
		expect(Object.keys(await statuses())).toEqual(['Alpha', 'Beta', 'Gamma']);
		await expect(page.getByRole('rowheader')).toHaveCount(3);
	});

	test('keeps the selection and the filter after a reload, and stores no key', async ({ openReview }) => {
		const testPage = await openReview([...THREE, old(4, 'Expired', { expires: -60 })]);
		const { page, state } = testPage;
		await page.getByRole('button', { name: /^Never used/ }).click();
		await checkbox(page, 'Beta').check();
		await expect.poll(state).toEqual({ selected: [{ sourceId: 'workspace', tokenId: numberedTokenId(2) }], filter: 'neverUsed' });
		await reloadPage(page);
		await expect(page.getByRole('button', { name: /^Never used/, pressed: true })).toBeVisible();
		await expect(checkbox(page, 'Beta')).toBeChecked();
		await expect(checkbox(page, 'Alpha')).not.toBeChecked();
		await expectNoKey(testPage);
	});

	test('shows more rows on request, and stays responsive with thousands of them', async ({ openReview }) => {
		const { page, statuses } = await openReview(
			Array.from({ length: 1200 }, (_, index) => ({ number: index + 1, name: `Token ${index + 1}`, expires: null })),
		);
		await expect(page.getByRole('rowheader')).toHaveCount(100);
		await clickButton(page, 'Show More');
		await expect(page.getByRole('rowheader')).toHaveCount(200);
		const longestTaskMs = await page.evaluate(async () => {
			const tasks: number[] = [];
			const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
			observer.observe({ type: 'longtask' });
			document.querySelector<HTMLElement>('tbody input')!.click();
			await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve))));
			return Math.max(0, ...tasks);
		});
		// Generous, because other tests use the same machine.
		expect(longestTaskMs).toBeLessThan(1000);
		await page.getByRole('checkbox', { name: 'Select all 1,200 tokens' }).check();
		await clickButton(page, 'Disable Selected');
		await expect(page.getByRole('status').filter({ hasText: 'Disabled 1200 tokens.' })).toBeVisible();
		expect(new Set(Object.values(await statuses()))).toEqual(new Set(['inactive']));
	});

	test('shows a failed request with its reason, and tries again', async ({ openReview }) => {
		const { page, host } = await openReview(THREE);
		await checkbox(page, 'Alpha').check();
		const restore = host.connection.answer('apply', new Error('The window is closing.'));
		await clickButton(page, 'Disable Selected');
		await expect(page.getByRole('alert')).toContainText('The window is closing.');
		restore();
		await clickButton(page, 'Try Again');
		await expect(page.getByText('Disabled 1 token.')).toBeVisible();
	});

	test('says that the usage of the workspace is unknown if it cannot be read', async ({ openReview }) => {
		const { page, source } = await openReview([{ number: 1, name: 'Forever', expires: null }]);
		fail(source, 'readActivity', new Error('The disk failed.'));
		await reloadPage(page);
		await expect(page.getByRole('region', { name: "The workspace's tokens couldn't be read completely." })).toContainText(
			'The disk failed.',
		);
		await expect(rowOf(page, 'Forever')).toBeVisible();
	});
});
