import * as vscode from 'vscode';
import type { Clock } from '../domain/ports';
import { ClockScheduler } from '../models/clockScheduler';

/** Creates a scheduler that also checks the clock when the window gets or loses focus, for example after the machine was asleep. */
export function createWindowScheduler(context: vscode.ExtensionContext, clock: Clock): ClockScheduler {
	const scheduler = new ClockScheduler(clock);
	context.subscriptions.push(
		scheduler,
		vscode.window.onDidChangeWindowState(() => scheduler.runDue()),
	);
	return scheduler;
}
