import { existsSync } from 'node:fs';
import type * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import { getStoreFiles } from '../../sources/workspace/storeFiles';
import type { ClockScheduler } from '../../models/clockScheduler';
import { currentWorkspaceLocation } from '../currentWorkspaceLocation';
import { log } from '../log';
import { ExpiryNotifications } from './expiryNotifications';
import { ExpiryReminderFile } from '../../storage/expiryReminderFile';
import { ExpiryMonitor } from './expiryMonitor';

/**
 * Badge, status bar and notices about tokens that are about to end, which must be there before the user opens anything of ours.
 * For this alone the extension is activated once the editor has started. Where there are no tokens, none are read.
 */
export async function startExpiryReminders(
	context: vscode.ExtensionContext,
	sources: TokenSources,
	clock: Clock,
	view: vscode.TreeView<unknown>,
	scheduler: ClockScheduler,
): Promise<void> {
	const { folder } = currentWorkspaceLocation(context);
	const monitor = new ExpiryMonitor(
		sources,
		clock,
		view,
		new ExpiryNotifications(new ExpiryReminderFile(folder, log), sources.workspace, clock),
		scheduler,
	);
	context.subscriptions.push(monitor);
	const { main, backup } = getStoreFiles(folder);
	if (existsSync(main) || existsSync(backup) || sources.all.length > 1) {
		await monitor.updateAndRemind();
	}
}
