import * as vscode from 'vscode';
import { createLog } from '../domain/log';
import type { LoggedWarning } from '../models/diagnostics';

/** How many warnings and errors *Copy Diagnostics* includes. */
const MAX_RECENT_WARNINGS = 50;

const channel = vscode.window.createOutputChannel('Connect Tokens', { log: true });
const recentWarnings: LoggedWarning[] = [];

/** Log of this window, written to the output channel "Connect Tokens", which has the level that the user has set for it. */
export const log = createLog((level, message) => {
	if (level === 'warn' || level === 'error') {
		recentWarnings.push({ time: new Date().toISOString(), level, message });
		recentWarnings.splice(0, recentWarnings.length - MAX_RECENT_WARNINGS);
	}
	channel[level](message);
});

/** Shows the log to the user. */
export function showLog(): void {
	channel.show();
}

/** Returns this window's last warnings and errors, oldest first, regardless of the channel's level. */
export function getRecentWarnings(): readonly LoggedWarning[] {
	return recentWarnings;
}
