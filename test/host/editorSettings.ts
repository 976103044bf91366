import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Themes of the server build, by their ids there. */
export const colorThemes = {
	dark: 'Dark Modern',
	light: 'Light Modern',
	highContrast: 'Default High Contrast',
	highContrastLight: 'Default High Contrast Light',
} as const;
export type ColorTheme = keyof typeof colorThemes;

/** User settings under which VS Code does nothing of its own accord: no welcome, no hints, no network. */
const quietSettings: Record<string, unknown> = {
	'chat.disableAIFeatures': true,
	'extensions.autoCheckUpdates': false,
	'extensions.autoUpdate': 'off',
	'extensions.ignoreRecommendations': true,
	'files.autoSave': 'off',
	'files.hotExit': 'off',
	'git.enabled': false,
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

/** User settings under which VS Code opens a folder in Restricted Mode, without a question. */
export const restrictedModeSettings: Record<string, unknown> = {
	'security.workspace.trust.enabled': true,
	'security.workspace.trust.startupPrompt': 'never',
};

/**
 * Writes the user settings of a profile that VS Code will open: the quiet ones, and on top of them any others.
 * What the profile had before is replaced.
 */
export async function writeUserSettings(userDataDir: string, overrides: Record<string, unknown> = {}): Promise<void> {
	const settings = { ...quietSettings, ...overrides };
	await mkdir(join(userDataDir, 'User'), { recursive: true });
	await writeFile(join(userDataDir, 'User', 'settings.json'), JSON.stringify(settings, undefined, '\t'));
}

/** Writes the settings of the machine on which the editor's extensions run, which a running VS Code follows. */
export async function writeMachineSettings(userDataDir: string, settings: Record<string, unknown>): Promise<void> {
	await mkdir(join(userDataDir, 'Machine'), { recursive: true });
	await writeFile(join(userDataDir, 'Machine', 'settings.json'), JSON.stringify(settings));
}
