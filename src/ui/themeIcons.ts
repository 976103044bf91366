import * as vscode from 'vscode';

/** Creates an icon from the names of a codicon and, optionally, of a theme color. */
export function toThemeIcon([codicon, color]: readonly [codicon: string, themeColor?: string]): vscode.ThemeIcon {
	return new vscode.ThemeIcon(codicon, color === undefined ? undefined : new vscode.ThemeColor(color));
}
