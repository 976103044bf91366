import type * as vscode from 'vscode';
import type { TokenStatus } from '../domain/token';
import { STATUS_ICONS } from '../models/statusTexts';
import { toThemeIcon } from './themeIcons';

/** Returns a status's icon in its theme color. */
export function statusThemeIcon(status: TokenStatus): vscode.ThemeIcon {
	return toThemeIcon(STATUS_ICONS[status]);
}
