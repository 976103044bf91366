// The walkthrough's pictures. VS Code shows the one for its theme.
import { join } from 'node:path';
import type { FrameLocator } from '@playwright/test';
import type { OpenedWorkbench } from '../support/openWorkbench';
import {
	chooseMenuItem,
	detailsPage,
	fillGeneralStep,
	goToWizardStep,
	openWizardFromPalette,
	showTokensView,
	tokenRow,
	wizardPage,
} from '../support/workbenchDriver';
import type { ColorTheme } from './editorSettings';
import { repositoryRoot } from './paths';

/** What a page's body says about the theme. */
const PAGE_THEMES: Record<ColorTheme, string> = {
	dark: 'vscode-dark',
	light: 'vscode-light',
	highContrast: 'vscode-high-contrast',
	highContrastLight: 'vscode-high-contrast-light',
};

export interface WalkthroughScreenshotsOptions {
	readonly switchTheme: (theme: ColorTheme) => Promise<void>;
	/** Adds an account, and opens the statistics of one of its tokens. */
	readonly showAccount: () => Promise<FrameLocator>;
}

/** Takes the pictures in all themes, in a workbench with tokens in every status. */
export async function captureWalkthrough(
	workbench: OpenedWorkbench,
	{ switchTheme, showAccount }: WalkthroughScreenshotsOptions,
): Promise<void> {
	const { page } = workbench;
	const capture = async (name: string, content: FrameLocator) => {
		for (const theme of Object.keys(PAGE_THEMES) as ColorTheme[]) {
			await switchTheme(theme);
			// `switchTheme` switches to other themes in the meantime.
			const isSettled = ':not([data-vscode-theme-id="Monokai"]):not([data-vscode-theme-id="Abyss"])';
			await content.locator(`body[data-vscode-theme-kind="${PAGE_THEMES[theme]}"]${isSettled}`).waitFor();
			await content.locator('body').evaluate(() => document.fonts.ready.then(() => undefined));
			await page.screenshot({ path: join(repositoryRoot, 'media', `walkthrough-${name}-${theme}.png`), animations: 'disabled' });
		}
	};
	await page.setViewportSize({ width: 800, height: 640 });
	await showTokensView(workbench);
	await openWizardFromPalette(page);
	const wizard = await wizardPage(page);
	await fillGeneralStep(wizard, 'Order import');
	await goToWizardStep(wizard, 'Expiration');
	await goToWizardStep(wizard, 'Extension');
	await goToWizardStep(wizard, 'Permissions');
	// The first modules, so that the picture shows the steps, too.
	await wizard.getByRole('checkbox', { name: 'Billing', exact: true }).click();
	await capture('create', wizard);
	await tokenRow(page, 'Tutorial Token').click();
	const details = await detailsPage(page, 'Tutorial Token');
	await details.getByText(/:\*{10}$/).waitFor();
	await capture('watch', details);
	await chooseMenuItem(page, 'Tutorial Token', 'Renew Token…');
	await details.getByRole('radio', { name: /Same lifetime/ }).waitFor();
	await capture('renew', details);
	await page.keyboard.press('Escape');
	await capture('account', await showAccount());
}
