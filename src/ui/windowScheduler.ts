import * as vscode from 'vscode';
import type { Clock } from '../domain/ports';
import { ClockScheduler } from '../models/clockScheduler';

/** An alarm that also looks at the clock when the user comes back to the window, as after a sleep of the machine. */
export function createWindowScheduler(context: vscode.ExtensionContext, clock: Clock): ClockScheduler {
	const scheduler = new ClockScheduler(clock);
	context.subscriptions.push(
		scheduler,
		vscode.window.onDidChangeWindowState(() => scheduler.runDue()),
	);
	return scheduler;
}
