import * as vscode from 'vscode';
import type { Clock } from '../domain/ports';
import { Alarm } from './alarm';

/** An alarm that also looks at the clock when the user comes back to the window, as after a sleep of the machine. */
export function createAlarm(context: vscode.ExtensionContext, clock: Clock): Alarm {
	const alarm = new Alarm(clock);
	context.subscriptions.push(
		alarm,
		vscode.window.onDidChangeWindowState(() => alarm.check()),
	);
	return alarm;
}
