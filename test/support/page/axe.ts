import axe, { type AxeResults, type RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import type { OpenedPage } from './openedPage';
import { themes } from './themes';

/** What axe finds wrong with the page as it stands, in every theme; the themes differ in their colours alone. */
export async function accessibilityProblems({ page, setTheme }: OpenedPage): Promise<string[]> {
	const problems: string[] = [];
	let options: RunOptions = {};
	for (const theme of Object.keys(themes) as (keyof typeof themes)[]) {
		await setTheme(theme);
		const { violations } = await run(page, options);
		problems.push(
			...violations.flatMap(({ id, nodes }) =>
				nodes.map(({ target, failureSummary }) => `${theme}: ${id} at ${target.join(' ')}: ${failureSummary ?? ''}`),
			),
		);
		options = { runOnly: ['color-contrast'] };
	}
	return problems;
}

async function run(page: Page, options: RunOptions): Promise<AxeResults> {
	// What the browser is told to evaluate from outside is not subject to the page's policy.
	await page.evaluate(`globalThis.axe || (() => { ${axe.source} })()`);
	return page.evaluate((chosen) => (globalThis as unknown as { axe: typeof axe }).axe.run(chosen), {
		...options,
		resultTypes: ['violations'],
	} as RunOptions);
}
