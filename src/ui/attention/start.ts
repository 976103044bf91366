import { existsSync } from 'node:fs';
import type * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/sources';
import { storeFiles } from '../../sources/workspace/files';
import type { Alarm } from '../alarm';
import { openLocation } from '../location';
import { Notices } from '../notices/notices';
import { ReminderFile } from '../notices/reminderFile';
import { Attention } from './attention';

/**
 * Badge, status bar and notices about tokens that are about to end, which must be there before the user opens anything of ours.
 * For this alone the extension is activated once the editor has started. Where there are no tokens, none are read.
 */
export async function startAttention(
	context: vscode.ExtensionContext,
	sources: TokenSources,
	clock: Clock,
	view: vscode.TreeView<unknown>,
	alarm: Alarm,
): Promise<void> {
	const { folder } = openLocation(context);
	const attention = new Attention(sources, clock, view, new Notices(new ReminderFile(folder), sources.workspace, clock), alarm);
	context.subscriptions.push(attention);
	const { main, backup } = storeFiles(folder);
	if (existsSync(main) || existsSync(backup) || sources.all.length > 1) {
		await attention.remind();
	}
}
