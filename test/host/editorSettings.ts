import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** IDs of the built-in themes. */
export const colorThemes = {
	dark: 'Dark Modern',
	light: 'Light Modern',
	highContrast: 'Default High Contrast',
	highContrastLight: 'Default High Contrast Light',
} as const;
export type ColorTheme = keyof typeof colorThemes;

/** User settings that turn off everything VS Code does on its own: welcome pages, tips, updates, and other network access. */
const quietSettings: Record<string, unknown> = {
	'chat.disableAIFeatures': true,
	'extensions.autoCheckUpdates': false,
	'extensions.autoUpdate': 'off',
	'extensions.ignoreRecommendations': true,
	'files.autoSave': 'off',
	'files.hotExit': 'off',
	'git.enabled': false,
	// Otherwise, VS Code offers to open the gateway in a browser, which has no token and gets 401.
	'remote.autoForwardPorts': false,
	// In the server build, the other source is the list of all processes, which is read every two seconds even if nothing is forwarded.
	'remote.autoForwardPortsSource': 'output',
	'security.workspace.trust.enabled': false,
	'telemetry.telemetryLevel': 'off',
	'update.mode': 'none',
	'window.autoDetectColorScheme': false,
	'window.autoDetectHighContrast': false,
	'workbench.enableExperiments': false,
	'workbench.secondarySideBar.defaultVisibility': 'hidden',
	'workbench.startupEditor': 'none',
	'workbench.tips.enabled': false,
};

/** User settings that turn off what VS Code computes and draws in editors that nobody looks at, for tests that only use its API. */
export const unwatchedSettings: Record<string, unknown> = {
	'breadcrumbs.enabled': false,
	'editor.accessibilitySupport': 'off',
	'editor.bracketPairColorization.enabled': false,
	'editor.codeLens': false,
	'editor.colorDecorators': false,
	'editor.cursorBlinking': 'solid',
	'editor.folding': false,
	'editor.guides.indentation': false,
	'editor.hover.enabled': 'off',
	'editor.inlayHints.enabled': 'off',
	// It asks for quick fixes at each new position of the cursor.
	'editor.lightbulb.enabled': 'off',
	'editor.lineNumbers': 'off',
	'editor.links': false,
	'editor.matchBrackets': 'never',
	'editor.minimap.enabled': false,
	'editor.occurrencesHighlight': 'off',
	'editor.parameterHints.enabled': false,
	'editor.quickSuggestions': 'off',
	'editor.renderLineHighlight': 'none',
	'editor.selectionHighlight': false,
	'editor.semanticHighlighting.enabled': false,
	'editor.stickyScroll.enabled': false,
	'editor.unicodeHighlight.ambiguousCharacters': false,
	'editor.unicodeHighlight.invisibleCharacters': false,
	'editor.unicodeHighlight.nonBasicASCII': false,
	'explorer.autoReveal': false,
	'problems.decorations.enabled': false,
	'terminal.integrated.gpuAcceleration': 'off',
	'window.commandCenter': false,
	'window.title': 'VS Code',
	'workbench.activityBar.location': 'hidden',
	'workbench.editor.editorActionsLocation': 'hidden',
	'workbench.editor.languageDetection': false,
	'workbench.editor.showIcons': false,
	'workbench.editor.showTabs': 'none',
	'workbench.layoutControl.enabled': false,
	'workbench.localHistory.enabled': false,
};

/** User settings with which VS Code opens a folder in Restricted Mode without prompting. */
export const restrictedModeSettings: Record<string, unknown> = {
	'security.workspace.trust.enabled': true,
	'security.workspace.trust.startupPrompt': 'never',
};

/** Replaces the user settings of a profile with the quiet settings and `overrides`. */
export async function writeUserSettings(userDataDir: string, overrides: Record<string, unknown> = {}): Promise<void> {
	const settings = { ...quietSettings, ...overrides };
	await mkdir(join(userDataDir, 'User'), { recursive: true });
	await writeFile(join(userDataDir, 'User', 'settings.json'), JSON.stringify(settings, undefined, '\t'));
}

/** Writes the machine settings of a profile. A running VS Code picks up the change. */
export async function writeMachineSettings(userDataDir: string, settings: Record<string, unknown>): Promise<void> {
	await mkdir(join(userDataDir, 'Machine'), { recursive: true });
	await writeFile(join(userDataDir, 'Machine', 'settings.json'), JSON.stringify(settings));
}
