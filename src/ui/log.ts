import * as vscode from 'vscode';
import { createLog, type LogLevel } from '../domain/log';

/** How many warnings and errors are kept for *Copy Diagnostics*. */
const MAX_RECENT_WARNINGS = 50;

const LEVELS: Readonly<Record<LogLevel, vscode.LogLevel>> = {
	trace: vscode.LogLevel.Trace,
	debug: vscode.LogLevel.Debug,
	info: vscode.LogLevel.Info,
	warn: vscode.LogLevel.Warning,
	error: vscode.LogLevel.Error,
};

const channel = vscode.window.createOutputChannel('Connect Tokens', { log: true });
const recentWarnings: string[] = [];

/** Log of this window: the output channel "Connect Tokens", at the level that the user has set for it. */
export const log = createLog((level, line) => {
	if (LEVELS[level] >= vscode.LogLevel.Warning) {
		recentWarnings.push(`${new Date().toISOString()} [${level}] ${line}`);
		recentWarnings.splice(0, recentWarnings.length - MAX_RECENT_WARNINGS);
	}
	channel[level](line);
});

/** Shows the log to the user. */
export function showLog(): void {
	channel.show();
}

/** The last warnings and errors of this window, oldest first. */
export function getRecentWarnings(): readonly string[] {
	return recentWarnings;
}
