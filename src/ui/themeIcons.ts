import * as vscode from 'vscode';
import type { IconName } from '../models/multiStepInput';

/** Creates an icon from the names of a codicon and, optionally, of a theme color. */
export function toThemeIcon([codicon, color]: IconName): vscode.ThemeIcon {
	return new vscode.ThemeIcon(codicon, color === undefined ? undefined : new vscode.ThemeColor(color));
}
