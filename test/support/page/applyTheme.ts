import { pageFonts, pageThemes } from './pageThemes';

export type ThemeName = keyof typeof pageThemes;

export interface ThemeAppearance {
	readonly variables: Record<string, string>;
	readonly kind: string;
}

/** What {@link applyTheme} needs in the browser. */
export function getThemeAppearance(theme: ThemeName): ThemeAppearance {
	return { variables: { ...pageFonts, ...pageThemes[theme].variables }, kind: pageThemes[theme].kind };
}

/** Applies a theme as VS Code does. Runs in the browser, so it must not use anything outside of it. */
export function applyTheme({ variables, kind }: ThemeAppearance, target: Document = document): void {
	target.documentElement.removeAttribute('style');
	for (const [name, value] of Object.entries(variables)) {
		target.documentElement.style.setProperty(`--vscode-${name}`, value);
	}
	target.body.className = kind === 'vscode-high-contrast-light' ? `vscode-high-contrast ${kind}` : kind;
	target.body.dataset.vscodeThemeKind = kind;
}
