import { readFileSync } from 'node:fs';
import type axe from 'axe-core';
import type { RunOptions } from 'axe-core';
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
	// The page's Content Security Policy doesn't apply to evaluated scripts.
	await page.evaluate(AXE_SOURCE);
	for (const theme of Object.keys(pageThemes) as ThemeName[]) {
		await setTheme(theme);
		problems.push(...(await runAxe(page, options)).map((problem) => `${theme}: ${problem}`));
		options = { runOnly: ['color-contrast'] };
	}
	return problems;
}

function runAxe(page: Page, options: RunOptions): Promise<string[]> {
	return page.evaluate(
		async (chosen) => {
			const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(chosen);
			// Axe's results are large, and transferring all of them takes longer than the checks.
			return violations.flatMap(({ id, nodes }) =>
				nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary ?? ''}`),
			);
		},
		{ ...options, resultTypes: ['violations'] } as RunOptions,
	);
}
