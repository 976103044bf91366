import { readFileSync } from 'node:fs';
import type axe from 'axe-core';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from '@playwright/test';
import type { TestPage } from './pageTest';
import type { ThemeName } from './applyTheme';
import { pageThemes } from './pageThemes';

/** The minified source. Each page parses it. */
const AXE_SOURCE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** The problems that axe finds in the page's current state, in every theme. Themes after the first are only checked for contrast. */
export async function findAccessibilityProblems({ page, setTheme }: TestPage): Promise<string[]> {
	const problems: string[] = [];
	let options: RunOptions = {};
	for (const theme of Object.keys(pageThemes) as ThemeName[]) {
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
	// The page's Content Security Policy doesn't apply to evaluated scripts.
	await page.evaluate(`globalThis.axe || (() => { ${AXE_SOURCE} })()`);
	return page.evaluate((chosen) => (globalThis as unknown as { axe: typeof axe }).axe.run(chosen), {
		...options,
		resultTypes: ['violations'],
	} as RunOptions);
}
