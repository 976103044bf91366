import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { eventually } from '../support/eventually';
import { openWorkbench } from '../support/openWorkbench';
import { seedTokens, workspaceStoreFolder, createTestRecord } from '../support/seedTokens';
import { focusMenuItem, showTokensView, tokenRow } from '../support/workbenchDriver';
import { milliseconds, type Row } from './resultTable';

/** Number of tokens with `FILTER_WORD` in their description. */
const SELECTED_COUNT = 100;
const FILTER_WORD = 'marked';

/** Times from the last key or click until the tree shows the result, in milliseconds. */
type Times = Record<'sort' | 'filter' | 'select all' | 'disable 100', number>;

/** Measures sorting, filtering, selecting, and disabling 100 tokens at once in the workbench, and how the times grow with the number of tokens. */
export async function measureTreeActions(counts: readonly number[]): Promise<readonly Row[]> {
	const measured: { count: number; times: Times }[] = [];
	for (const count of counts) {
		measured.push({ count, times: await measure(count) });
	}
	const actions = Object.keys(measured[0]!.times) as (keyof Times)[];
	return actions.flatMap((action) =>
		measured.flatMap(({ count, times }, index): Row[] => {
			const previous = measured[index - 1];
			const growth = previous && { tokens: count / previous.count, time: times[action] / previous.times[action] };
			return [
				{ label: `${action}, ${count} tokens`, figure: milliseconds(times[action]) },
				...(growth
					? [
							{
								label: `${action}, ${growth.tokens} × the tokens`,
								figure: `${growth.time.toFixed(1)} ×`,
								target: `at most ${growth.tokens} ×`,
							},
						]
					: []),
			];
		}),
	);
}

async function measure(count: number): Promise<Times> {
	const tokens = Array.from({ length: count }, (_, index) =>
		createTestRecord(index, index % (count / SELECTED_COUNT) === 0 ? { description: FILTER_WORD } : {}),
	);
	const workbench = await openWorkbench({ seed: (folders) => seedTokens(folders, tokens) });
	const { page } = workbench;
	try {
		await showTokensView(workbench);
		await rows(page).nth(5).waitFor();
		const top = await rows(page).first().textContent();
		await titleBarButton(page, 'Sort Tokens…').click();
		await quickPickItem(page, 'Name, Z to A').waitFor();
		const sort = await time(
			() => quickPickItem(page, 'Name, Z to A').click(),
			() => rows(page).first().filter({ hasNotText: top! }).waitFor(),
		);

		await selectFirst(page);
		const selectAll = await time(
			() => page.keyboard.press('Control+A'),
			() => page.locator('.part.sidebar [role="treeitem"][aria-selected="true"]').nth(5).waitFor(),
		);

		await titleBarButton(page, 'Filter Tokens…').click();
		await quickPickItem(page, 'Text').click();
		await page.locator('.quick-input-title', { hasText: '(2/2)' }).waitFor();
		await page.locator('.quick-input-widget input[type="text"]').fill(FILTER_WORD);
		const filter = await time(
			() => page.keyboard.press('Enter'),
			() => page.getByText(` · ${SELECTED_COUNT} of ${count}`).waitFor(),
		);

		await selectFirst(page);
		await page.keyboard.press('Control+A');
		const name = (await rows(page).first().getAttribute('aria-label'))!.split(',')[0]!;
		await focusMenuItem(page, tokenRow(page, name), 'Disable Token');
		const disable = await time(
			() => page.keyboard.press('Enter'),
			async () => {
				await page.getByRole('treeitem', { name: `${name}, Disabled` }).waitFor();
				await eventually(async () =>
					assert.equal(await countDisabled(join(workspaceStoreFolder(workbench), 'tokens.json')), SELECTED_COUNT),
				);
			},
		);
		return { sort, filter, 'select all': selectAll, 'disable 100': disable };
	} finally {
		await workbench.close();
	}
}

/** Measures the time from an action until its result is shown, in milliseconds. */
async function time(act: () => Promise<unknown>, waitForResult: () => Promise<unknown>): Promise<number> {
	const start = performance.now();
	await act();
	await waitForResult();
	return performance.now() - start;
}

async function countDisabled(store: string): Promise<number> {
	return (await readFile(store, 'utf8')).split('"enabled": false').length - 1;
}

/** Moves the focus to the tree. Unlike a plain click, this doesn't open the token. */
function selectFirst(page: Page): Promise<void> {
	return rows(page)
		.first()
		.click({ modifiers: ['ControlOrMeta'] });
}

function rows(page: Page): Locator {
	return page.locator('.part.sidebar [role="treeitem"][aria-level="2"]');
}

/** A button in the view's title bar. */
function titleBarButton(page: Page, name: string): Locator {
	return page.locator('.part.sidebar').getByRole('button', { name }).first();
}

/** An item of a quick pick. */
function quickPickItem(page: Page, label: string): Locator {
	return page.locator('.quick-input-list .monaco-list-row').getByText(label, { exact: true });
}
