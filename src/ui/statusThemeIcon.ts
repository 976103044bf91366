import * as vscode from 'vscode';
import type { TokenStatus } from '../domain/token';
import { STATUS_ICONS } from '../models/statusTexts';

/** Returns a status's icon in its theme color. */
export function statusThemeIcon(status: TokenStatus): vscode.ThemeIcon {
	const [icon, color] = STATUS_ICONS[status];
	return new vscode.ThemeIcon(icon, new vscode.ThemeColor(color));
}
