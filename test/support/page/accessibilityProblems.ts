import type axe from 'axe-core';
import type { RunOptions } from 'axe-core';
import type { Page } from '@playwright/test';
import type { TestPage } from './pageTest';
import type { ThemeName } from './applyTheme';
import { AXE_PATH } from './pageServer';
import { pageThemes } from './pageThemes';

/** The problems that axe finds in the page's current state, in every theme. Themes after the first are only checked for contrast. */
export async function findAccessibilityProblems({ page, setTheme }: TestPage): Promise<string[]> {
	const problems: string[] = [];
	let options: RunOptions = {};
	await loadAxe(page);
	for (const theme of Object.keys(pageThemes) as ThemeName[]) {
		await setTheme(theme);
		problems.push(...(await runAxe(page, options)).map((problem) => `${theme}: ${problem}`));
		options = { runOnly: ['color-contrast'] };
	}
	return problems;
}

/** Loads axe as a file, because the browser keeps the compiled code of a file for the next page. */
function loadAxe(page: Page): Promise<void> {
	return page.evaluate(
		(src) =>
			new Promise((resolve, reject) => {
				const script = document.createElement('script');
				// The page's Content Security Policy applies to it.
				script.nonce = document.querySelector<HTMLScriptElement>('script[nonce]')!.nonce;
				script.src = src;
				script.onload = () => {
					script.remove();
					resolve();
				};
				script.onerror = () => reject(new Error(`The page can't load ${src}.`));
				document.head.append(script);
			}),
		AXE_PATH,
	);
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
