import * as vscode from 'vscode';
import { createLog, type LogLevel } from '../domain/log';
import type { LoggedWarning } from '../models/diagnostics';

/** How many warnings and errors *Copy Diagnostics* includes. */
const MAX_RECENT_WARNINGS = 50;

const LEVELS: Readonly<Record<LogLevel, vscode.LogLevel>> = {
	trace: vscode.LogLevel.Trace,
	debug: vscode.LogLevel.Debug,
	info: vscode.LogLevel.Info,
	warn: vscode.LogLevel.Warning,
	error: vscode.LogLevel.Error,
};

const channel = vscode.window.createOutputChannel('Connect Tokens', { log: true });
const recentWarnings: LoggedWarning[] = [];

const isWarning = (level: LogLevel) => LEVELS[level] >= vscode.LogLevel.Warning;
const isShown = (level: LogLevel) => channel.logLevel !== vscode.LogLevel.Off && LEVELS[level] >= channel.logLevel;

/** Log of this window, written to the output channel "Connect Tokens" at the level that the user has set for it. */
export const log = createLog(
	(level, message) => {
		if (isWarning(level)) {
			recentWarnings.push({ time: new Date().toISOString(), level, message });
			recentWarnings.splice(0, recentWarnings.length - MAX_RECENT_WARNINGS);
		}
		channel[level](message);
	},
	(level) => isWarning(level) || isShown(level),
);

/** Shows the log to the user. */
export function showLog(): void {
	channel.show();
}

/** Returns this window's last warnings and errors, oldest first, regardless of the channel's level. */
export function getRecentWarnings(): readonly LoggedWarning[] {
	return recentWarnings;
}
