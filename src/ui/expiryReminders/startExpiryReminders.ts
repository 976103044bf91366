import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import type { ClockScheduler } from '../../models/clockScheduler';
import { ExpiryMonitor } from '../../models/expiryMonitor';
import { ExpiryReminder, type Reminder } from '../../models/expiryReminder';
import { walkthroughContext } from '../../models/walkthroughProgress';
import { ExpiryReminderFile } from '../../storage/expiryReminderFile';
import { getStoreFiles } from '../../sources/workspace/storeFiles';
import { runCommand, setContext } from '../commands/messages';
import { currentWorkspaceLocation } from '../currentWorkspaceLocation';
import { showError } from '../errorMessages';
import { log } from '../log';
import { areExpiryRemindersEnabled, readExpiringDays } from '../settings';
import { ExpiryStatusBarItem } from './expiryStatusBarItem';

export interface ExpiryRemindersOptions {
	readonly context: vscode.ExtensionContext;
	readonly sources: TokenSources;
	readonly clock: Clock;
	/** The view whose badge shows the number of tokens. */
	readonly view: vscode.TreeView<unknown>;
	readonly scheduler: ClockScheduler;
}

/**
 * Starts the badge, status bar item, and reminders for expiring tokens. They're the reason why the extension is activated after VS Code starts.
 * If the workspace has no tokens and there are no accounts, reads nothing.
 */
export async function startExpiryReminders({ context, sources, clock, view, scheduler }: ExpiryRemindersOptions): Promise<void> {
	const { folder } = currentWorkspaceLocation(context);
	const statusBarItem = new ExpiryStatusBarItem();
	const monitor = new ExpiryMonitor({
		sources,
		clock,
		scheduler,
		log,
		readExpiringDays,
		reminder: new ExpiryReminder({
			store: new ExpiryReminderFile(folder, log),
			source: sources.workspace,
			clock,
			log,
			isEnabled: areExpiryRemindersEnabled,
			readExpiringDays,
			runCommand,
			show: (reminder) => void showReminder(reminder),
		}),
		onDidRead: (tokens) => setContext(walkthroughContext(tokens)),
		showIndicators: (indicators) => {
			view.badge = indicators?.badge;
			statusBarItem.show(indicators?.statusBar);
		},
	});
	context.subscriptions.push(
		monitor,
		vscode.workspace.onDidChangeConfiguration((event) => {
			if (event.affectsConfiguration('connectTokens')) {
				void monitor.update();
			}
		}),
	);
	const { main, backup } = getStoreFiles(folder);
	if (existsSync(main) || existsSync(backup) || sources.all.length > 1) {
		await monitor.updateAndRemind();
	}
}

async function showReminder({ text, buttons }: Reminder): Promise<void> {
	try {
		const button = await vscode.window.showWarningMessage(text, ...buttons);
		await button?.run();
	} catch (error) {
		showError(error);
	}
}
