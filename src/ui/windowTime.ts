import * as vscode from 'vscode';
import type { Clock } from '../domain/ports';
import { ClockScheduler } from '../models/clockScheduler';

/** The clock of a window, and its scheduler. */
export interface WindowTime {
	readonly clock: Clock;
	readonly scheduler: ClockScheduler;
}

/**
 * Creates the clock, and a scheduler that also checks it when the window gets or loses focus, for example after the machine was asleep.
 * Outside of production, the command `connectTokens.test.advanceClock` moves the clock forward by a number of milliseconds.
 */
export function createWindowTime({ extensionMode, subscriptions }: vscode.ExtensionContext): WindowTime {
	let offset = 0;
	const clock = () => new Date(Date.now() + offset);
	const scheduler = new ClockScheduler(clock);
	subscriptions.push(
		scheduler,
		vscode.window.onDidChangeWindowState(() => scheduler.runDue()),
	);
	if (extensionMode !== vscode.ExtensionMode.Production) {
		subscriptions.push(
			vscode.commands.registerCommand('connectTokens.test.advanceClock', (milliseconds: number) => {
				offset += milliseconds;
				scheduler.runDue();
			}),
		);
	}
	return { clock, scheduler };
}
