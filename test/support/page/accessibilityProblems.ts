import axe, { type AxeResults, type RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import type { TestPage } from './testPages';
import { pageThemes } from './pageThemes';

/** What axe finds wrong with the page as it stands, in every theme; the themes differ in their colours alone. */
export async function findAccessibilityProblems({ page, setTheme }: TestPage): Promise<string[]> {
	const problems: string[] = [];
	let options: RunOptions = {};
	for (const theme of Object.keys(pageThemes) as (keyof typeof pageThemes)[]) {
		await setTheme(theme);
		const { violations } = await runAxe(page, options);
		problems.push(
			...violations.flatMap(({ id, nodes }) =>
				nodes.map(({ target, failureSummary }) => `${theme}: ${id} at ${target.join(' ')}: ${failureSummary ?? ''}`),
			),
		);
		options = { runOnly: ['color-contrast'] };
	}
	return problems;
}

async function runAxe(page: Page, options: RunOptions): Promise<AxeResults> {
	// What the browser is told to evaluate from outside is not subject to the page's policy.
	await page.evaluate(`globalThis.axe || (() => { ${axe.source} })()`);
	return page.evaluate((chosen) => (globalThis as unknown as { axe: typeof axe }).axe.run(chosen), {
		...options,
		resultTypes: ['violations'],
	} as RunOptions);
}
